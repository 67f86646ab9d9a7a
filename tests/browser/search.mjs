/** The search: its room, its axes, what is applied and by what, and what the groups of a row are made of. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { drawn, visit } from "./harness.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** Maps enough for more rows than are wanted in sight. */
const RANGES = { "perplexity-start": "4", "perplexity-stop": "34", min_clusters: "2" };

/** A cell of the search's heat map, by the numbers at its axes. @param {Page} page @param {string} along @param {string} first */
export async function cellAt(page, along, first) {
  await page.locator("#search-map").scrollIntoViewIfNeeded();
  const middle = async (/** @type {string} */ axis, /** @type {string} */ text) => {
    const box = await page.locator(`.search-map ${axis} span`).getByText(text, { exact: true }).boundingBox();
    assert.ok(box, `there is no ${text} at ${axis}`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  return { x: (await middle(".search-x", along)).x, y: (await middle(".search-y", first)).y };
}

/** @param {Page} page @param {Record<string, string>} [ranges] */
async function search(page, ranges = RANGES) {
  await page.click("#search-open");
  for (const [name, value] of Object.entries(ranges)) await page.fill(`[name="${name}"]`, value);
  await page.click("#search-start");
  await page.locator("#search-table tbody tr").first().waitFor();
}

/** @param {Page} page */
const settingOf = (page) => page.getAttribute("#map", "data-drawn-key");

/** @param {() => {browser: Browser, server: Server}} tools */
export function searchTests(tools) {
  /** @type {readonly [width: number, height: number, theme: "dark" | "light", rows: number][]} */
  const screens = [
    [1024, 768, "light", 8],
    [1440, 900, "dark", 15],
    [1920, 1080, "light", 15],
  ];
  for (const [width, height, theme, wanted] of screens) {
    test(`at ${width} × ${height} ${wanted} rows of the search are seen, and a heat map with numbers at its axes`, async () => {
      const { browser, server } = tools();
      const { page, faults, close } = await visit(browser, server, `theme=${theme}`, { viewport: { width, height } });
      await drawn(page);
      const strip = await page.locator(".steps").boundingBox();
      const map = await page.locator("#map").boundingBox();
      assert.ok(strip && map);
      await search(page);
      assert.ok(await page.locator(".steps").isHidden(), "the strip takes room");
      const seen = await page.evaluate(() => {
        const box = /** @type {Element} */ (document.querySelector(".search-results")).getBoundingClientRect();
        const head = /** @type {Element} */ (document.querySelector("#search-table thead")).getBoundingClientRect();
        return [...document.querySelectorAll("#search-table tbody tr")].filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return top >= head.bottom - 1 && bottom <= Math.min(box.bottom, innerHeight) + 0.5;
        }).length;
      });
      assert.ok(seen >= wanted, `${seen} rows`);
      const over = await page.$eval(".search-results", (box) => box.scrollWidth - box.clientWidth);
      assert.equal(over, 0, "columns are cut off");
      const heat = await page.locator("#search-map").boundingBox();
      assert.ok(heat && heat.y + heat.height < height, "the heat map is out of sight");
      for (const axis of [".search-x", ".search-y"]) {
        const ticks = await page.locator(`${axis} span`).allInnerTexts();
        assert.ok(ticks.length >= 2 && ticks.every((text) => Number.isFinite(Number(text))), `${axis}: ${ticks}`);
      }
      assert.deepEqual(
        [await page.innerText(".search-x b"), await page.innerText(".search-y b")],
        ["perplexity", "eps"],
      );
      // Nothing of it is drawn that no admissible setting is in: the values of its ends are those of a row or a cell.
      const left = await page.locator(".search-left").innerText();
      assert.match(left, /^Admissible: .*eps from 0\.\d\d to [01]\.\d\d alone\.$/);
      assert.deepEqual(faults, []);
      await close();
      assert.ok(map.height > 140);
    });
  }

  test("a drag over the heat map, the rows or the lines applies nothing; a click does", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server);
    await drawn(page);
    await search(page);
    const before = await settingOf(page);
    for (const selector of ["#search-map", "#search-table tbody", "#parallel"]) {
      await page.locator(selector).scrollIntoViewIfNeeded();
      const box = await page.locator(selector).boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + 0.3 * box.width, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + 0.3 * box.width + 30, box.y + 24, { steps: 4 });
      await page.mouse.up();
      assert.equal(await page.locator("#search-table tr.applied").count(), 0, selector);
      assert.equal(await settingOf(page), before, selector);
    }
    await page.evaluate(() => getSelection()?.removeAllRanges());
    await page.locator("#search-table tbody tr").first().click();
    await page.locator("#search-table tr.applied").waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  test("the groups of an applied row say at once what they are made of, also where the cards are folded away", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, "", { viewport: { width: 1024, height: 768 } });
    await drawn(page);
    await search(page);
    const row = page.locator("#search-table tbody tr").nth(2);
    const [perplexity, eps, min_samples] = (await row.locator("td").allInnerTexts()).map(Number);
    await row.click();
    await drawn(page, { perplexity, min_samples });
    const { breakdown, n_clusters } = await server.get(
      `/api/clusters?method=tsne&perplexity=${perplexity}&eps=${eps}&min_samples=${min_samples}`,
    );
    const made = page.locator("#search-made");
    assert.ok((await made.innerText()).startsWith(`${n_clusters} groups by country`));
    assert.equal(await made.locator("li").count(), breakdown.clusters.length);
    for (const { label, size, counts } of breakdown.clusters) {
      const line = await made.locator(`[data-label="${label}"]`).innerText();
      assert.ok(line.replace(/\s+/g, " ").startsWith(`${size} `), line);
      for (const { value, count } of counts) assert.ok(line.includes(`${value} ${count}`), `${value} in ${line}`);
    }
    const box = await made.boundingBox();
    assert.ok(box && box.y + box.height <= 768, "it is out of sight");
    assert.deepEqual(faults, []);
    await close();
  });
}
