/** The images under the map: table, contact sheet, and filters that dim or exclude. What passes is counted here anew from the server's records. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { drawn, judged, mapPixels, still, tile, visit } from "./harness.mjs";
import { countColour, countDifferences } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const QUERY = "eps=0.3&min_samples=6";

/** @param {() => {browser: Browser, server: Server}} tools */
export function imageTests(tools) {
  /** The drawer open on a map of dots alone, so that colours can be counted. @param {string} [query] @param {import("playwright-core").BrowserContextOptions} [options] */
  const opened = async (query = "", options = {}) => {
    const { browser, server } = tools();
    const shown = await visit(browser, server, `${QUERY}&marks=dots&${query}`, options);
    await drawn(shown.page);
    await shown.page.keyboard.press("t");
    await shown.page.waitForSelector("#images .image-row");
    return { ...shown, server };
  };

  test("the table is not loaded before it is opened; t opens it and gives it the keys, t closes it", async () => {
    const { browser, server } = tools();
    const { page, asked, faults, close } = await visit(browser, server, QUERY);
    await drawn(page);
    assert.ok(!asked.some((path) => path.includes("/images/drawer.js")));
    assert.ok(await page.locator("#images").isHidden());
    const before = await page.locator("#map").boundingBox();
    await page.keyboard.press("t");
    await page.waitForSelector("#images .image-row");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("role")), "grid");
    const after = await page.locator("#map").boundingBox();
    assert.ok(
      (after?.height ?? 0) < (before?.height ?? 0) - 100 && after?.width === before?.width,
      "the map makes room",
    );
    await page.focus(".drawer-handle");
    const height = (await page.locator("#images").boundingBox())?.height ?? 0;
    await page.keyboard.press("ArrowUp");
    assert.equal((await page.locator("#images").boundingBox())?.height, height + 24);
    await page.keyboard.press("t");
    assert.ok(await page.locator("#images").isHidden());
    assert.deepEqual(faults, []);
    await close();
  });

  test("rows sort by their headings, numbers by size, and what is missing stays last", async () => {
    const { page, server, faults, close } = await opened();
    const cohort = await server.get("/api/cohort");
    assert.equal(await page.getAttribute(".list", "aria-rowcount"), String(cohort.n_images + 1));
    const column = cohort.columns.find(
      (/** @type {any} */ { kind, n_missing }) => kind === "number" && n_missing > 0,
    ).name;
    const given = cohort.records
      .map((/** @type {any} */ { values }) => values[column])
      .filter((/** @type {any} */ value) => value !== null);
    const cell = async (/** @type {string} */ key) => {
      await page.focus(".list");
      await page.keyboard.press(key);
      const place = (await page.locator(".list-head [role=columnheader]").allInnerTexts()).findIndex((text) =>
        text.startsWith(column),
      );
      return page.locator(".image-row.current > span").nth(place).innerText();
    };
    await page.click(`.list-head [data-column="${column}"]`);
    assert.equal(Number(await cell("Home")), Math.min(...given));
    assert.equal(await cell("End"), "");
    await page.click(`.list-head [data-column="${column}"]`);
    assert.equal(await page.locator('.list-head [aria-sort="descending"]').innerText(), column);
    assert.equal(Number(await cell("Home")), Math.max(...given));
    assert.equal(await cell("End"), "");
    assert.deepEqual(faults, []);
    await close();
  });

  test("a row and its point are pointed at together, rows are selected, and Enter opens the X-ray", async () => {
    const { page, server, close } = await opened();
    const { records } = await server.get("/api/cohort");
    const nameOf = (/** @type {number} */ place) =>
      page.locator(`.image-row[data-place="${place}"] > span`).nth(2).innerText();
    await page.hover('.image-row[data-place="2"]');
    assert.ok(await page.locator("#hover-card").isVisible(), "the map shows whose row it is");
    const picture = await page.getAttribute("#hover-card img", "src");
    assert.equal(records.find((/** @type {any} */ { id }) => picture?.includes(id)).filename, await nameOf(2));

    await judged(page);
    // The medoid of the first cluster is the first row.
    await page.locator('.card[data-label="0"] .thumb').first().hover();
    assert.deepEqual(
      await page.locator(".image-row.lit").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-place"))),
      ["0"],
    );
    await page.click('.image-row[data-place="1"]');
    await page.click('.image-row[data-place="3"]', { modifiers: ["Shift"] });
    const selected = () =>
      page
        .locator('.image-row[aria-selected="true"]')
        .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute("data-place"))).sort((a, b) => a - b));
    assert.deepEqual(await selected(), [1, 2, 3]);
    await page.click('.image-row[data-place="2"]', { modifiers: ["Control"] });
    assert.deepEqual(await selected(), [1, 3]);
    assert.match(
      await page.innerText(".drawer-count"),
      new RegExp(`^${records.length} of ${records.length} images, 2 selected`),
      "the list stays under the hand that selects",
    );
    await page.check(".drawer-head .check input");
    assert.match(await page.innerText(".drawer-count"), /^2 of/);
    assert.equal(await page.locator(".image-row").count(), 2);
    await page.uncheck(".drawer-head .check input");

    await page.focus(".list");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    const name = await nameOf(1);
    assert.equal(await page.getAttribute(".list", "aria-activedescendant"), "image-1");
    await page.keyboard.press("Enter");
    await page.waitForFunction((text) => document.querySelector("dialog[open]")?.textContent?.includes(text), name);
    await close();
  });

  test("the contact sheet shows every image once, by cluster, in frames of the legend's colours", async () => {
    for (const scheme of /** @type {const} */ (["dark", "light"])) {
      const { page, server, close } = await opened(`theme=${scheme}`);
      await page.click(".drawer-head label:has-text('Contact sheet')");
      const { labels, breakdown } = await server.get(`/api/clusters?${QUERY}`);
      const { records } = await server.get("/api/cohort");
      assert.equal(await page.getAttribute('.image-tile[data-place="0"]', "aria-setsize"), String(labels.length));
      const first = page.locator('.image-tile[data-place="0"]');
      const [medoid] = breakdown.clusters.find((/** @type {any} */ { label }) => label === 0).representatives;
      assert.ok(
        (await first.getAttribute("aria-label"))?.startsWith(
          records.find((/** @type {any} */ { id }) => id === medoid).filename,
        ),
        "the medoid comes first",
      );
      assert.equal(
        await first.locator(".tile-frame").evaluate((node) => getComputedStyle(node).borderColor),
        `rgb(${bytesOf(INKS[scheme].cycle[0]).join(", ")})`,
      );
      await first.hover();
      assert.ok(await first.locator(".tile-caption").isVisible());
      await page.focus(".list");
      await page.keyboard.press("End");
      const last = page.locator(`.image-tile[data-place="${labels.length - 1}"]`);
      assert.match(
        (await last.getAttribute("aria-label")) ?? "",
        labels.includes(-1) ? /in no group$/ : new RegExp(`cluster ${Math.max(...labels)}`),
        "noise, where there is any, is last",
      );
      await first.waitFor({ state: "detached" });
      await close();
    }
  });

  test("a filter dims, says so, and is taken back; what it keeps is counted here anew", async () => {
    const { page, server, asked, faults, close } = await opened();
    const { records, columns } = await server.get("/api/cohort");
    const { name } = columns.find((/** @type {any} */ { kind, n_unique }) => kind === "category" && n_unique > 2);
    const { labels, core } = await server.get(`/api/clusters?${QUERY}`);
    const inCluster = records
      .filter((/** @type {any} */ _, /** @type {number} */ i) => labels[i] === 0 && core[i])
      .map((/** @type {any} */ { values }) => values[name]);
    const value = inCluster.find((/** @type {any} */ one) => one !== null);
    const left = records.filter((/** @type {any} */ { values }) => values[name] !== value).length;
    const whole = await mapPixels(page);
    const queries = asked.filter((path) => path.startsWith("/api/setting")).length;

    await facet(page, name);
    await page
      .locator(".facet[open] label", { has: page.locator(`span:text-is("${value}")`) })
      .locator("input")
      .uncheck();
    await page.waitForFunction(
      (count) => document.querySelector(".drawer-count")?.textContent?.startsWith(`${count} of`),
      left,
    );
    assert.match(
      await page.innerText("#in-force"),
      new RegExp(`^Only ${name} not ${value} · ${records.length - left} of ${records.length} dimmed`),
    );
    assert.ok(
      countColour(await mapPixels(page), bytesOf(INKS.dark.cycle[0])) < countColour(whole, bytesOf(INKS.dark.cycle[0])),
    );
    assert.equal(asked.filter((path) => path.startsWith("/api/setting")).length, queries, "the map stays as it is");

    const linked = await visit(tools().browser, server, await settled(page, "dim="));
    await drawn(linked.page);
    await linked.page.locator("#in-force", { hasText: " dimmed" }).waitFor();
    await linked.close();

    await page.click("#images .chip");
    assert.ok(await page.locator("#in-force").isHidden());
    assert.equal(countDifferences(await mapPixels(page), whole), 0);
    assert.deepEqual(faults, []);
    await close();
  });

  test("a brush over dates keeps those within it; what is only a year or missing says so", async () => {
    const { page, server, close } = await opened();
    const { records, columns } = await server.get("/api/cohort");
    const { name } = columns.find((/** @type {any} */ { kind }) => kind === "date");
    await facet(page, name);
    const bins = page.locator(".facet[open] .bins");
    await bins.scrollIntoViewIfNeeded();
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await bins.boundingBox());
    await page.mouse.move(box.x + 0.1 * box.width, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.5 * box.width, box.y + 10, { steps: 4 });
    await page.mouse.up();
    const [from, to] = await page
      .locator(".facet[open] .bounds input")
      .evaluateAll((fields) => fields.map((field) => /** @type {HTMLInputElement} */ (field).value));
    assert.ok(from !== "" && to > from, `${from} to ${to}`);
    // Dates that are as fine as the bounds compare as text.
    const within = records.filter(
      ({ values }) =>
        (values[name] ?? "").length >= from.length &&
        /^\d/.test(values[name]) &&
        values[name].slice(0, from.length) >= from &&
        values[name].slice(0, to.length) <= to,
    ).length;
    assert.ok(within > 0 && within < records.length);
    await page.waitForFunction(
      (count) => document.querySelector(".drawer-count")?.textContent?.startsWith(`${count} of`),
      within,
    );
    const missing = records.filter((/** @type {any} */ { values }) => values[name] === null).length;
    if (missing > 0) {
      const row = page.locator(".facet[open] .facet-value", { hasText: "missing" });
      assert.match(await row.innerText(), new RegExp(`missing\\s+${missing}`));
      assert.ok(await row.locator("input").isDisabled(), "it lies in no range");
    }
    await page.fill(".facet[open] .bounds input >> nth=0", "soon");
    await page.keyboard.press("Enter");
    assert.equal(await page.getAttribute(".facet[open] .bounds input >> nth=0", "aria-invalid"), "true");
    await close();
  });

  test("a search over all metadata keeps the images whose row holds the text, and says when none does", async () => {
    const { page, server, close } = await opened();
    const { records } = await server.get("/api/cohort");
    const text = records[0].filename.slice(0, 6).toUpperCase();
    const found = records.filter((/** @type {any} */ { values }) =>
      Object.values(values).some((value) =>
        String(value ?? "")
          .toUpperCase()
          .includes(text),
      ),
    ).length;
    await page.fill('[placeholder="Search all metadata"]', text);
    await page.waitForFunction(
      (count) => document.querySelector(".drawer-count")?.textContent?.startsWith(`${count} of`),
      found,
    );
    await page.fill('[placeholder="Search all metadata"]', "no such words in any row");
    await page.waitForFunction(() => document.querySelector(".drawer-count")?.textContent?.startsWith("0 of"));
    assert.equal(await page.locator(".image-row").count(), 0);
    await close();
  });

  test("a bar of a card keeps its images bright, a click filters by it, and Shift with a click selects them", async () => {
    const { page, server, close } = await opened();
    const { breakdown } = await server.get(`/api/clusters?${QUERY}`);
    const cluster = breakdown.clusters.find((/** @type {any} */ { label }) => label === 0);
    const { value, count } = cluster.counts[0];
    const bar = page.locator('.card[data-label="0"] .bar-row', { hasText: value }).locator(".bar-link");
    await judged(page);
    const before = await mapPixels(page);
    await bar.hover();
    await still(page);
    const [own, other] = [INKS.dark.cycle[0], INKS.dark.cycle[1]].map((ink) => bytesOf(ink));
    const pointed = await mapPixels(page);
    assert.ok(countColour(before, other) > 0 && countColour(pointed, other) === 0, "other clusters are dimmed");
    assert.ok(
      countColour(pointed, own) > 0 && countColour(pointed, own) < countColour(before, own),
      "and so are other images of this one",
    );
    await bar.click();
    await page.waitForFunction(
      (wanted) => new URLSearchParams(location.search).get("dim") === wanted,
      `country=${value}`,
    );
    const all = breakdown.totals.find((/** @type {any} */ one) => one.value === value).count;
    await page.waitForFunction(
      (all) => document.querySelector(".drawer-count")?.textContent?.startsWith(`${all} of`),
      all,
    );
    assert.equal(await bar.getAttribute("aria-pressed"), "true");
    await bar.press("Enter");
    await page.waitForFunction(() => !new URLSearchParams(location.search).has("dim"));
    await bar.click({ modifiers: ["Shift"] });
    await page.waitForFunction(
      (count) => document.querySelector(".drawer-count")?.textContent?.includes(`, ${count} selected`),
      count,
    );
    assert.match(
      await page.innerText(".drawer-count"),
      new RegExp(`^${count} of \\d+ images, ${count} selected`),
      "a selection made elsewhere is what is listed",
    );
    await close();
  });

  test("numbers stand on the cards as histograms of one axis, whose bins are filters by hand and by key", async () => {
    const { page, server, faults, close } = await opened("breakdown=age");
    const { breakdown } = await server.get(`/api/clusters?${QUERY}&breakdown=age`);
    const { axis, clusters } = breakdown;
    await page.waitForSelector(".spread-axis");
    assert.match(await page.innerText(".spread-axis"), new RegExp(`^age, ${axis.step} to a bar`));
    assert.equal(await page.locator(".spread-ticks span").first().innerText(), axis.bins[0].start);
    const heights = (/** @type {number} */ label) =>
      page
        .locator(`.card[data-label="${label}"] .spread-fill`)
        .evaluateAll((nodes) => nodes.map((node) => parseFloat(/** @type {HTMLElement} */ (node).style.height)));
    // One scale: heights are shares of the cluster by the same measure everywhere, but for bars of a few images
    // that are higher than the others reach, and are cut.
    const measures = [];
    for (const { label, size, spread, n_missing } of clusters) {
      const shown = await heights(label);
      spread.bins.forEach((/** @type {number} */ n, /** @type {number} */ i) => {
        if (n > 0 && shown[i] < 100) measures.push((shown[i] * size) / n);
        else if (n === 0) assert.equal(shown[i], 0);
      });
      const missing = page.locator(`.card[data-label="${label}"] .bar-missing`);
      assert.equal(await missing.locator(".bar-count").innerText(), String(n_missing));
      assert.equal(await missing.locator(".hatched-bar").count(), 1);
    }
    assert.ok(Math.max(...measures) - Math.min(...measures) < 0.1, "one scale for all cards");
    await page.selectOption("#cards-scale", "count");
    const counted = await heights(clusters[0].label);
    const [full] = clusters[0].spread.bins
      .map((/** @type {number} */ n, /** @type {number} */ i) => counted[i] / n)
      .filter(Number.isFinite);
    const other = await heights(clusters[1].label);
    clusters[1].spread.bins.forEach((/** @type {number} */ n, /** @type {number} */ i) =>
      assert.ok(Math.abs(other[i] - full * n) < 0.1),
    );

    const at = clusters[0].spread.bins.findIndex((/** @type {number} */ n) => n > 0);
    const bins = page.locator(`.card[data-label="${clusters[0].label}"] .spread-bin`);
    await bins.first().focus();
    for (let step = 0; step < at; step++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    const { from, to } = axis.bins[at];
    const dims = () => page.evaluate(() => new URLSearchParams(location.search).getAll("dim"));
    await page.waitForFunction(() => location.search.includes("dim="));
    assert.deepEqual(await dims(), [`age>=${from}`, `age<=${to}`]);
    await page.waitForFunction(
      (n) => document.querySelector(".drawer-count")?.textContent?.startsWith(`${n} of`),
      axis.spread.bins[at],
    );
    // From one bin to another is a range.
    await bins.nth(at).hover();
    const boxes = await Promise.all([at, axis.bins.length - 1].map((i) => bins.nth(i).boundingBox()));
    const [first, last] = boxes.map((box) => ({ x: (box?.x ?? 0) + 4, y: (box?.y ?? 0) + 30 }));
    const seen = await page.evaluate(
      (places) => places.map(({ x, y }) => document.elementFromPoint(x, y)?.closest(".spread-bin") !== null),
      [first, last],
    );
    assert.deepEqual(seen, [true, true], "nothing covers the bins");
    await page.mouse.move(first.x, first.y);
    await page.mouse.down();
    await page.mouse.move(last.x, last.y, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction((to) => location.search.includes(encodeURIComponent(`age<=${to}`)), axis.bins.at(-1).to);
    assert.deepEqual(await dims(), [`age>=${from}`, `age<=${axis.bins.at(-1).to}`]);
    assert.deepEqual(faults, []);
    await close();
  });

  test("an exclusion makes the map again without those images, says so, and is taken back", async () => {
    const { page, server, faults, close } = await opened();
    const { records, columns } = await server.get("/api/cohort");
    const { name, value, left } = unwanted(columns, records);
    const before = [await tile(page, "clusters"), await tile(page, "noise"), await tile(page, "score")];
    await page.click('.image-row[data-place="0"]');
    const kept = await page.locator('.image-row[data-place="0"] > span').nth(2).innerText();
    const whole = await mapPixels(page);
    await page.check('[name="filter-mode"][value="exclude"]');
    await facet(page, name);
    await page
      .locator(".facet[open] label", { has: page.locator(`span:text-is("${value}")`) })
      .locator("input")
      .uncheck();
    await drawn(page, { where: `${name}!=${value}` });
    assert.equal(await page.getAttribute("#map", "data-points"), String(left.length));
    assert.ok(countDifferences(await mapPixels(page), whole) > 500);
    assert.match(
      await page.innerText("#cohort-line"),
      new RegExp(`${left.length} images.*excluded ${records.length - left.length} of ${records.length}`, "s"),
    );
    assert.match(
      await page.innerText("#in-force"),
      new RegExp(
        `^Only ${name} not ${value} · ${records.length - left.length} of ${records.length} excluded: map and clusters`,
      ),
    );
    const told = await server.get(`/api/clusters?${QUERY}&where=${encodeURIComponent(`${name}!=${value}`)}`);
    assert.deepEqual(
      [await tile(page, "clusters"), await tile(page, "noise"), await tile(page, "score")],
      [told.n_clusters, told.n_noise, told.score],
    );

    // Who was selected still is, and every row is the image that it says.
    if (left.some((/** @type {any} */ { filename }) => filename === kept)) {
      await page.check(".drawer-head .check input");
      assert.deepEqual(await page.locator(".image-row > span:nth-child(3)").allInnerTexts(), [kept]);
      await page.uncheck(".drawer-head .check input");
    }
    await page.focus(".list");
    await page.keyboard.press("End");
    const last = page.locator(".image-row.current");
    const picture = await page.getAttribute("#hover-card img", "src");
    assert.equal(
      left.find((/** @type {any} */ { id }) => picture?.includes(id)).filename,
      await last.locator("> span").nth(2).innerText(),
    );

    const linked = await visit(tools().browser, server, await settled(page, "where="));
    await drawn(linked.page, { where: `${name}!=${value}` });
    assert.equal(await linked.page.getAttribute("#map", "data-points"), String(left.length));
    assert.match(await linked.page.innerText("#cohort-line"), /excluded/);
    await linked.close();

    await page.click("#bring-back");
    await page.waitForFunction(
      (count) => document.getElementById("map")?.dataset.points === String(count),
      records.length,
    );
    assert.deepEqual([await tile(page, "clusters"), await tile(page, "noise"), await tile(page, "score")], before);
    assert.ok(await page.locator("#in-force").isHidden());
    assert.doesNotMatch(await page.innerText("#cohort-line"), /excluded/);
    assert.deepEqual(faults, []);
    await close();
  });

  test("what dims turns into what excludes and back; what the server refuses changes nothing but a sentence", async () => {
    const { page, server, close } = await opened();
    const { records, columns } = await server.get("/api/cohort");
    const { name, value, left } = unwanted(columns, records);
    await facet(page, name);
    await page
      .locator(".facet[open] label", { has: page.locator(`span:text-is("${value}")`) })
      .locator("input")
      .uncheck();
    await page.waitForFunction(() => / dimmed/.test(document.getElementById("in-force")?.innerText ?? ""));
    await page.click(".chip-effect");
    await drawn(page, { where: `${name}!=${value}` });
    assert.equal(await page.getAttribute("#map", "data-points"), String(left.length));
    assert.ok(await page.isChecked('[name="filter-mode"][value="dim"]'), "new ones dim as before");
    await page.click(".chip-effect");
    await page.waitForFunction(
      (count) => document.getElementById("map")?.dataset.points === String(count),
      records.length,
    );
    assert.match(
      await page.innerText("#in-force"),
      new RegExp(`${records.length - left.length} of ${records.length} dimmed`),
    );

    await page.fill('[placeholder="Search all metadata"]', records[0].filename);
    await page.waitForFunction(() => /^[0-3] of/.test(document.querySelector(".drawer-count")?.textContent ?? ""));
    await page.locator(".chips li", { hasText: "any column" }).locator(".chip-effect").click();
    await page.waitForSelector("#trouble:not([hidden])");
    assert.ok((await page.innerText("#trouble")).length > 20);
    assert.equal(await page.getAttribute("#map", "data-points"), String(records.length));
    assert.match(await page.innerText("#in-force"), / dimmed/, "it dims as before");
    assert.deepEqual(await page.locator(".chip-effect").allInnerTexts(), ["rest dimmed ⇄", "rest dimmed ⇄"]);
    await close();
  });

  test("one filter excludes while another dims, each says so and goes back alone", async () => {
    const { page, server, faults, close } = await opened();
    const { records, columns } = await server.get("/api/cohort");
    const { name, value, left } = unwanted(columns, records);
    const uncheck = async (/** @type {string} */ column, /** @type {string} */ text) => {
      await facet(page, column);
      await page
        .locator(".facet[open] label", { has: page.locator(`span:text-is("${text}")`) })
        .locator("input")
        .uncheck();
    };
    await page.check('[name="filter-mode"][value="exclude"]');
    await uncheck(name, value);
    await drawn(page, { where: `${name}!=${value}` });
    await facet(page, name);
    const country = records.find((/** @type {any} */ { values }) => values.country !== null).values.country;
    await page.check('[name="filter-mode"][value="dim"]');
    await uncheck("country", country);
    assert.equal(await page.getAttribute("#map", "data-points"), String(left.length), "what was excluded stays so");
    // There and back by its chip.
    const chip = page.locator(".chips li", { hasText: country }).locator(".chip-effect");
    await chip.click();
    await page.waitForFunction(
      () => new URLSearchParams(document.getElementById("map")?.dataset.drawnKey).getAll("where").length === 2,
    );
    await chip.click();
    await page.waitForFunction(
      (count) => document.getElementById("map")?.dataset.points === String(count),
      left.length,
    );
    const here = left.filter((/** @type {any} */ { values }) => values.country === country).length;
    const note = () => page.innerText("#in-force");
    await page.waitForFunction(() => / dimmed/.test(document.getElementById("in-force")?.innerText ?? ""));
    assert.match(
      await note(),
      new RegExp(
        `Only ${name} not ${value} · ${records.length - left.length} of ${records.length} excluded[^]*Only country not ${country} · ${here} of ${left.length} dimmed`,
      ),
    );
    assert.deepEqual(await page.locator(".chip-effect").allInnerTexts(), ["rest excluded ⇄", "rest dimmed ⇄"]);
    assert.ok(
      await page.locator(".chip-effect", { hasText: "dimmed" }).evaluate((button) => button === document.activeElement),
      "the focus stays on what was pressed",
    );

    const linked = await visit(tools().browser, server, await settled(page, "dim="));
    await drawn(linked.page, { where: `${name}!=${value}` });
    await linked.page.locator("#in-force", { hasText: " dimmed" }).waitFor();
    assert.equal(await linked.page.innerText("#in-force"), await note());
    await linked.close();

    await page.locator("#in-force button", { hasText: "bring all back" }).click();
    await page.waitForFunction(
      (count) => document.getElementById("map")?.dataset.points === String(count),
      records.length,
    );
    assert.match(await note(), new RegExp(`^Only country not ${country} · \\d+ of ${records.length} dimmed`));
    await page.locator("#in-force button", { hasText: "clear" }).click();
    assert.ok(await page.locator("#in-force").isHidden());
    assert.deepEqual(faults, []);
    await close();
  });

  test("the drawer fits at 1280 and at 1920, dark and light", async () => {
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ]) {
      for (const scheme of /** @type {const} */ (["dark", "light"])) {
        const { page, faults, close } = await opened(`theme=${scheme}&dim=${encodeURIComponent("*~a")}`, {
          viewport: { width, height },
        });
        const boxes = await page.evaluate(() =>
          ["#stage", "#images", ".list", ".filters", "#in-force"].map((selector) =>
            document.querySelector(selector)?.getBoundingClientRect().toJSON(),
          ),
        );
        const [stage, images, list, filters, note] = boxes;
        assert.ok(
          images.left === stage.left &&
            images.right === stage.right &&
            images.top >= stage.bottom - 1 &&
            images.bottom <= height + 1,
        );
        assert.ok(list.width > 300 && filters.width > 200 && list.height > 100);
        assert.ok(note.left >= stage.left && note.right <= stage.right && note.bottom <= stage.top, "above the map");
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        await page.waitForFunction(() =>
          [...document.querySelectorAll(".image-row img")].some(
            (image) => /** @type {HTMLImageElement} */ (image).naturalWidth > 0,
          ),
        );
        assert.deepEqual(faults, []);
        await close();
      }
    }
  });
}

/** @param {Page} page @param {string} column */
async function facet(page, column) {
  await page.locator(".facet summary", { has: page.locator(`span:text-is("${column}")`) }).click();
}

/** A value that few enough have for the rest to make a map. @param {any[]} columns @param {any[]} records */
function unwanted(columns, records) {
  const { name } = columns.find(({ name, kind }) => kind === "category" && /view/i.test(name));
  const values = [...new Set(records.map(({ values }) => values[name]))].filter((value) => value !== null);
  const without = (/** @type {string} */ value) => records.filter(({ values }) => values[name] !== value);
  const [value] = values.sort((a, b) => without(b).length - without(a).length);
  return { name, value, left: without(value) };
}

/** The address once it says so. @param {Page} page @param {string} part */
async function settled(page, part) {
  await page.waitForFunction((text) => location.search.includes(text), part);
  return new URL(page.url()).search.slice(1);
}
