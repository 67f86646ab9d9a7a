/** What one works with on the demo cohort: light table, search, comparing, selecting, exports. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { exportTests } from "./export.mjs";
import { bundleTests } from "./bundle.mjs";
import { tuningTests } from "./tuning.mjs";
import { compareTests } from "./compare.mjs";
import { imageTests } from "./images.mjs";
import { cellAt, searchTests } from "./search.mjs";
import { spaceTests } from "./space.mjs";
import { stepTests } from "./steps.mjs";
import { viewerTests } from "./viewer.mjs";
import { selectionTests } from "./selection.mjs";
import { drawn, served, tile, visit } from "./harness.mjs";

describe("work on the demo cohort", () => {
  const tools = served([]);

  viewerTests(tools);
  spaceTests(tools);
  stepTests(tools);
  compareTests(tools);
  searchTests(tools);
  tuningTests(tools);
  selectionTests(tools);
  imageTests(tools);
  exportTests(tools);
  bundleTests(tools);

  test("a search runs, is cancelled, runs again, and its rows and cells become the map", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server);
    await drawn(page);
    assert.equal(await page.innerText("#search-open"), "Search 51,015 settings");
    await page.click("#search-open");
    assert.ok(await page.locator("#verdict-headline").isVisible(), "the findings stay in sight");
    await page.click("#search-start");
    await page.waitForFunction(() => document.getElementById("search-start")?.textContent === "Cancel");
    await page.click("#search-start");
    await page.waitForFunction(() =>
      /^(Cancelled after|51,015 settings in)/.test(document.getElementById("search-status")?.textContent ?? ""),
    );

    for (const [name, value] of Object.entries({
      "perplexity-start": "15",
      "perplexity-stop": "25",
      "perplexity-step": "5",
      min_clusters: "2",
    })) {
      await page.fill(`[name="${name}"]`, value);
    }
    assert.equal(await page.innerText("#search-open"), `Search ${2 * 19 * 15} settings`);
    await page.click("#search-start");
    await page.waitForFunction(() =>
      document.getElementById("search-status")?.textContent?.startsWith("570 settings in"),
    );
    const rows = page.locator(".search-results tbody tr");
    await rows.first().waitFor();
    assert.ok((await rows.count()) > 0);
    const cells = await rows.first().locator("td").allInnerTexts();
    await rows.first().focus();
    await page.keyboard.press("Enter");
    await drawn(page, { perplexity: Number(cells[0]), min_samples: Number(cells[2]) });
    assert.deepEqual(
      [await tile(page, "clusters"), await tile(page, "noise"), await tile(page, "score")],
      cells.slice(3, 6).map(Number),
    );
    assert.equal(await page.locator(".search-results tr.applied").count(), 1);

    await page.click('.search-results th[data-key="perplexity"] button');
    const sorted = (await rows.locator("td:first-child").allInnerTexts()).map(Number);
    assert.deepEqual(
      sorted,
      [...sorted].sort((a, b) => a - b),
    );

    const { x, y } = await cellAt(page, "20", "0.40");
    await page.mouse.click(x, y);
    await drawn(page, { perplexity: 20, eps: 0.4 });
    await page.keyboard.press("Escape");
    await page.locator(".search-head button").click();
    assert.ok(await page.locator("#search").isHidden());
    assert.ok(await page.locator("#findings").isVisible());
    assert.deepEqual(faults, []);
    await close();
  });
});
