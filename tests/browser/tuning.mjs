/** Choosing parameters in a browser: the k-distance plot, previews of the plane, parallel coordinates, the films. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { drawn, mapPixels, openLine, rested, still, tile, visit } from "./harness.mjs";
import { countColour, countDifferences } from "./png.mjs";
import { cellAt } from "./search.mjs";

/** @import {Browser, BrowserContextOptions, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const MAP = "method=tsne&perplexity=17";
const SCREENS = /** @type {const} */ ([
  ["dark", { width: 1280, height: 800 }],
  ["light", { width: 1920, height: 1080 }],
]);

/** @param {() => {browser: Browser, server: Server}} tools */
export function tuningTests(tools) {
  /** @param {string} [query] @param {BrowserContextOptions} [options] */
  const open = async (query = "", options = {}) => {
    const { browser, server } = tools();
    const visited = await visit(browser, server, query, options);
    await drawn(visited.page);
    await visited.page.waitForFunction(() =>
      /eps \d/.test(document.getElementById("plane")?.getAttribute("aria-label") ?? ""),
    );
    return { ...visited, server };
  };

  for (const [theme, viewport] of SCREENS) {
    const where = `${theme}, ${viewport.width} wide`;

    test(`the line of the k-distance plot is the eps slider, and the images that it counts are core (${where})`, async () => {
      const { page, server, asked, faults, close } = await open(`theme=${theme}`, { viewport });
      assert.ok(!asked.some((path) => path.startsWith("/api/k-distance")), "asked before it was opened");
      await page.click("#k-distance summary");
      const plot = page.locator(".k-plot");
      await plot.waitFor();
      const cores = async (/** @type {string} */ eps) =>
        (await server.get(`/api/clusters?${MAP}&eps=${eps}&min_samples=14`)).core.filter(Boolean).length;
      const { n_images } = await server.get("/api/cohort");
      assert.ok(
        (await page.innerText("#k-says")).startsWith(
          `At eps 0.40, ${await cores("0.4")} of ${n_images} images are core.`,
        ),
      );

      await plot.scrollIntoViewIfNeeded();
      const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await plot.boundingBox());
      const top = Number(
        (await plot.locator("input").getAttribute("max")) ??
          (await plot.locator("input").evaluate((line) => /** @type {HTMLInputElement} */ (line).max)),
      );
      const heightOf = (/** @type {number} */ eps) => box.y + (box.height - 1) * (1 - eps / top);
      await page.mouse.move(box.x + 80, heightOf(0.4));
      await page.mouse.down();
      await page.mouse.move(box.x + 80, heightOf(0.3), { steps: 4 });
      await page.mouse.up();
      const eps = await page.inputValue("#eps");
      assert.ok(Math.abs(Number(eps) - 0.3) < 0.025, `dragged to ${eps}`);
      await drawn(page, { eps: Number(eps) });
      const clusters = await server.get(`/api/clusters?${MAP}&eps=${Number(eps)}&min_samples=14`);
      assert.deepEqual(
        [await tile(page, "clusters"), await tile(page, "noise")],
        [clusters.n_clusters, clusters.n_noise],
      );
      assert.ok((await page.innerText("#k-says")).startsWith(`At eps ${eps}, ${await cores(eps)} of`));

      await page.keyboard.press("ArrowUp");
      const next = (Number(eps) + 0.01).toFixed(2);
      await drawn(page, { eps: Number(next) });
      assert.equal(await page.inputValue("#eps"), next);
      assert.match(
        (await plot.locator("input").getAttribute("aria-valuetext")) ?? "",
        new RegExp(`^${next}: ${await cores(next)} of`),
      );

      await page.focus("#min_samples-track");
      await page.keyboard.press("ArrowLeft");
      await page.waitForFunction(() => document.getElementById("k-order")?.textContent?.endsWith(" 13"));
      assert.deepEqual(faults, []);
      await close();
    });

    test(`a cell that is pointed at shows its clusters on the map alone, and leaving it restores the map (${where})`, async () => {
      const { page, server, faults, close } = await open(`theme=${theme}`, { viewport });
      const plane = await server.get(`/api/plane?${MAP}`);
      const [own, other] = [
        await tile(page, "clusters"),
        plane.cells.find(
          (/** @type {any} */ cell) => cell.n_clusters >= 2 && cell.n_clusters <= 7 && cell.n_clusters !== 4,
        ),
      ];
      assert.notEqual(own, other.n_clusters);
      await rested(page);
      const before = await mapPixels(page);
      const told = async () => [await page.innerText(".tiles"), await page.innerText("#cards"), page.url()];
      const rest = await told();
      const canvas = page.locator("#plane");
      await canvas.scrollIntoViewIfNeeded();
      const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await canvas.boundingBox());
      const [column, row] = [plane.eps.indexOf(other.eps), plane.min_samples.indexOf(other.min_samples)];
      await page.mouse.move(
        box.x + ((column + 0.5) / plane.eps.length) * box.width,
        box.y + box.height * (1 - (row + 0.5) / plane.min_samples.length),
      );
      await page.waitForSelector("#preview:not([hidden])");
      assert.match(
        await page.innerText("#preview"),
        new RegExp(
          `^Preview .*min_samples ${other.min_samples}: ${other.n_clusters} clusters, ${other.n_noise} in no group$`,
        ),
      );
      const previewed = await mapPixels(page);
      assert.ok(countDifferences(before, previewed) > 200, "the map is coloured as it was");
      const inks = INKS[theme].cycle;
      const used = Math.min(other.n_clusters, inks.length);
      for (const colour of inks.slice(0, used)) assert.ok(countColour(previewed, bytesOf(colour)) > 20, colour);
      for (const colour of inks.slice(used)) assert.equal(countColour(previewed, bytesOf(colour)), 0, colour);
      assert.equal(await page.locator(".legend-entry").count(), other.n_clusters + 1);
      assert.deepEqual(await told(), rest);

      await page.mouse.move(5, 5);
      await page.waitForSelector("#preview", { state: "hidden" });
      const after = await mapPixels(page);
      assert.ok(countDifferences(before, after) < 20, `the map is not restored: ${countDifferences(before, after)}`);
      assert.deepEqual(faults, []);
      await close();
    });

    test(`a range on an axis keeps rows in table and heat map; a line becomes the map (${where})`, async () => {
      const { page, faults, close } = await open(`theme=${theme}`, { viewport });
      await searched(page);
      const rows = page.locator("#search-table tbody tr");
      const values = async () =>
        (await rows.locator("td:first-child").allInnerTexts()).map(Number).sort((a, b) => a - b);
      const all = await values();
      assert.ok(all.length >= 4, String(all));
      const heat = await page.locator("#search-map").screenshot();
      const axis = page.locator('.axis[data-key="perplexity"]');
      await axis.scrollIntoViewIfNeeded();
      const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await axis.boundingBox());
      const between = (all[1] + all[2]) / 2;
      await page.mouse.move(
        box.x + box.width / 2,
        box.y + box.height * (1 - (between - all[0]) / (all[all.length - 1] - all[0])),
      );
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y - 4, { steps: 4 });
      await page.mouse.up();
      assert.deepEqual(await values(), all.slice(2));
      assert.equal(await page.innerText("#parallel-kept"), `${all.length - 2} of ${all.length}`);
      assert.ok(!heat.equals(await page.locator("#search-map").screenshot()), "the heat map shows no difference");

      await axis.focus();
      await page.keyboard.press("Shift+ArrowUp");
      assert.deepEqual(await values(), all.slice(2), "from between two values to the next that occurs");
      await page.keyboard.press("Shift+ArrowUp");
      assert.deepEqual(await values(), all.slice(3));
      await page.keyboard.press("ArrowDown");
      assert.deepEqual(await values(), all.slice(3, -1));
      assert.match((await axis.getAttribute("aria-valuetext")) ?? "", /^\d+ to \d+: \d+ of \d+ settings$/);
      await page.click("#parallel-clear");
      assert.deepEqual(await values(), all);

      await rows.nth(1).hover();
      assert.ok(
        ((await page.getAttribute("#parallel .pointed", "d")) ?? "").length > 0,
        "the line of the row that is pointed at",
      );
      const first = (await rows.first().locator("td").allInnerTexts()).map(Number);
      const place = await lineAt(page, first[0]);
      await page.mouse.move(place.x, place.y);
      await page.waitForFunction(
        (text) => document.getElementById("tip")?.textContent?.startsWith(text),
        `perplexity ${first[0]}\n`,
      );
      assert.equal(await page.locator("#search-table tr.pointed td").first().innerText(), String(first[0]));
      await page.mouse.click(place.x, place.y);
      await drawn(page, { perplexity: first[0], min_samples: first[2] });
      assert.equal(await tile(page, "clusters"), first[3]);
      assert.ok(((await page.getAttribute("#parallel .applied", "d")) ?? "").length > 0);
      assert.deepEqual(faults, []);
      await close();
    });

    test(`the search goes over the methods on the screen, and its rows and cells become the map (${where})`, async () => {
      const { page, faults, close } = await open(`theme=${theme}`, { viewport });
      assert.equal(await page.innerText("#search-open"), "Search 51,015 settings");
      await choose(page, "method", "umap");
      await choose(page, "clustering", "hdbscan");
      await drawn(page, { method: "umap", clustering: "hdbscan" });
      await page.click("#search-open");
      await openLine(page, "chance");
      assert.match(await page.innerText("#search-say"), /^HDBSCAN on the 2-D UMAP map of every n_neighbors;/);
      const form = page.locator("#search-form");
      assert.ok(await form.locator('[name="perplexity-start"]').isHidden());
      for (const [name, value] of Object.entries({
        "n_neighbors-start": "5",
        "n_neighbors-stop": "20",
        "n_neighbors-step": "5",
        "min_cluster_size-stop": "7",
        "min_samples-stop": "4",
        min_clusters: "2",
      }))
        await form.locator(`[name="${name}"]:visible`).fill(value);
      assert.equal(await page.innerText("#search-open"), `Search ${3 * 4 * 3} settings`);
      assert.match(await page.innerText("#null-say"), /The whole search, 36 settings/);
      await page.click("#search-start");
      await page.waitForFunction(() =>
        document.getElementById("search-status")?.textContent?.startsWith("36 settings in"),
      );
      await page.waitForSelector("#parallel-box:not([hidden])");
      assert.equal(await page.innerText("#search-of"), "HDBSCAN on UMAP maps");
      const along = ["n_neighbors", "min_cluster_size", "min_samples"];
      const keys = (/** @type {string} */ of) =>
        page.locator(of).evaluateAll((nodes) => nodes.slice(0, 3).map((node) => node.getAttribute("data-key")));
      assert.deepEqual(await keys("#search-table th"), along);
      assert.deepEqual(await keys("#parallel .axis"), along);
      assert.equal(await page.innerText(".search-x b"), "n_neighbors");
      assert.equal(await page.innerText(".search-y b"), "min_cluster_size");

      // Of other methods on the screen the result stays what it is, and there may be no search at all.
      await choose(page, "method", "pca");
      await drawn(page, { method: "pca" });
      assert.match(await page.innerText("#search-say"), /PCA has one alone: choose another method\.$/);
      assert.equal(await page.innerText("#null-say"), await page.innerText("#search-say"));
      assert.ok(await form.isHidden());
      assert.ok(await page.isDisabled("#search-start"));
      assert.ok(await page.isDisabled("#null-run button"));
      await choose(page, "method", "tsne");
      await choose(page, "clustering", "dbscan");
      await drawn(page, { method: "tsne", clustering: "dbscan" });
      assert.ok(await page.isEnabled("#search-start"));
      assert.match(await page.innerText("#search-say"), /^DBSCAN on the 2-D t-SNE map of every perplexity;/);
      assert.equal(await page.innerText("#search-of"), "HDBSCAN on UMAP maps");
      assert.equal(await page.locator("#search-table tr.applied").count(), 0);

      const rows = page.locator("#search-table tbody tr");
      const cells = (await rows.first().locator("td").allInnerTexts()).map(Number);
      await rows.first().click();
      const [n_neighbors, min_cluster_size, min_samples, ...found] = cells;
      await drawn(page, { method: "umap", clustering: "hdbscan", n_neighbors, min_cluster_size, min_samples });
      assert.deepEqual(
        [await tile(page, "clusters"), await tile(page, "noise"), await tile(page, "score")],
        found.slice(0, 3),
      );
      assert.equal(await page.locator("#search-table tr.applied").count(), 1);
      assert.equal(await page.innerText("#search-open"), "Search 36 settings");

      // Those values alone are drawn that have an admissible setting.
      const [column, row] = await Promise.all(
        [".search-x", ".search-y"].map((axis) => page.locator(`${axis} span`).last().innerText()),
      );
      const { x, y } = await cellAt(page, column, row);
      await page.mouse.click(x, y);
      await drawn(page, {
        method: "umap",
        clustering: "hdbscan",
        n_neighbors: Number(column),
        min_cluster_size: Number(row),
      });
      assert.deepEqual(faults, []);
      await close();
    });

    test(`the film of the iterations plays, is scrubbed, and leaves the map as it was (${where})`, async () => {
      const { page, server, faults, close } = await open(`theme=${theme}&max_iter=500&marks=dots`, { viewport });
      const { n_iter } = await server.get(`/api/frames?${MAP}&max_iter=500`);
      // The film takes a line of the map's height, and pictures are compared of maps of one size.
      await page.locator("#film").evaluate((film) => (film.style.cssText = "position: fixed; inset: auto 0 0"));
      const before = await mapPixels(page);
      await page.keyboard.press("f");
      const says = () => page.innerText("#film-says");
      await page.waitForFunction(
        (last) =>
          new RegExp(`^iteration \\d+ of ${last}$`).test(document.getElementById("film-says")?.textContent ?? ""),
        n_iter[n_iter.length - 1],
      );
      const passed = [];
      for (let k = 0; k < 3; k++) {
        await page.waitForFunction(
          (last) => document.getElementById("film-says")?.textContent !== last,
          passed.at(-1) ?? "",
        );
        passed.push(await says());
      }
      const numbers = passed.map((text) => Number(/\d+/.exec(text)?.[0]));
      assert.ok(numbers[0] < numbers[1] && numbers[1] < numbers[2], String(passed));
      await page.click("#film-play");
      await page.mouse.move(5, 5);
      const paused = await says();
      await still(page);
      assert.equal(await says(), paused, "it does not pause");
      assert.equal(await page.innerText("#film-mark"), "end of early exaggeration");

      // For a picture of the map everything over it is hidden, and what is hidden loses the focus.
      const press = (/** @type {string} */ key) => page.locator("#film input[type=range]").press(key);
      await press("Home");
      assert.equal(await says(), `iteration ${n_iter[0]} of ${n_iter[n_iter.length - 1]}`);
      await still(page);
      const first = await mapPixels(page);
      assert.ok(countDifferences(before, first) > 500, "the first iteration is the last");
      for (const ink of INKS[theme].cycle.slice(0, await tile(page, "clusters")))
        assert.ok(countColour(first, bytesOf(ink)) > 20, "the colours are the last clusters'");
      await press("End");
      await still(page);
      assert.ok(countDifferences(before, await mapPixels(page)) < 20, "the last iteration is not the map");
      await press("Home");
      await page.keyboard.press("Escape");
      assert.ok(await page.locator("#film").isHidden());
      await still(page);
      assert.ok(countDifferences(before, await mapPixels(page)) < 20, "the map is not restored");
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("a k-distance plot that cannot be had says why, and comes with the next setting", async () => {
    const { page, close } = await open();
    await page.route(/k-distance.*min_samples=14/, (route) =>
      route.fulfill({
        status: 422,
        contentType: "application/json",
        body: JSON.stringify({ error: { code: "x", message: "no distances <b>today</b>" } }),
      }),
    );
    await page.click("#k-distance summary");
    await page.waitForFunction(() => document.getElementById("k-says")?.textContent === "No distances <b>today</b>.");
    assert.ok(await page.locator(".k-plot").isHidden());
    await page.focus("#min_samples-track");
    await page.keyboard.press("ArrowRight");
    await page.locator(".k-plot").waitFor();
    assert.match(await page.innerText("#k-says"), /^At eps 0\.40, \d+ of/);
    await close();
  });

  test("the keyboard points at cells of the plane; Escape lets go, Enter applies", async () => {
    const { page, server, close } = await open();
    const plane = await server.get(`/api/plane?${MAP}`);
    await page.focus("#plane");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("#preview:not([hidden])");
    assert.match(await page.innerText("#preview"), /eps 0\.50 · min_samples 14/);
    assert.match((await page.getAttribute("#plane", "aria-label")) ?? "", /eps 0\.50/);
    assert.equal(await page.inputValue("#eps"), "0.40");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#preview", { state: "hidden" });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await drawn(page, { eps: plane.eps[3], min_samples: 13 });
    await page.waitForSelector("#preview", { state: "hidden" });
    await close();
  });

  test("a preview that comes late, and one that fails, leave the map alone", async () => {
    const { page, close } = await open();
    const before = await mapPixels(page);
    await page.focus("#plane");
    let answer = () => {};
    const held = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (answer = resolve));
    await page.route(/api\/clusters.*eps=0\.5&/, (route) => held.then(() => route.continue()).catch(() => {}));
    const asked = page.waitForRequest(/api\/clusters.*eps=0\.5&/);
    await page.keyboard.press("ArrowRight");
    await asked;
    await page.keyboard.press("Escape");
    answer();
    await still(page);
    assert.ok(await page.locator("#preview").isHidden());
    await page.unrouteAll();
    await page.route("**/api/clusters*", (route) =>
      route.fulfill({
        status: 422,
        contentType: "application/json",
        body: JSON.stringify({ error: { code: "x", message: "eps is <b>odd</b> today." } }),
      }),
    );
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("#preview:not([hidden])");
    assert.equal(await page.innerText("#preview"), "eps is <b>odd</b> today.", "text is set as text");
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#preview").isHidden());
    assert.equal(countDifferences(before, await mapPixels(page)), 0);
    await close();
  });

  test("the film of the perplexities turns the slider, and stays at a real setting where it is paused", async () => {
    const { page, faults, close } = await open("perplexity=12");
    await page.click("#film-open");
    await page.waitForSelector("#film:not([hidden])");
    await page.check('#film [value="perplexity"]', { force: true });
    await page.waitForFunction(
      () => Number(/** @type {HTMLInputElement} */ (document.getElementById("perplexity")).value) >= 15,
    );
    await page.click("#film-play");
    const perplexity = await page.inputValue("#perplexity");
    await drawn(page, { perplexity });
    assert.equal(await page.innerText("#film-says"), `perplexity ${perplexity}`);
    await still(page);
    assert.equal(await page.inputValue("#perplexity"), perplexity, "it does not pause");
    assert.equal(new URL(page.url()).searchParams.get("perplexity"), perplexity);

    await page.focus("#film input[type=range]");
    await page.keyboard.press("Home");
    await drawn(page, { perplexity: 5 });
    await page.focus("#perplexity-track");
    await page.keyboard.press("ArrowRight");
    await drawn(page, { perplexity: 6 });
    assert.equal(await page.innerText("#film-says"), "perplexity 6", "the film follows the slider");
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#film").isHidden());
    assert.equal(await page.inputValue("#perplexity"), "6", "who took the slider keeps what it says");

    await page.click("#film-open");
    await page.focus("#film input[type=range]");
    await page.keyboard.press("Home");
    await drawn(page, { perplexity: 5 });
    await page.click("#film-close");
    await drawn(page, { perplexity: 6 });
    assert.equal(await page.inputValue("#perplexity"), "6", "who only watched is back where it began");
    assert.deepEqual(faults, []);
    await close();
  });

  test("who asked for no motion scrubs, PCA has no film, and a film that cannot be had says why", async () => {
    const { page, close } = await open("", { reducedMotion: "reduce" });
    await page.click("#film-open");
    await page.waitForFunction(() => /^iteration/.test(document.getElementById("film-says")?.textContent ?? ""));
    const says = await page.innerText("#film-says");
    assert.ok(await page.locator("#film-play").isHidden());
    await still(page);
    assert.equal(await page.innerText("#film-says"), says, "it plays by itself");
    await page.check('[name="method"][value="pca"]', { force: true });
    await page.waitForSelector("#film", { state: "hidden" });
    assert.ok(await page.locator("#film-open").isDisabled());
    await page.check('[name="method"][value="tsne"]', { force: true });
    await drawn(page, { method: "tsne" });
    await page.route("**/api/frames*", (route) =>
      route.fulfill({
        status: 422,
        contentType: "application/json",
        body: JSON.stringify({ error: { code: "x", message: "no frames <b>today</b>" } }),
      }),
    );
    await page.click("#film-open");
    await page.waitForFunction(() => document.getElementById("film-says")?.textContent === "No frames <b>today</b>.");
    await close();
  });
}

/** @param {Page} page @param {"method" | "clustering"} of @param {string} name */
const choose = (page, of, name) =>
  page.locator(".segmented label", { has: page.locator(`[name="${of}"][value="${name}"]`) }).click();

/** A small search with a result for every perplexity. @param {Page} page */
async function searched(page) {
  await page.click("#search-open");
  for (const [name, value] of Object.entries({
    "perplexity-start": "10",
    "perplexity-stop": "40",
    "perplexity-step": "5",
    min_clusters: "2",
  }))
    await page.fill(`[name="${name}"]`, value);
  await page.click("#search-start");
  await page.waitForFunction(() => document.getElementById("search-status")?.textContent?.includes("settings in"));
  await page.waitForSelector("#parallel-box:not([hidden])");
}

/** A little to the right of the first axis on the line of a perplexity, as its row in the table shows it. @param {Page} page @param {number} perplexity */
async function lineAt(page, perplexity) {
  await page
    .locator("#search-table tbody tr", {
      has: page.locator("td:first-child", { hasText: new RegExp(`^${perplexity}$`) }),
    })
    .hover();
  await page.locator("#parallel").scrollIntoViewIfNeeded();
  return page.$eval("#parallel", (box) => {
    const [, y0, x1, y1] = (box.querySelector(".pointed")?.getAttribute("d") ?? "").match(/[\d.]+/g)?.map(Number) ?? [];
    const { left, top, width, height } = box.getBoundingClientRect();
    return { x: left + 16, y: top + height * (y0 + ((y1 - y0) * 16) / width / x1) };
  });
}
