/**
 * What must hold on every cohort, asked of the binary through a browser. Expected numbers are never written down
 * here: they come from the server's own JSON, and what is drawn is read from pixels.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { drawn, frames, judged, mapPixels, onPage, rested, still, tile, visit, withoutWebgl } from "./harness.mjs";
import { placesOf } from "./pictures.mjs";
import { countColour, countDifferences } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** Pixels of a cluster's own colour that one core point shows at least: it covers about 70, and half may be hidden. */
const ONE_CORE_POINT = 35;

/** @typedef {() => {browser: Browser, server: Server}} Tools */

/** A setting of the default map with at least two clusters and some noise. @param {Tools} tools */
async function goodCell(tools) {
  const plane = await tools().server.get("/api/plane?method=tsne&perplexity=17");
  const cells = plane.cells.filter(
    (/** @type {any} */ cell) => cell.n_clusters >= 2 && cell.n_clusters <= 7 && cell.n_noise >= 10,
  );
  assert.ok(cells.length > 0, "the default map must have a setting with clusters");
  return cells.sort((/** @type {any} */ a, /** @type {any} */ b) => a.score - b.score)[0];
}

/** The same in a link. @param {Tools} tools */
async function goodQuery(tools) {
  const { eps, min_samples } = await goodCell(tools);
  return new URLSearchParams({ eps: String(eps), min_samples: String(min_samples) }).toString();
}

/** What a cohort has a part in: its pictures, its table, its groups. @param {Tools} tools */
export function cohortTests(tools) {
  test("the page shows the cohort, without errors and without asking anyone else", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server);
    await drawn(page);
    const cohort = await server.get("/api/cohort");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), "ready");
    assert.equal(await page.getAttribute("#map", "data-points"), String(cohort.n_images));
    assert.equal(await page.getAttribute("#map", "data-renderer"), "webgl2");
    const line = await page.innerText("#cohort-line");
    for (const part of [
      cohort.name,
      `${cohort.n_images} images`,
      `${cohort.n_groups} patients`,
      `${cohort.n_without_country} without country`,
      `${cohort.skipped.length} skipped`,
    ]) {
      assert.ok(line.includes(part), `"${part}" is missing in "${line}"`);
    }
    assert.match(await page.innerText(".colophon"), /research instrument, not a diagnostic device/);
    await rested(page);
    await still(page);
    assert.deepEqual(faults, []);
    await close();
  });

  test("what was skipped is listed with its reason", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    const { skipped, report } = await server.get("/api/cohort");
    await page.click("#report-open");
    await page.waitForSelector("#report[open]");
    const text = await page.innerText("#report");
    assert.ok(text.includes(String(report.n_rows)));
    for (const { filename, reason } of skipped)
      assert.ok(text.includes(filename.trim()) && text.includes(reason), filename);
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#report").isHidden());
    await close();
  });

  test("what the network gets of an image is shown with what is in it", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    const { model, records } = await server.get("/api/cohort");
    await page.click("#report-open");
    const said = await page.innerText("#prepared");
    assert.ok(said.includes(model.preprocessing.text) && said.includes("metadata"), said);
    await page.click("#tensor summary");
    for (const { id } of records.slice(0, 2)) {
      await page.selectOption("#tensor select", id);
      const { channels } = await server.get(`/api/images/${id}/tensor`);
      const picture = page.locator(`#tensor img[src="/api/images/${id}/tensor.png?study=1"]`);
      await picture.evaluate((/** @type {HTMLImageElement} */ image) => image.decode());
      assert.equal(await picture.evaluate((/** @type {HTMLImageElement} */ image) => image.naturalWidth), 224);
      const row = await page.innerText("#tensor tbody tr");
      assert.ok(row.includes(String(Number(channels[0].mean.toPrecision(4)))), row);
    }
    await close();
  });

  test("the layers of the network are listed by blocks, each with its words and a small map in the map's colours", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server);
    await drawn(page);
    const { layers, read, default: usual } = await server.get("/api/layers");
    assert.equal(read, usual);
    await page.click("#report-open");
    await page.click("#layers > summary");
    const rows = page.locator("#layers .layer");
    await rows.first().waitFor({ state: "attached" });
    assert.equal(await rows.count(), layers.length);
    assert.equal(await page.locator("#layers .layer", { hasText: "read here, default" }).count(), 1);
    // By the keyboard, to a layer that is not the one that is read.
    const other = layers.find((/** @type {{name: string, group: string}} */ { name }) => name === "average");
    await page.evaluate((group) => {
      for (const block of document.querySelectorAll(".layers-block"))
        if (block.querySelector("code")?.textContent === (group || "outside any block"))
          /** @type {HTMLDetailsElement} */ (block).open = true;
    }, other.group);
    const row = page.locator("#layers .layer").filter({ has: page.locator("summary code", { hasText: /^average$/ }) });
    await row.locator("summary").focus();
    await page.keyboard.press("Enter");
    await row.locator(".layer-map").waitFor();
    assert.equal(await row.locator(".layer-body code").innerText(), "--layer average");
    const { ids, n_features } = await server.get("/api/layers/map?layer=average");
    assert.equal(await row.locator("circle").count(), ids.length);
    assert.match(await row.locator("figcaption").innerText(), new RegExp(`${n_features} features each`));
    const fills = await row
      .locator("circle")
      .evaluateAll((all) => new Set(all.map((one) => one.getAttribute("fill"))).size);
    assert.ok(fills > 1, "they have the colours of their groups");
    assert.deepEqual(faults, []);
    await close();
  });

  test("clusters are drawn in their colours, noise in grey, and eps changes how much of each", async () => {
    const { browser, server } = tools();
    const cell = await goodCell(tools);
    const { page, close } = await visit(browser, server, await goodQuery(tools));
    await drawn(page, { eps: cell.eps });
    const clusters = await server.get(
      `/api/clusters?method=tsne&perplexity=17&eps=${cell.eps}&min_samples=${cell.min_samples}`,
    );
    const before = await mapPixels(page);
    for (let label = 0; label < clusters.n_clusters; label++) {
      const cores = clusters.labels.filter(
        (/** @type {number} */ own, /** @type {number} */ i) => own === label && clusters.core[i],
      ).length;
      const seen = countColour(before, bytesOf(INKS.dark.cycle[label]));
      // A core point covers about 70 pixels; half of them may be hidden by its neighbours.
      assert.ok(seen >= 20 * Math.min(cores, 10), `cluster ${label}: ${seen} pixels for ${cores} core points`);
    }
    const noiseBefore = countColour(before, bytesOf(INKS.dark.noise));
    assert.ok(
      noiseBefore >= 5 * Math.min(cell.n_noise, 20),
      `${noiseBefore} grey pixels for ${cell.n_noise} noise points`,
    );
    assert.ok(countColour(before, bytesOf(INKS.dark.film)) > 0.8 * before.width * before.height);

    await page.focus("#eps-track");
    await page.keyboard.press("Home");
    await drawn(page, { eps: 0.01 });
    const after = await mapPixels(page);
    const smallest = await server.get(
      `/api/clusters?method=tsne&perplexity=17&eps=0.01&min_samples=${cell.min_samples}`,
    );
    assert.ok(smallest.n_noise > cell.n_noise);
    assert.ok(countColour(after, bytesOf(INKS.dark.noise)) > noiseBefore);
    assert.ok(countColour(after, bytesOf(INKS.dark.cycle[0])) < countColour(before, bytesOf(INKS.dark.cycle[0])));
    await close();
  });

  test("a point under the cursor shows its X-ray; a click opens it in full; arrow keys go through its cluster", async () => {
    const { browser, server } = tools();
    const query = await goodQuery(tools);
    const { page, faults, close } = await visit(browser, server, `${query}&marks=dots`);
    await drawn(page);
    const { labels, core } = await server.get(`/api/clusters?${query}`);
    const at = await placesOf(page, server, query);
    const isCore = (/** @type {number} */ i) => labels[i] === 0 && core[i];
    const there = await onPage(page, at([...labels.keys()].find(isCore)));
    await page.mouse.move(...there);
    await page.waitForSelector("#hover-card:not([hidden])");
    assert.match(await page.innerText("#hover-card"), /cluster 0, core/);
    await loaded(page, "#hover-card img");
    await page.mouse.click(...there);
    await page.waitForSelector("#viewer[open]");
    await page.waitForSelector('.pane[data-state="shown"]');
    const first = await page.innerText("#viewer-name");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((name) => document.getElementById("viewer-name")?.textContent !== name, first);
    assert.match(await page.innerText("#viewer-position"), /in cluster 0$/);
    await page.keyboard.press("ArrowLeft");
    assert.equal(await page.innerText("#viewer-name"), first);
    const { records } = await server.get("/api/cohort");
    const record = records.find((/** @type {any} */ { filename }) => filename === first);
    const facts = await page.innerText("#viewer-facts");
    for (const [name, value] of Object.entries(record.values)) {
      if (typeof value === "string")
        assert.ok(facts.replace(/\s+/g, " ").includes(value.trim().replace(/\s+/g, " ")), `${name}: ${value}`);
    }
    await page.waitForFunction((id) => new URLSearchParams(location.search).get("image") === id, record.id);
    const linked = await visit(browser, server, new URL(page.url()).search.slice(1));
    await linked.page.waitForSelector("#viewer[open]");
    assert.equal(await linked.page.innerText("#viewer-name"), first, "a link opens the X-ray too");
    await linked.close();
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#viewer").isHidden());
    assert.deepEqual(faults, []);
    await close();
  });

  test("cards count images and patients, always show the missing, and dim the rest of the map", async () => {
    const { browser, server } = tools();
    const cell = await goodCell(tools);
    const { page, close } = await visit(browser, server, await goodQuery(tools));
    await drawn(page);
    const { breakdown } = await server.get(
      `/api/clusters?method=tsne&perplexity=17&eps=${cell.eps}&min_samples=${cell.min_samples}`,
    );
    assert.equal(await page.locator(".card").count(), breakdown.clusters.length);
    for (const [i, summary] of breakdown.clusters.entries()) {
      const card = page.locator(".card").nth(i);
      assert.match(await card.innerText(), new RegExp(`${summary.size} images? · ${summary.n_groups} patients?`));
      assert.equal(await card.locator(".bar-missing .bar-count").innerText(), String(summary.n_missing));
      assert.ok((await card.locator(".hatched-bar").boundingBox())?.width, "the missing bar is there");
      assert.equal(await card.locator(".thumb").count(), Math.min(7, summary.representatives.length));
    }
    assert.equal(await page.locator(".card").last().getAttribute("data-label"), "-1", "noise comes last");
    await judged(page);
    await loaded(page, ".card .thumb img");
    const before = await mapPixels(page);
    // By its head: a bar stands for its own images alone.
    await page.locator(".card-head").first().hover();
    await still(page);
    const dimmed = await mapPixels(page);
    const [own, other] = [INKS.dark.cycle[0], INKS.dark.cycle[1]].map(bytesOf);
    assert.ok(countColour(dimmed, own) > 0.8 * countColour(before, own));
    assert.equal(countColour(dimmed, other), 0, "the other clusters are dimmed");
    await close();
  });

  test("the map is coloured by any column, with the missing apart", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, await goodQuery(tools));
    await drawn(page);
    const before = await mapPixels(page);
    await page.selectOption("#colour", "country");
    await drawn(page, { colour: "country" });
    const cohort = await server.get("/api/cohort");
    assert.ok(countDifferences(before, await mapPixels(page)) > 500);
    const counts = await page.locator(".legend-count").allInnerTexts();
    assert.equal(
      counts.reduce((sum, text) => sum + Number(text.replace(",", "")), 0),
      cohort.n_images,
      "every image is in the legend",
    );
    const missing = page.locator('.legend-entry[data-kind="missing"] .legend-count');
    assert.equal(Number(await missing.innerText()), cohort.n_without_country);
    for (const { name } of cohort.columns) {
      await page.selectOption("#colour", name);
      await drawn(page, { colour: name });
    }
    await page.selectOption("#breakdown", "sex");
    await page.waitForFunction(() => document.querySelector(".bars")?.getAttribute("aria-label") === "by sex");
    await close();
  });

  test("a link restores the view, pixel by pixel", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, await goodQuery(tools));
    await drawn(page);
    await page.focus("#perplexity-track");
    await page.keyboard.press("PageUp");
    await page.selectOption("#colour", "country");
    await page.selectOption("#breakdown", "sex");
    await drawn(page, { perplexity: 27, colour: "country" });
    await page.focus("#map");
    for (const key of ["+", "+", "ArrowLeft", "ArrowUp"]) await page.keyboard.press(key);
    await page.click("#theme-toggle");
    await page.mouse.move(0, 0);
    await still(page);
    const before = await mapPixels(page);
    const shown = await page.evaluate(() => document.getElementById("pictures")?.dataset.shown);
    const query = new URL(page.url()).search.slice(1);
    await close();
    const again = await visit(browser, server, query);
    await drawn(again.page, { perplexity: 27, colour: "country" });
    assert.equal(await again.page.inputValue("#breakdown"), "sex");
    assert.equal(await again.page.evaluate(() => document.documentElement.dataset.theme), "light");
    // Pictures are placed over a few frames.
    await again.page.waitForFunction((shown) => document.getElementById("pictures")?.dataset.shown === shown, shown);
    await still(again.page);
    // Points lie on a grid of sixteenths of a pixel, and the sixth decimal of the link may put one on the other side of
    // a line: its edge then differs by up to 40.
    const different = countDifferences(before, await mapPixels(again.page), 48);
    assert.ok(different < 20, `${different} pixels differ`);
    assert.equal(new URL(again.page.url()).search.slice(1), query);
    await again.close();
  });

  test("what a link asks for and is not there is said, and nothing is shown in its place", async () => {
    const { browser, server } = tools();
    const said = async (/** @type {string} */ query, /** @type {readonly string[]} */ words) => {
      const { page, faults, asked, close } = await visit(browser, server, query);
      await page.waitForSelector("#waiting-without", { state: "visible" });
      await page.waitForFunction(
        (words) => words.every((word) => document.getElementById("waiting-text")?.textContent?.includes(word)),
        words,
      );
      // By then a map would have been asked for: everything else has been answered.
      await page.waitForLoadState("networkidle");
      assert.equal(await page.getAttribute("#map", "data-drawn-key"), null, query);
      assert.ok(!asked.some((path) => path.startsWith("/api/setting")), query);
      assert.equal(new URL(page.url()).search.slice(1), query, "the link stays what it was");
      return { page, faults, close };
    };
    const all = await said(
      "eps=banana&perplexity=1e9&method=isomap&colour=nothing&breakdown=%3Cscript%3E&camera=1,2,3&image=none&theme=pink&dim=planet=Mars&within=planet&perplexty=5",
      [
        "eps",
        "perplexity",
        "isomap",
        "nothing",
        "<script>",
        "camera",
        "image",
        "pink",
        "planet=Mars",
        "within",
        "perplexty",
      ],
    );
    await all.page.click("#waiting-without");
    await drawn(all.page, { eps: 0.4, colour: "cluster" });
    assert.ok(await all.page.locator("#waiting").isHidden());
    assert.equal(await all.page.inputValue("#breakdown"), "country");
    assert.deepEqual(all.faults, []);
    await all.close();
    for (const [query, word] of [
      ["where=planet%3DMars", "planet"],
      ["where=", "is no condition"],
      ["where=age%3E%3Dold", "age>=old"],
      ["perplexity=100000", "below"],
      ["own=0123456789ab", "0123456789ab"],
    ]) {
      const { page, close } = query.startsWith("own") ? await visit(browser, server, query) : await said(query, [word]);
      await page.waitForFunction((word) => document.getElementById("waiting-text")?.textContent?.includes(word), word);
      await page.click("#waiting-without");
      await drawn(page);
      await page.waitForFunction(() => location.search.includes("eps=") && !/[?&](where|own)=/.test(location.search));
      await close();
    }
  });
}

/** Controls and layout, which are the same whatever the cohort. @param {Tools} tools */
export function controlTests(tools) {
  test("every slider answers the keyboard", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, await goodQuery(tools));
    await drawn(page);
    const first = await mapPixels(page);
    const press = async (
      /** @type {string} */ target,
      /** @type {string} */ key,
      /** @type {Record<string, string | number>} */ wanted,
    ) => {
      await page.focus(target);
      await page.keyboard.press(key);
      await drawn(page, wanted);
    };
    await press("#perplexity-track", "PageUp", { perplexity: 27 });
    const moved = await mapPixels(page);
    assert.ok(countDifferences(first, moved) > 500, "another perplexity is another map");
    await press("#perplexity-track", "Shift+ArrowLeft", { perplexity: 17 });
    await press("#perplexity-track", "ArrowRight", { perplexity: 18 });
    await page.click("#more-map summary");
    for (const [name, value] of [
      ["max_iter", 950],
      ["random_state", 43],
    ]) {
      await page.fill(`#${name}`, String(value));
      await press(`#${name}`, "Enter", { [name]: value });
    }
    await press("#eps-track", "PageUp", {});
    await press("#min_samples-track", "Home", { min_samples: 1 });
    assert.equal(await page.inputValue("#min_samples"), "1");
    const shown = new URLSearchParams((await page.getAttribute("#map", "data-drawn-key")) ?? "");
    const told = await server.get(
      `/api/clusters?method=tsne&perplexity=18&max_iter=950&random_state=43&eps=${shown.get("eps")}&min_samples=1`,
    );
    assert.deepEqual(
      [await tile(page, "score"), await tile(page, "clusters"), await tile(page, "noise")],
      [told.score, told.n_clusters, told.n_noise],
    );
    await close();
  });

  test("every slider answers the mouse, and the map follows while it is dragged", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    for (const name of ["eps", "min_samples", "perplexity"]) {
      const before = await page.inputValue(`#${name}`);
      const box = /** @type {{x: number, y: number, width: number, height: number}} */ (
        await page.locator(`#${name}-track`).boundingBox()
      );
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + 0.15 * box.width, y);
      await page.mouse.down();
      const keys = new Set();
      for (let step = 0; step <= 10; step++) {
        await page.mouse.move(box.x + (0.15 + 0.02 * step) * box.width, y);
        // A hand that is not in a hurry.
        await frames(page, 4);
        keys.add(await page.getAttribute("#map", "data-drawn-key"));
      }
      await page.mouse.up();
      const after = await page.inputValue(`#${name}`);
      assert.notEqual(after, before, name);
      await drawn(page, { [name]: Number(after) });
      if (name === "eps") assert.ok(keys.size >= 3, `the map showed only ${keys.size} of the values on the way`);
      await page.locator(`#${name}-track`).dblclick();
      await drawn(page, { [name]: Number(await page.getAttribute(`.slider[data-name=${name}]`, "data-default")) });
    }
    await close();
  });

  test("a number can be typed, and what is out of range is brought back into it", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    await page.fill("#eps", "0.37");
    await drawn(page, { eps: 0.37 });
    await page.fill("#perplexity", "100000");
    await page.keyboard.press("Enter");
    const { n_images } = await server.get("/api/cohort");
    await drawn(page, { perplexity: n_images - 1 });
    assert.equal(await page.inputValue("#perplexity"), String(n_images - 1));
    assert.match(await page.innerText("#warnings"), /perplexity/i, "the server warns of a perplexity this large");
    await close();
  });

  test("eps asks for clusters only, perplexity for projection, clusters and plane; the tests follow when the sliders rest", async () => {
    const { browser, server } = tools();
    const { page, asked, close } = await visit(browser, server);
    await drawn(page);
    await planeShown(page);
    const paths = () =>
      asked
        .splice(0)
        .map((path) => new URL(path, server.url))
        // What changed, verdict and names are asked for by themselves, and have tests of their own.
        .filter(
          ({ pathname }) =>
            pathname.startsWith("/api/") && !/^\/api\/(thumbnails|atlas|changed|verdict|names)/.test(pathname),
        )
        .map(({ pathname, searchParams }) => `${pathname} ${searchParams.get("parts")}`)
        .sort();
    await rested(page);
    paths();
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    await drawn(page, { eps: 0.41 });
    assert.deepEqual(paths(), ["/api/setting clusters"]);
    await rested(page);
    // Whatever else might follow would be among what is asked next.
    assert.deepEqual(paths(), ["/api/findings association,enrichment"]);
    await page.focus("#perplexity-track");
    await page.keyboard.press("ArrowRight");
    await drawn(page, { perplexity: 18 });
    await planeShown(page);
    await rested(page);
    assert.deepEqual(paths(), ["/api/findings association,enrichment,quality", "/api/setting map,clusters,plane"]);
    await close();
  });

  test("a newer value cancels a request that is slow, and the last value wins", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    /** @type {string[]} */
    const cancelled = [];
    page.on("requestfailed", (request) => cancelled.push(request.url()));
    // It is never answered.
    await page.route(/api\/setting.*eps=0\.41/, () => {});
    await page.focus("#eps-track");
    for (let k = 0; k < 5; k++) await page.keyboard.press("ArrowRight");
    await drawn(page, { eps: 0.45 }, 5000);
    assert.ok(
      cancelled.some((url) => url.includes("eps=0.41")),
      "the first request was left to run",
    );
    await close();
  });

  test("an error of the server is one quiet line, and the old map stays", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    const key = await page.getAttribute("#map", "data-drawn-key");
    const before = await mapPixels(page);
    await page.route("**/api/setting*", (route) =>
      route.fulfill({
        status: 422,
        contentType: "application/json",
        body: JSON.stringify({ error: { code: "x", message: "eps is <b>odd</b> today." } }),
      }),
    );
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("#trouble:not([hidden])");
    assert.equal(await page.innerText("#trouble"), "eps is <b>odd</b> today.", "text is set as text");
    assert.equal(await page.getAttribute("#map", "data-drawn-key"), key);
    assert.equal(countDifferences(before, await mapPixels(page)), 0);
    await page.unroute("**/api/setting*");
    await page.keyboard.press("ArrowRight");
    await drawn(page, { eps: 0.42 });
    assert.ok(await page.locator("#trouble").isHidden());
    await close();
  });

  test("a cell of the plane is applied by click and by keyboard, with the numbers that it promised", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    await planeShown(page);
    const plane = await server.get("/api/plane?method=tsne&perplexity=17");
    const cell = plane.cells[4 * plane.min_samples.length + 2];
    await page.locator("#plane").scrollIntoViewIfNeeded();
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (
      await page.locator("#plane").boundingBox()
    );
    const at = [
      box.x + (4.5 / plane.eps.length) * box.width,
      box.y + box.height * (1 - 2.5 / plane.min_samples.length),
    ];
    await page.mouse.move(at[0], at[1]);
    assert.match(await page.innerText("#tip"), new RegExp(`eps 0\\.50 · min_samples ${cell.min_samples}`));
    await page.mouse.click(at[0], at[1]);
    await drawn(page, { eps: cell.eps, min_samples: cell.min_samples });
    assert.deepEqual(
      [await tile(page, "clusters"), await tile(page, "noise"), await tile(page, "score")],
      // A single cluster has no score, and its tile shows no number.
      [cell.n_clusters, cell.n_noise, cell.n_clusters > 1 ? cell.score : NaN],
    );
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await drawn(page, { eps: plane.eps[3], min_samples: cell.min_samples + 1 });
    await close();
  });

  test("light is light, and stays when it is chosen", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, await goodQuery(tools), { colorScheme: "light" });
    await drawn(page);
    const light = await mapPixels(page);
    assert.ok(countColour(light, bytesOf(INKS.light.film)) > 0.8 * light.width * light.height);
    assert.ok(countColour(light, bytesOf(INKS.light.cycle[0])) >= ONE_CORE_POINT);
    assert.ok(!page.url().includes("theme="), "the system's theme is not part of the link");
    await page.click("#theme-toggle");
    await page.waitForFunction(() => location.search.includes("theme=dark"));
    const dark = await mapPixels(page);
    assert.ok(countColour(dark, bytesOf(INKS.dark.film)) > 0.8 * dark.width * dark.height);
    await close();
  });

  test("pan and zoom move the map, and 0 brings it back", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, await goodQuery(tools));
    await drawn(page);
    await page.mouse.move(0, 0);
    const home = await mapPixels(page);
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (
      await page.locator("#map").boundingBox()
    );
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, -400);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 80, box.y + box.height / 2 + 40, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(() => location.search.includes("camera="));
    await page.mouse.move(0, 0);
    assert.ok(countDifferences(home, await mapPixels(page)) > 500);
    await page.focus("#map");
    await page.keyboard.press("0");
    await page.waitForFunction(() => !location.search.includes("camera="));
    await page.evaluate(() => document.getElementById("map")?.blur());
    await still(page);
    assert.ok(countDifferences(home, await mapPixels(page)) < 20);
    await close();
  });

  test("a 3-D map turns with the mouse", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, "method=pca&eps=0.5&min_samples=8");
    await drawn(page, { method: "pca" });
    await page.locator('[name="n_components"][value="3"]').check({ force: true });
    await drawn(page, { n_components: 3 });
    assert.ok(await page.locator("#axes").isVisible());
    const before = await mapPixels(page);
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (
      await page.locator("#map").boundingBox()
    );
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 200, box.y + 90, { steps: 6 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
    await still(page);
    const turned = await mapPixels(page);
    assert.ok(countDifferences(before, turned) > 500);
    assert.ok(countColour(turned, bytesOf(INKS.dark.film)) > 0.8 * turned.width * turned.height);
    assert.deepEqual(faults, []);
    await close();
  });

  test("at 1024 pixels the cards are a drawer, and nothing is cut off", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, "", { viewport: { width: 1024, height: 768 } });
    await drawn(page);
    assert.ok(await page.locator("#findings").isHidden());
    await page.click("#findings-toggle");
    await page.locator(".card").first().waitFor({ state: "visible" });
    await page.locator(".card").first().hover();
    await page.locator("#breakdown").focus();
    await page.keyboard.press("Escape");
    await page.waitForFunction(
      () => getComputedStyle(/** @type {Element} */ (document.getElementById("findings"))).visibility === "hidden",
    );
    assert.ok(await page.locator("#report-open").isVisible());
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(overflow, 0);
    await close();
  });

  test("no width from 1024 to 2560 makes the page scroll sideways or hides a button", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    for (const width of [1024, 1200, 1280, 1440, 1920, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${width}`);
      for (const id of ["search-open", "make-report", "copy-link", "theme-toggle", "report-open"]) {
        const box = await page.locator(`#${id}`).boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width, `${id} at ${width}`);
      }
    }
    await close();
  });

  test("without WebGL2 the map is drawn all the same, and the page says so", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, await goodQuery(tools), {
      before: withoutWebgl,
    });
    await drawn(page);
    assert.equal(await page.getAttribute("#map", "data-renderer"), "canvas2d");
    assert.match(await page.innerText("#hints"), /without WebGL2/);
    assert.ok(countColour(await mapPixels(page), bytesOf(INKS.dark.cycle[0])) >= ONE_CORE_POINT);
    assert.deepEqual(faults, []);
    await close();
  });

  test("while features are computed the page says how far they are, and fills in when they are done", async () => {
    const { browser, server } = tools();
    let pending = true;
    const { page, close } = await visit(browser, server, "", {
      before: (page) =>
        page.route("**/api/cohort", async (route) => {
          const response = await route.fetch();
          const cohort = await response.json();
          await route.fulfill({
            response,
            json: pending
              ? { ...cohort, state: "pending", progress: { done: 57, total: 193, stage: "features" } }
              : cohort,
          });
        }),
    });
    await page.waitForSelector("#waiting-progress:not([hidden])");
    assert.match(await page.innerText("#waiting-text"), /57 of 193 X-rays/);
    assert.equal(
      await page.evaluate(() => /** @type {HTMLProgressElement} */ (document.getElementById("waiting-progress")).value),
      57,
    );
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), "pending");
    assert.ok(await page.locator("#eps-track").isDisabled());
    assert.ok(await page.locator("#eps-track").isVisible());
    pending = false;
    await drawn(page);
    assert.ok(await page.locator("#eps-track").isEnabled());
    assert.ok(await page.locator("#waiting").isHidden());
    await close();
  });

  test("a failed cohort and an empty one say what to do", async () => {
    const { browser, server } = tools();
    for (const [change, words] of /** @type {const} */ ([
      [
        { state: "failed", error: "The model could not be read: give another with --model." },
        /give another with --model/,
      ],
      [{ state: "ready", n_images: 0, n_groups: 0, records: [], columns: [] }, /another folder or filter/],
    ])) {
      const { page, close } = await visit(browser, server, "", {
        before: (page) =>
          page.route("**/api/cohort", async (route) => {
            const response = await route.fetch();
            await route.fulfill({ response, json: { ...(await response.json()), ...change } });
          }),
      });
      await page.waitForFunction((state) => document.documentElement.dataset.state === state, change.state);
      assert.match(await page.innerText("#waiting-text"), words);
      assert.ok(await page.locator("#eps-track").isDisabled());
      await close();
    }
  });
}

/** @param {Page} page */
async function planeShown(page) {
  await page.waitForFunction(() => document.getElementById("plane")?.getAttribute("aria-label")?.includes("eps 0.40"));
}

/** @param {Page} page @param {string} selector */
async function loaded(page, selector) {
  await page.waitForFunction((css) => {
    const image = document.querySelector(css);
    return image instanceof HTMLImageElement && image.complete && image.naturalWidth > 1;
  }, selector);
}
