/** The embedded demo cohort, as anyone gets it who starts the binary without arguments. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { exportTests } from "./export.mjs";
import { accessTests } from "./access.mjs";
import { bundleTests } from "./bundle.mjs";
import { detailTests } from "./details.mjs";
import { firstTests } from "./first.mjs";
import { drawn, startBrowser, startServer, tile, visit, waitUntilReady } from "./harness.mjs";
import { helpTests } from "./help.mjs";
import { tuningTests } from "./tuning.mjs";
import { compareTests } from "./compare.mjs";
import { evidenceTests } from "./evidence.mjs";
import { imageTests } from "./images.mjs";
import { layoutTests } from "./layout.mjs";
import { morphTests } from "./morph.mjs";
import { cellAt, searchTests } from "./search.mjs";
import { stateTests } from "./states.mjs";
import { spaceTests } from "./space.mjs";
import { projectTests } from "./project.mjs";
import { stepTests } from "./steps.mjs";
import { commonTests } from "./suite.mjs";
import { pictureTests } from "./pictures.mjs";
import { viewerTests } from "./viewer.mjs";
import { selectionTests } from "./selection.mjs";

describe("the demo cohort", () => {
  /** @type {import("./harness.mjs").Server} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    server = await startServer([]);
    browser = await startBrowser();
    await waitUntilReady(server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  commonTests(() => ({ browser, server }));
  firstTests(() => ({ browser, server }));
  layoutTests(() => ({ browser, server }));
  evidenceTests(() => ({ browser, server }));
  morphTests(() => ({ browser, server }));
  pictureTests(() => ({ browser, server }));
  helpTests(() => ({ browser, server }));
  stateTests(() => ({ browser, server }));
  accessTests(() => ({ browser, server }));
  viewerTests(() => ({ browser, server }));
  spaceTests(() => ({ browser, server }));
  stepTests(() => ({ browser, server }));
  projectTests(() => ({ browser, server }));
  compareTests(() => ({ browser, server }));
  detailTests(() => ({ browser, server }));
  searchTests(() => ({ browser, server }));
  tuningTests(() => ({ browser, server }));
  selectionTests(() => ({ browser, server }));
  imageTests(() => ({ browser, server }));
  exportTests(() => ({ browser, server }));
  bundleTests(() => ({ browser, server }));

  test("the page says in plain words that the X-rays are drawn", async () => {
    const { page, close } = await visit(browser, server);
    await drawn(page);
    assert.match(await page.innerText("#notice"), /drawn/);
    await close();
  });

  test("a search runs, is cancelled, runs again, and its rows and cells become the map", async () => {
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
    await page.waitForFunction(
      () => document.getElementById("search-status")?.textContent?.startsWith("570 settings in"),
      null,
      { timeout: 60_000 },
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
