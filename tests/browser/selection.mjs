/** Selections made by hand. Who lies within an outline follows from the server's coordinates; what is dimmed and hidden is read from pixels. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { pointsWithin } from "../../static/js/map/outline.js";
import { drawn, frames, mapPixels, onPage, still, visit } from "./harness.mjs";
import { placesOf } from "./pictures.mjs";
import { countColour } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const QUERY = "eps=0.3&min_samples=6";
const COLOURS = INKS.dark.cycle.length;

/** @param {number} label */
const colourOf = (label) => label % COLOURS;

/** @param {() => {browser: Browser, server: Server}} tools */
export function selectionTests(tools) {
  for (const [theme, width, query] of /** @type {const} */ ([
    ["dark", 1280, QUERY],
    ["light", 1920, QUERY],
    ["dark", 1440, "n_components=3&eps=0.8&min_samples=14"],
  ])) {
    test(`a lasso selects who is in it and dims the rest, ${theme} at ${width}: ${query}`, async () => {
      const { browser, server } = tools();
      const { page, faults, close } = await visit(browser, server, `${query}&theme=${theme}&marks=dots`, {
        viewport: { width, height: 900 },
      });
      await drawn(page);
      // No image lies so near to it that a corner which the hand cuts decides.
      const path = await circle(page, 0.55, 0.5, 0.18);
      const inside = await within(page, server, query, path);
      const { n_images, records } = await server.get("/api/cohort");
      assert.ok(inside.length > 3 && inside.length < n_images - 3, `${inside.length} inside`);
      const { labels, core } = await server.get(`/api/clusters?${query}`);
      await page.mouse.move(0, 0);
      const before = await mapPixels(page);
      await drag(page, path, ["Shift"]);
      assert.deepEqual(await selected(page, server), inside);
      const patients = new Set(inside.map((i) => records[i].group ?? i)).size;
      assert.equal(
        await page.innerText("#selection-counts"),
        `${plural(inside.length, "image")} · ${plural(patients, "patient")}`,
      );
      assert.equal(await page.innerText("#live"), `${plural(inside.length, "image")} selected`);
      const after = await mapPixels(page);
      for (const k of new Set(/** @type {number[]} */ (labels).filter((one) => one >= 0).map(colourOf))) {
        const colour = bytesOf(INKS[theme].cycle[k]);
        const chosen = inside.filter((i) => labels[i] >= 0 && colourOf(labels[i]) === k && core[i]).length;
        if (chosen === 0) assert.equal(countColour(after, colour), 0, `colour ${k} is dimmed`);
        else if (query === QUERY)
          assert.ok(
            countColour(after, colour) > 10 && countColour(after, colour) <= countColour(before, colour),
            `colour ${k} is bright`,
          );
      }
      assert.ok(!page.url().includes("selection"), "a selection is no part of the link");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("a rectangle by button or with Shift and Alt; with Control another joins; undone, done again, cleared, broken off", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, QUERY);
    await drawn(page);
    const { width, height } = await boxOf(page);
    // From below, where no box lies over the map.
    const left = [0.03 * width, 0.85 * height, 0.5 * width, 0.3 * height];
    const right = [0.5 * width, 0.85 * height, 0.9 * width, 0.3 * height];
    const [first, second] = await Promise.all(
      [left, right].map(([x, y, otherX, otherY]) =>
        within(page, server, QUERY, [x, y, otherX, y, otherX, otherY, x, otherY]),
      ),
    );
    assert.ok(first.length > 0 && second.length > 0);
    const both = [...first, ...second].sort((a, b) => a - b);

    await drag(page, left, ["Shift", "Alt"]);
    assert.deepEqual(await selected(page, server), first);
    await page.check('[name="tool"][value="rectangle"]', { force: true });
    await drag(page, right, ["Control"]);
    assert.deepEqual(await selected(page, server), both);
    await drag(page, right, []);
    assert.deepEqual(await selected(page, server), second, "without Control it takes the place of what was selected");
    for (const [keys, wanted] of /** @type {const} */ ([
      ["Control+z", both],
      ["Control+z", first],
      ["Control+z", []],
      ["Control+z", []],
      ["Control+Shift+z", first],
      ["Control+Shift+z", both],
      ["Escape", []],
      ["Control+z", both],
    ])) {
      await page.keyboard.press(keys);
      assert.deepEqual(await selected(page, server), wanted, keys);
    }

    await page.mouse.move(...(await onPage(page, { x: left[0], y: left[1] })));
    await page.mouse.down();
    await page.mouse.move(...(await onPage(page, { x: left[2], y: left[3] })), { steps: 3 });
    assert.ok(await page.getAttribute("#outline", "points"));
    await page.keyboard.press("Escape");
    assert.equal(await page.getAttribute("#outline", "points"), "");
    await page.mouse.up();
    assert.deepEqual(await selected(page, server), both, "what is broken off changes nothing");
    assert.ok(await page.locator("#viewer").isHidden());

    await page.mouse.move(...(await onPage(page, { x: 20, y: height / 2 })));
    await page.mouse.down({ button: "right" });
    await page.mouse.move(...(await onPage(page, { x: 80, y: height / 2 })), { steps: 3 });
    await page.mouse.up({ button: "right" });
    await page.waitForFunction(() => location.search.includes("camera="));
    assert.deepEqual(await selected(page, server), both, "the right button moves the map whatever the tool");
    assert.deepEqual(faults, []);
    await close();
  });

  test("one at a time by Shift+click or key, a cluster by one key, all others by a button", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, `${QUERY}&marks=dots`);
    await drawn(page);
    const { labels } = await server.get(`/api/clusters?${QUERY}`);
    const at = await placesOf(page, server, QUERY);
    const members = [...labels.keys()].filter((/** @type {number} */ i) => labels[i] === 0);
    const there = await onPage(page, at(members[0]));
    await page.mouse.move(...there);
    await page.waitForSelector("#hover-card:not([hidden])");
    for (const wanted of [1, 0, 1]) {
      await page.keyboard.down("Shift");
      await page.mouse.click(...there);
      await page.keyboard.up("Shift");
      assert.equal((await selected(page, server)).length, wanted);
    }
    assert.ok(await page.locator("#viewer").isHidden());
    assert.ok(!page.url().includes("camera="));
    await page.keyboard.press("n");
    await page.keyboard.press("x");
    assert.equal((await selected(page, server)).length, 2);
    await page.keyboard.press(" ");
    assert.equal((await selected(page, server)).length, 1);
    await page.keyboard.press("a");
    const cluster = labels.flatMap((/** @type {number} */ label, /** @type {number} */ k) => (label === 0 ? [k] : []));
    assert.deepEqual(await selected(page, server), cluster);
    assert.equal(
      (await page.innerText("#selection-clusters")).replace(/\s+/g, " ").trim(),
      `Cluster 0 ${cluster.length} of ${cluster.length}`,
    );
    await page.click('[data-do="invert"]');
    assert.deepEqual(
      await selected(page, server),
      labels.flatMap((/** @type {number} */ label, /** @type {number} */ k) => (label === 0 ? [] : [k])),
    );
    assert.equal(
      await page.evaluate(() => document.activeElement?.getAttribute("data-do")),
      "invert",
      "the focus stays where it was",
    );
    await page.keyboard.press("Escape");
    assert.deepEqual(await selected(page, server), []);
    assert.ok(await page.locator("#selection").isHidden());
    await close();
  });

  test("bars hold the selection against the rest of the cohort", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, QUERY);
    await drawn(page);
    const path = await circle(page, 0.55, 0.5, 0.2);
    await drag(page, path, ["Shift"]);
    const inside = new Set(await within(page, server, QUERY, path));
    const { records, n_images } = await server.get("/api/cohort");
    const countryOf = (/** @type {any} */ record) => record.values.country || "missing";
    const bar = page.locator("#selection-bars .bar-row").first();
    const country = await bar.locator(".bar-name").innerText();
    const own = records.filter(
      (/** @type {any} */ record, /** @type {number} */ i) => inside.has(i) && countryOf(record) === country,
    ).length;
    const others = records.filter(
      (/** @type {any} */ record, /** @type {number} */ i) => !inside.has(i) && countryOf(record) === country,
    ).length;
    const expected = ((inside.size * others) / (n_images - inside.size)).toFixed(1);
    assert.equal(await bar.locator(".bar-count").innerText(), String(own));
    assert.ok(
      (await bar.getAttribute("data-tip"))?.includes(`${expected} expected if it were as in the rest`),
      `${await bar.getAttribute("data-tip")}, ${expected}`,
    );
    await page.selectOption("#breakdown", "sex");
    await page.waitForFunction(() => document.getElementById("selection-by")?.textContent === "by sex");
    await close();
  });

  for (const theme of /** @type {const} */ (["dark", "light"])) {
    test(`an entry of the legend hides, comes back, stands alone, ${theme}`, async () => {
      const { browser, server } = tools();
      const { page, faults, close } = await visit(browser, server, `${QUERY}&theme=${theme}&marks=dots`);
      await drawn(page);
      const { labels, n_clusters } = await server.get(`/api/clusters?${QUERY}`);
      const entries = page.locator(".legend-entry");
      const seen = async () => {
        await page.mouse.move(0, 0);
        await still(page);
        const pixels = await mapPixels(page);
        return INKS[theme].cycle.slice(0, n_clusters).map((colour) => countColour(pixels, bytesOf(colour)) > 0);
      };
      /** The colours that are there while these clusters are shown: the eighth cluster has the first one's. */
      const coloursOf = (/** @type {(label: number) => boolean} */ shown) => {
        const there = new Set(
          Array.from({ length: n_clusters }, (_, label) => label)
            .filter(shown)
            .map(colourOf),
        );
        return Array.from({ length: Math.min(COLOURS, n_clusters) }, (_, k) => there.has(k));
      };
      const all = coloursOf(() => true);
      assert.deepEqual(await seen(), all);
      await entries.nth(1).click();
      assert.equal(await entries.nth(1).getAttribute("aria-pressed"), "false");
      assert.deepEqual(
        await seen(),
        coloursOf((label) => label !== 1),
      );
      const at = await placesOf(page, server, QUERY);
      await page.mouse.move(...(await onPage(page, at(labels.indexOf(1)))));
      await still(page);
      const hovered = await page.locator("#hover-card").isVisible();
      assert.ok(
        !hovered || !(await page.innerText("#hover-card")).includes("cluster 1,"),
        "who is hidden is not found under the cursor",
      );
      const { width, height } = await boxOf(page);
      await drag(page, [5, height - 60, 5, 300, width - 5, 300, width - 5, height - 60], ["Shift"]);
      const caught = await selected(page, server);
      assert.ok(caught.length > 0 && caught.every((i) => labels[i] !== 1), "nor caught by a lasso");
      await page.keyboard.press("Escape");
      await entries.nth(1).click();
      assert.deepEqual(await seen(), all);

      await entries.nth(0).dblclick();
      assert.deepEqual(
        await seen(),
        coloursOf((label) => label === 0),
      );
      await entries.nth(0).focus();
      await page.keyboard.press("Shift+Enter");
      assert.deepEqual(await seen(), all, "again, and all are shown");
      // What is hidden for a picture loses the focus.
      await entries.nth(0).focus();
      await page.keyboard.press("Enter");
      assert.deepEqual(
        await seen(),
        coloursOf((label) => label !== 0),
      );
      await page.selectOption("#colour", "country");
      await drawn(page, { colour: "country" });
      assert.equal(await page.locator('.legend-entry[aria-pressed="false"]').count(), 0, "other entries are all shown");
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("hidden images have no picture", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, QUERY);
    await drawn(page);
    const { labels } = await server.get(`/api/clusters?${QUERY}`);
    const shown = () =>
      page.$eval("#pictures", (canvas) => (canvas.dataset.shown ?? "").split(" ").filter(Boolean).map(Number));
    await page.waitForFunction(() => (document.getElementById("pictures")?.dataset.shown ?? "").split(" ").length > 10);
    assert.ok((await shown()).some((i) => labels[i] === 0));
    await page.locator(".legend-entry").nth(0).click();
    await page.mouse.move(0, 0);
    await still(page);
    const rest = await shown();
    assert.ok(rest.length > 5 && rest.every((i) => labels[i] !== 0));
    await close();
  });

  test("a selection is saved by name, restored after a reload, saved again and deleted", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, QUERY);
    await drawn(page);
    const path = await circle(page, 0.55, 0.5, 0.2);
    await drag(page, path, ["Shift"]);
    const inside = await selected(page, server);
    await page.fill("#selection-save input", "the middle");
    await page.keyboard.press("Enter");
    await page.reload();
    await drawn(page);
    await page.waitForSelector("#selection-saved:not([hidden])");
    assert.ok(await page.locator("#selection-now").isHidden(), "nothing is selected");
    await page.click("#selection-saved .linkish");
    assert.deepEqual(await selected(page, server), inside);

    await page.click('[data-do="invert"]');
    await page.fill("#selection-save input", "the middle");
    await page.keyboard.press("Enter");
    const { n_images } = await server.get("/api/cohort");
    const saved = page.locator("#selection-saved li");
    await saved.filter({ hasText: `${n_images - inside.length} images` }).waitFor();
    assert.equal(await saved.count(), 1);
    await page.click('#selection-saved [aria-label="Delete the middle"]');
    await saved.waitFor({ state: "detached" });
    await page.click('[data-do="clear"]');
    assert.ok(await page.locator("#selection").isHidden());
    assert.deepEqual(faults, []);
    await close();
  });

  test("a selection is taken away as a table", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, QUERY);
    await drawn(page);
    await drag(page, await circle(page, 0.55, 0.5, 0.2), ["Shift"]);
    const inside = await selected(page, server);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click('[data-do="export"]')]);
    const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
    const { records, columns, name } = await server.get("/api/cohort");
    const { labels } = await server.get(`/api/clusters?${QUERY}`);
    assert.equal(download.suggestedFilename(), `${name}-selection.csv`);
    assert.equal(
      lines[0].split(",").length,
      6 + columns.filter((/** @type {any} */ column) => column.name !== "filename").length,
      "id, file name, place, cluster, core",
    );
    for (const i of inside)
      assert.ok(
        lines.some((line) => line.startsWith(`${records[i].id},`) && line.includes(`,${labels[i]},`)),
        records[i].id,
      );
    for (const line of lines.slice(1))
      assert.ok(line === "" || inside.some((i) => line.startsWith(`${records[i].id},`)), line);
    assert.deepEqual(faults, []);
    await close();
  });

  test("a selection becomes a cluster of its own, is in the link, is asked for again where the server has forgotten it, and is dissolved", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, QUERY);
    await drawn(page);
    const cards = await page.locator(".card").count();
    await drag(page, await circle(page, 0.55, 0.5, 0.2), ["Shift"]);
    const inside = await selected(page, server);
    await page.fill("#selection-save input", "by hand");
    await page.click('[data-do="own"]');
    const [id] = await ownShown(page, 1);
    const { labels, own } = await server.get(`/api/clusters?${QUERY}&own=${id}`);
    assert.deepEqual(
      labels.flatMap((/** @type {number} */ label, /** @type {number} */ i) => (label === own[0].label ? [i] : [])),
      inside,
    );
    assert.match(
      await page.innerText(`.card[data-label="${own[0].label}"]`),
      new RegExp(plural(inside.length, "image")),
    );
    const row = page.locator("#selection-own li");
    assert.equal(
      (await row.innerText()).replace(/\s+/g, " ").trim(),
      `Cluster ${own[0].label} · by hand ${plural(inside.length, "image")} ✎ ✕`,
    );
    assert.match(await page.innerText("#legend"), new RegExp(`${own[0].label} · by hand`));
    await page.waitForFunction((one) => new URLSearchParams(location.search).get("own") === one, id);
    const linked = await visit(browser, server, new URL(page.url()).search.slice(1), { kept: true });
    assert.deepEqual(await ownShown(linked.page, 1), [id]);
    await linked.page.waitForSelector("#selection-own:not([hidden])");
    assert.ok(await linked.page.locator("#selection-now").isHidden());
    await linked.close();
    assert.deepEqual(faults.splice(0), []);

    const refusal = await (await fetch(`${server.url}/api/clusters?${QUERY}&own=000000000000`)).text();
    await page.route(
      "**/api/setting*",
      (route) => route.fulfill({ status: 400, contentType: "application/json", body: refusal }),
      { times: 1 },
    );
    await page.reload();
    assert.deepEqual(await ownShown(page, 1), [id]);
    assert.ok(await page.locator("#trouble").isHidden());

    await row.locator(".remove").click();
    await ownShown(page, 0);
    assert.equal(await page.locator(".card").count(), cards);
    assert.ok(await page.locator("#selection").isHidden());
    await close();
  });

  test("a link to a cluster made by hand that nobody knows says so, and goes on without it when asked", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, `${QUERY}&own=000000000000`);
    await page.waitForSelector("#waiting-without", { state: "visible" });
    assert.match(await page.innerText("#waiting-text"), /own is “000000000000”/);
    await page.click("#waiting-without");
    await ownShown(page, 0);
    assert.ok(await page.locator("#trouble").isHidden());
    await close();
  });
}

/** The ids of the clusters made by hand, once the map has this many. @param {Page} page @param {number} n @returns {Promise<string[]>} */
async function ownShown(page, n) {
  const shown = await page.waitForFunction((wanted) => {
    const key = new URLSearchParams(document.getElementById("map")?.dataset.drawnKey ?? "");
    return key.size > 0 && key.getAll("own").length === wanted && key.getAll("own");
  }, n);
  return shown.jsonValue();
}

/** @param {number} n @param {string} noun */
const plural = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** What is selected, as the page exports it; pressed by script, so that the focus stays. @param {Page} page @param {Server} server @returns {Promise<number[]>} */
async function selected(page, server) {
  await frames(page);
  const told = /^([\d,]+) selected/.exec(await page.innerText("#hints"))?.[1];
  if (!told) {
    await page.waitForSelector("#selection-now", { state: "hidden" });
    return [];
  }
  // The panel is loaded when it is first needed.
  await page.waitForFunction(
    (count) => document.getElementById("selection-counts")?.textContent?.startsWith(`${count} image`),
    told,
  );
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.$eval('[data-do="export"]', (button) => /** @type {HTMLElement} */ (button).click()),
  ]);
  const text = await readFile(await download.path(), "utf8");
  const { records } = await server.get("/api/cohort");
  return records.flatMap((/** @type {any} */ { id }, /** @type {number} */ i) =>
    text.includes(`\n${id},`) ? [i] : [],
  );
}

/** @param {Page} page */
const boxOf = async (page) =>
  /** @type {{x: number, y: number, width: number, height: number}} */ (await page.locator("#map").boundingBox());

/** Round a place on the map, all as shares of it. @param {Page} page @param {number} x @param {number} y @param {number} radius */
async function circle(page, x, y, radius) {
  const { width, height } = await boxOf(page);
  return Array.from({ length: 48 }, (_, k) => (2 * Math.PI * k) / 48).flatMap((angle) => [
    Math.round(width * (x + radius * Math.cos(angle))),
    Math.round(height * (y + radius * Math.sin(angle))),
  ]);
}

/** @param {Page} page @param {Server} server @param {string} query @param {readonly number[]} path */
async function within(page, server, query, path) {
  const at = await placesOf(page, server, query);
  const { n_images } = await server.get("/api/cohort");
  const indices = Uint32Array.from({ length: n_images }, (_, i) => i);
  return Array.from(pointsWithin(Float32Array.from([...indices].flatMap((i) => [at(i).x, at(i).y])), indices, path));
}

/** @param {Page} page @param {readonly number[]} path @param {readonly string[]} keys  held on the way */
async function drag(page, path, keys) {
  for (const key of keys) await page.keyboard.down(key);
  await page.mouse.move(...(await onPage(page, { x: path[0], y: path[1] })));
  await page.mouse.down();
  const box = await boxOf(page);
  for (let k = 2; k < path.length; k += 2) await page.mouse.move(box.x + path[k], box.y + path[k + 1]);
  await page.mouse.up();
  for (const key of keys) await page.keyboard.up(key);
  await frames(page);
}
