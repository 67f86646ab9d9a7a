/**
 * "Is it luck?" in a browser. Expected numbers and sentences come from the server's own JSON; colours are read from
 * pixels, in both themes.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { drawn, judged, mapPixels, openLine, rested, visit } from "./harness.mjs";
import { countColour, countDifferences, decodePng } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const ACCENT = { dark: "#7cc4ff", light: "#0b6bcb" };
const WARNING = { dark: "#f0b429", light: "#8a5d00" };

/** @param {() => {browser: Browser, server: Server}} tools */
export function evidenceTests(tools) {
  /** @param {Record<string, string>} [query] @param {"dark" | "light"} [theme] */
  const open = async (query = {}, theme = "dark") => {
    const { browser, server } = tools();
    const params = new URLSearchParams({ theme, ...query }).toString();
    const visited = await visit(browser, server, params);
    await drawn(visited.page);
    await rested(visited.page);
    await opened(visited.page);
    return { ...visited, server };
  };
  /**
   * The finding that the page asked for last, asked of its own route.
   * @param {Server} server @param {string[]} asked @param {string} part
   */
  const again = (server, asked, part) => {
    const last = new URL(asked.findLast((one) => one.startsWith("/api/findings?")) ?? "", server.url);
    assert.ok(last.searchParams.get("parts")?.split(",").includes(part), `${part} was not asked for last`);
    last.searchParams.delete("parts");
    if (part === "quality") for (const key of ["own", "breakdown", "noise", "within"]) last.searchParams.delete(key);
    return server.get(`/api/${part}${last.search}`);
  };

  for (const theme of /** @type {const} */ (["dark", "light"])) {
    test(`the verdict and the ranking are the server's, in the ${theme} theme`, async () => {
      const { page, server, asked, faults, close } = await open({}, theme);
      const told = await again(server, asked, "association");
      const says = (await page.innerText("#explain-say")).replace(/\s+/g, " ");
      for (const sentence of [told.verdict, ...told.warnings]) assert.ok(says.includes(sentence), sentence);
      const testable = told.columns.filter((/** @type {any} */ column) => column.testable);
      const shown = await page.locator("#ranks .bar-name, #ranks-more .bar-name").allTextContents();
      assert.deepEqual([...shown].sort(), testable.map((/** @type {any} */ { name }) => name).sort());
      assert.deepEqual(
        shown.slice(0, 3),
        testable.slice(0, 3).map((/** @type {any} */ { name }) => name),
      );
      assert.equal(await page.locator("#untestable li").count(), told.columns.length - testable.length);
      const held = testable.filter(
        (/** @type {any} */ { name, evident, explained }) =>
          evident && explained > 0.1 && shown.slice(0, 6).includes(name),
      );
      const pixels = decodePng(await page.locator("#ranks").screenshot());
      assert.ok(countColour(pixels, bytesOf(ACCENT[theme])) >= 50 * held.length, `${held.length} bright bars`);
      // What is asked with more maps and cohorts takes the place of this.
      await page.waitForSelector('#verdict[aria-busy="false"]');
      const last = asked.findLast((one) => one.startsWith("/api/verdict?")) ?? "";
      const verdict = await server.get(last.replace(/effort=\w+/, "effort=full"));
      await page.waitForFunction((says) => document.getElementById("verdict")?.textContent?.includes(says), "100 maps");
      const shownVerdict = (await page.innerText("#verdict")).replace(/\s+/g, " ");
      const lines = verdict.lines.filter((/** @type {any} */ { key }) => key !== "features");
      const [features] = verdict.lines;
      for (const { key, holds, short, text } of lines) {
        const isUnknown = key === "made_of" && holds === null;
        const says = isUnknown ? `without any map: ${features.short}` : short;
        for (const part of [says, text]) assert.ok(shownVerdict.includes(part), `${part} in ${shownVerdict}`);
      }
      for (const part of [verdict.headline, features.text])
        assert.ok(shownVerdict.includes(part), `${part} in ${shownVerdict}`);
      const edge = countColour(
        decodePng(await page.locator("#verdict").screenshot()),
        bytesOf((verdict.real ? ACCENT : WARNING)[theme]),
      );
      assert.ok(edge > 100, "the edge says whether the groups are real");
      assert.deepEqual(
        await page.locator(".verdict-mark").allInnerTexts(),
        lines.map((/** @type {any} */ { holds }) => ({ true: "✓", false: "✗", null: "–" })[String(holds)]),
        "never by colour alone",
      );
      const line = page.locator('.verdict-line[data-key="again"]');
      await line.locator("> summary").focus();
      await page.keyboard.press("Enter");
      assert.ok(await line.locator(".verdict-more").isHidden(), "a line closes as it opens");
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("a row breaks the clusters down by its column and keeps the focus; its tip carries the server's sentence", async () => {
    const { page, server, asked, close } = await open({ breakdown: "country" });
    const told = await again(server, asked, "association");
    const view = told.columns.find((/** @type {any} */ { name, testable }) => name === "view" && testable);
    const button = page.locator('.rank[data-name="view"] button');
    if (!(await button.isVisible())) await page.click("#ranks-more summary");
    await button.focus();
    const tip = (await page.innerText("#tip")).replace(/\u00a0/g, " ");
    for (const part of [view.sentence, `${view.n_images} images`, `${view.n_groups} patients`])
      assert.ok(tip.includes(part), `${part} in ${tip}`);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".bars")?.getAttribute("aria-label") === "by view");
    await rested(page);
    assert.equal(await page.getAttribute('.rank[data-name="view"] button', "aria-pressed"), "true");
    assert.equal(
      await page.evaluate(() => document.activeElement?.closest(".rank")?.getAttribute("data-name")),
      "view",
    );
    assert.match(await page.evaluate(() => location.search), /breakdown=view/);
    // A column of numbers has cards of its own.
    const number = page.locator('.rank[data-name="age"] button');
    if (!(await number.isVisible())) await page.click("#ranks-more summary");
    await number.click();
    await page.waitForFunction(() =>
      document.querySelector(".spread")?.getAttribute("aria-label")?.startsWith("by age"),
    );
    assert.equal(await page.inputValue("#breakdown"), "age");
    await close();
  });

  test("noise and within are part of the question and of the link", async () => {
    const { page, asked, close } = await open();
    await judged(page);
    await page.click('[name="noise"][value="in"] + span');
    await rested(page);
    await page.selectOption("#within", "view");
    await rested(page);
    assert.match(asked.findLast((path) => path.startsWith("/api/findings?")) ?? "", /noise=in&within=view/);
    await page.waitForFunction(() => /noise=in/.test(location.search) && /within=view/.test(location.search));
    await close();
  });

  test("while a slider moves the last answer is dimmed, and an error takes its place with its sentence", async () => {
    const { page, close } = await open();
    /** @type {(nothing?: void) => void} */
    let release = () => {};
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/api/findings?*", async (route) => {
      await held;
      await route.fulfill({
        status: 422,
        contentType: "application/json",
        body: JSON.stringify({ error: { code: "x", message: "Give another <b>column</b>." } }),
      });
    });
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.getAttribute("#explain", "aria-busy"), "true");
    assert.equal(await page.$eval("#explain-say", (node) => getComputedStyle(node).opacity), "0.45");
    assert.equal(await page.getAttribute("#verdict", "aria-busy"), "true");
    assert.ok(await page.locator(".again").isVisible());
    await drawn(page, { eps: 0.41 });
    release();
    await rested(page);
    assert.equal(await page.innerText("#explain-say"), "Give another <b>column</b>.", "text is set as text");
    assert.ok(await page.locator("#ranks").isHidden());
    await page.unroute("**/api/findings?*");
    await page.keyboard.press("ArrowRight");
    await drawn(page, { eps: 0.42 });
    await rested(page);
    assert.ok(await page.locator("#ranks").isVisible());
    await close();
  });

  test("every setting that could have been chosen is drawn at a click, and one of them becomes the map", async () => {
    const { page, faults, close } = await open();
    const response = page.waitForResponse(/api\/specifications/);
    await page.click("#specifications-open");
    const { sentence, settings, along, values } = await (await response).json();
    await page.waitForSelector("#specifications:not([hidden])");
    assert.equal(await page.innerText("#specifications-told"), sentence);
    const canvas = page.locator("#specifications canvas");
    await canvas.focus();
    await page.keyboard.press("End");
    await page.waitForSelector("#tip:not([hidden])");
    assert.match(await page.innerText("#tip"), /explains \d+% · p = /);
    await page.keyboard.press("Enter");
    const last = settings.at(-1);
    await drawn(page, { eps: values.eps[last.first], perplexity: along.perplexity[last.along] });
    assert.equal(await page.isChecked('[name="noise"][value="in"]'), last.noise === 1);
    assert.deepEqual(faults, []);
    await close();
  });

  test("the plane is coloured by what comes again, and by the score once more", async () => {
    const { page, faults, close } = await open();
    const score = await page.locator("#plane").screenshot();
    await page.selectOption("#plane-of", "again");
    await page.waitForFunction(() =>
      /come again over 20 maps/.test(document.getElementById("plane-evidence")?.textContent ?? ""),
    );
    assert.ok(!score.equals(await page.locator("#plane").screenshot()));
    await page.focus("#plane");
    await page.keyboard.press("ArrowUp");
    assert.match(await page.innerText("#tip"), /agreement [01]\.\d|no groups/);
    await page.selectOption("#plane-of", "score");
    await page.keyboard.press("Escape");
    assert.equal(await page.innerText("#plane-evidence"), "");
    assert.deepEqual(faults, []);
    await close();
  });

  test("the whole plane is tested at a click, and the answer goes when the map does", async () => {
    const { page, close } = await open();
    const response = page.waitForResponse(/api\/association\/plane/);
    await page.click("#plane-test");
    const { testable, sentence, reason } = await (await response).json();
    await page.waitForFunction(
      (text) => document.getElementById("plane-told")?.textContent === text,
      testable ? sentence : reason,
    );
    assert.match(await page.innerText("#viewed"), /\d+ settings? viewed\./);
    await page.focus("#perplexity-track");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.innerText("#plane-told"), "");
    await close();
  });

  test("values beyond chance are marked on the cards, with images, patients and the sentence behind them", async () => {
    const { page, server, asked, close } = await open({ breakdown: "view" });
    const { cells } = await again(server, asked, "enrichment");
    for (const [mark, sign] of /** @type {const} */ ([
      ["enriched", "▲"],
      ["depleted", "▼"],
    ])) {
      const wanted = cells.filter((/** @type {any} */ cell) => cell.mark === mark);
      const signs = await page.locator(`.bar-sign.${mark}`).allTextContents();
      assert.ok(signs.length <= wanted.length && signs.every((text) => text === sign), mark);
      assert.ok(wanted.length === 0 || signs.length > 0, mark);
      const [cell] = wanted;
      if (!cell) continue;
      const row = page.locator(`.card[data-label="${cell.label}"] .bar-row`, {
        has: page.getByText(cell.value, { exact: true }),
      });
      const label = (await row.getAttribute("aria-label")) ?? "";
      for (const part of [mark, cell.sentence, /\d+ images?/, /\d+ patients?/])
        assert.ok(typeof part === "string" ? label.includes(part) : part.test(label), `${part} in ${label}`);
      assert.equal(await row.getAttribute("data-tip"), label.slice(mark.length + 2));
    }
    await close();
  });

  test("how faithful the map is, in the server's words and numbers, and per image as a colour", async () => {
    const { page, server, asked, close } = await open();
    const quality = await again(server, asked, "quality");
    const text = await page.innerText("#quality");
    for (const part of [
      quality.sentence,
      ...["trustworthiness", "continuity", "knn_overlap"].map((key) => quality[key].toFixed(2).replace(/^0/, "")),
    ])
      assert.ok(text.includes(part), part);
    const before = await mapPixels(page);
    await page.selectOption("#colour", "image: neighbour overlap");
    await drawn(page, { colour: "image: neighbour overlap" });
    assert.ok(countDifferences(before, await mapPixels(page)) > 500);
    assert.match(await page.innerText("#legend"), /share of the nearest/);
    assert.deepEqual(await page.locator(".legend-ends span").allTextContents(), ["0", "1"]);
    await close();
  });

  test("stability is measured, shades the map and stands on the cards, until the clusters change", async () => {
    const { page, faults, close } = await open({ max_iter: "250", breakdown: "view" });
    const before = await mapPixels(page);
    assert.ok(await page.locator('#colour [value="image: stability"]').isDisabled());
    await page.click("#stability-run button");
    await page.waitForFunction(() => document.getElementById("stability-run")?.dataset.job === "done");
    // What draws it is fetched with the first answer.
    await page.locator("#stability-answer .meter").nth(1).waitFor();
    assert.equal(await page.locator("#stability-answer .meter").count(), 2);
    assert.equal(await page.locator(".strip i").count(), 18);
    const steady = await page.locator(".steady").allTextContents();
    assert.equal(steady.length, (await page.locator(".card").count()) - 1, "every cluster, and not the noise");
    assert.ok(
      steady.every((text) => /^(stable|doubtful|untrustworthy|dissolves) (\.\d\d|1\.00)$/.test(text)),
      String(steady),
    );
    const shaded = page.locator(".legend-shaded");
    if (await shaded.count())
      assert.ok(countDifferences(before, await mapPixels(page)) > 0, "the unstable are hatched");
    await page.selectOption("#colour", "image: stability");
    await drawn(page, { colour: "image: stability" });
    assert.match(await page.innerText("#legend"), /share of runs/);
    await page.focus("#eps-track");
    await page.keyboard.press("PageUp");
    await page.waitForSelector("#stability-stale:not([hidden])");
    assert.equal(await page.$eval("#stability-answer", (node) => getComputedStyle(node).opacity), "0.45");
    await page.waitForFunction(() => document.querySelectorAll(".steady").length === 0);
    assert.deepEqual(faults, []);
    await close();
  });

  for (const theme of /** @type {const} */ (["dark", "light"])) {
    test(`the null is started, cancelled, and run; its histograms mark what was observed, in the ${theme} theme`, async () => {
      const { page, faults, close } = await open({ max_iter: "250" }, theme);
      const state = (/** @type {string} */ wanted) =>
        page.waitForFunction((job) => document.getElementById("null-run")?.dataset.job === job, wanted);
      const button = page.locator("#null-run button");
      assert.match(await page.innerText("#null-say"), /51,015 settings/);
      await button.click();
      await state("running");
      await page.reload();
      await drawn(page);
      await opened(page);
      await state("running");
      assert.equal(await button.innerText(), "Cancel", "it runs on past a reload");
      await button.click();
      await state("cancelled");
      assert.match(await page.innerText("#null-run [role=status]"), /^Cancelled after \d+ of 100 cohorts\.$/);
      await page.click("#search-open");
      for (const [name, value] of Object.entries({
        "perplexity-start": "17",
        "perplexity-stop": "18",
        min_clusters: "2",
      }))
        await page.fill(`[name="${name}"]`, value);
      await page.click("#search-close");
      assert.match(await page.innerText("#null-say"), /285 settings/);
      await button.click();
      await state("done");
      // What draws them is fetched with the first answer.
      await page.locator(".answer").nth(2).waitFor();
      assert.equal(await page.locator(".answer").count(), 3);
      for (const answer of await page.locator(".answer").all()) {
        assert.match(await answer.locator("h3").innerText(), /\?/);
        assert.match(await answer.locator(".told").innerText(), /99/);
      }
      const histogram = page.locator(".histogram").first();
      assert.ok(await histogram.getByText("observed").isVisible());
      const pixels = decodePng(await histogram.screenshot());
      assert.ok(countColour(pixels, bytesOf(INKS[theme].noise)) + countColour(pixels, bytesOf(WARNING[theme])) > 200);
      await page.click("#search-open");
      await page.fill('[name="max_clusters"]', "7");
      assert.ok(await page.locator("#null-stale").isVisible(), "of another grid now");
      await page.reload();
      await opened(page);
      await page.locator(".answer").nth(2).waitFor();
      assert.ok(await page.locator("#null-stale").isVisible(), "the answer is there again, and says what it is of");
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("the search ranks by another measure, and shows all of them", async () => {
    const { page, faults, close } = await open();
    await page.click("#search-open");
    for (const [name, value] of Object.entries({
      "perplexity-start": "15",
      "perplexity-stop": "27",
      "perplexity-step": "4",
      min_clusters: "2",
    }))
      await page.fill(`[name="${name}"]`, value);
    await page.selectOption("#rank_by", "silhouette");
    await page.click("#search-start");
    await page.waitForFunction(() => document.getElementById("search-run")?.dataset.job === "done");
    await page.locator("#search-table tbody tr").first().waitFor();
    const silhouettes = (await page.locator("#search-table tbody td:nth-child(7)").allTextContents()).map(Number);
    assert.ok(silhouettes.length > 0 && silhouettes.every(Number.isFinite));
    assert.deepEqual(
      silhouettes,
      [...silhouettes].sort((a, b) => b - a),
    );
    assert.equal(await page.getAttribute('#search-table [data-key="silhouette"]', "aria-sort"), "descending");
    assert.match(await page.innerText("#search-axis"), /higher silhouette/);
    assert.deepEqual(faults, []);
    await close();
  });

  test("a question is declared by a button, and looks are listed with links to their settings", async () => {
    const { page, faults, close } = await open({ method: "pca", eps: "0.5", min_samples: "4" });
    await judged(page);
    await page.click("#looks summary");
    await page.click("#declare");
    await page.waitForSelector("#declare:disabled");
    await judged(page);
    assert.match(await page.innerText(".verdict-question"), /declared .* UTC, after [0-9]+ looks?$/);
    assert.match(await page.innerText('.verdict-line[data-key="column"]'), /exploratory/);
    assert.match((await page.getAttribute("#declare", "title")) ?? "", /is declared/);
    await page.locator("#looks li").first().waitFor();
    const told = await page.evaluate(() => fetch("/api/looks").then((answer) => answer.json()));
    assert.equal(await page.locator("#looks li").count(), told.looks.length + told.questions.length);
    assert.equal(await page.innerText("#looks summary"), `Looks (${told.looks.length})`);
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    await judged(page);
    await page.locator("#looks a", { hasText: "PCA; DBSCAN, eps 0.5, min_samples 4" }).first().click();
    await drawn(page);
    assert.match(page.url(), /clustering=dbscan&eps=0.5&min_samples=4/);
    assert.deepEqual(faults, []);
    await close();
  });

  test("a question that was declared before its column was shown is confirmatory", async () => {
    const { page, faults, close } = await open({ method: "pca", eps: "0.5", min_samples: "4" });
    const body = JSON.stringify({ breakdown: "finding", any: true });
    const declare = (/** @type {string} */ body) =>
      fetch("/api/question", { method: "POST", headers: { "content-type": "application/json" }, body }).then(
        ({ status }) => status,
      );
    assert.equal(await page.evaluate(declare, body), 201);
    await page.selectOption("#breakdown", "finding");
    await judged(page);
    await page.$eval("#looks", (looks) => {
      /** @type {HTMLDetailsElement} */ (looks).open = true;
    });
    await page.locator(".verdict-question", { hasText: /before looking, for any setting$/ }).waitFor();
    assert.match(await page.innerText('.verdict-line[data-key="column"]'), /declared beforehand/);
    assert.equal(await page.isDisabled("#declare"), true);
    assert.deepEqual(faults, []);
    await close();
  });

  test("the report opens beside the page", async () => {
    const { page, faults, close } = await open();
    const opened = page.context().waitForEvent("page");
    await page.click("#make-report");
    await page.waitForFunction(() =>
      /^(Report|Open report)$/.test(document.getElementById("make-report")?.textContent ?? ""),
    );
    if ((await page.innerText("#make-report")) === "Open report") await page.click("#make-report");
    assert.match((await opened).url(), /\/report\//);
    assert.deepEqual(faults, []);
    await close();
  });
}

/** All that stands behind the lines of the verdict. @param {Page} page */
async function opened(page) {
  for (const key of /** @type {const} */ (["grouped", "chance", "again", "made_of", "column"]))
    await openLine(page, key);
}
