/** A map of ready coordinates: its groups, columns and files as of any map, and nothing offered that would take another. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { astray, violations } from "./access.mjs";
import {
  drawn,
  judged,
  openLine,
  rested,
  startBrowser,
  startServer,
  still,
  visit,
  waitUntilReady,
} from "./harness.mjs";

const N_IMAGES = 60;

/** Where an image lies: three groups by its patient, and within them by a few steps. @param {number} k */
function place(k) {
  const [x, y] = [
    [0, 0],
    [9, 1],
    [3, 8],
  ][Math.floor(k / 2) % 3];
  const step = (/** @type {number} */ n) => ((k * n) % 11) * 0.05;
  return [x + step(3), y + step(7)];
}

describe("a map of ready coordinates", () => {
  /** @type {import("./harness.mjs").Server} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {string} */
  let folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "negatoscope-coordinates-"));
    const images = Array.from({ length: N_IMAGES }, (_, k) => k);
    const view = (/** @type {number} */ k) => ["PA", "AP", "L"][Math.floor(k / 2) % 3];
    const rows = images.map((k) => `${k}.png,${Math.floor(k / 2)},${view(k)}`);
    writeFileSync(join(folder, "metadata.csv"), ["filename,patientid,view", ...rows].join("\n"));
    const places = images.map((k) => `${k}.png,${place(k)}`);
    writeFileSync(join(folder, "map.csv"), ["filename,x,y", ...places].join("\n"));
    const of = ["--metadata", join(folder, "metadata.csv"), "--embedding", join(folder, "map.csv")];
    server = await startServer([...of, "--column", "view"]);
    browser = await startBrowser();
    await waitUntilReady(server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("its groups follow the sliders, are made of a column, and nobody offers another map", async () => {
    const { page, faults, asked, close } = await visit(browser, server, "", { proposed: true });
    await drawn(page, { method: "given", eps: 0.4 });
    assert.ok(await page.locator('[name="method"][value="given"]').isChecked());
    for (const hidden of ["#perplexity", '[name="n_components"]', "#more-map"])
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    await page.fill("#min_samples", "5");
    await page.keyboard.press("Enter");
    await drawn(page, { min_samples: 5 });
    assert.equal(await page.innerText("#tile-clusters"), "3");
    assert.equal(await page.innerText("#proposal"), "the notebook's setting");
    await judged(page);
    assert.equal(
      await page.innerText("#verdict-headline"),
      "Whether these groups come again cannot be told from ready coordinates.",
    );
    assert.equal(await page.getAttribute("#verdict", "data-state"), "done");
    await openLine(page, "made_of");
    const madeOf = page.locator('.verdict-line[data-key="made_of"] .verdict-more');
    await madeOf.filter({ hasText: "goes with the groups of this map" }).waitFor();
    await rested(page);
    assert.equal(
      await page.innerText("#quality"),
      "There are no features beside the ready coordinates: give them with --features or --model.",
    );
    for (const closed of ["#search-open", "#film-open"]) {
      assert.ok(await page.locator(closed).isDisabled(), closed);
      assert.match((await page.getAttribute(closed, "data-off")) ?? "", /ready coordinates/);
    }
    for (const closed of ["#null-run button", "#stability-run button", "#specifications-open"])
      assert.ok(await page.locator(closed).isDisabled(), closed);
    const offered = page.locator("#plane-of option:enabled");
    assert.deepEqual(await offered.evaluateAll((all) => all.map((one) => one.getAttribute("value"))), ["score"]);
    // The figure says whose map it is.
    await page.click("#export-open");
    const saved = page.waitForEvent("download");
    await page.click('[data-away="map.svg"]');
    const svg = readFileSync(await (await saved).path(), "utf8");
    assert.ok(svg.includes("Ready coordinates in 2 dimensions") && svg.includes("Coordinates: map.csv."), svg);
    await page.keyboard.press("Escape");
    // Nothing was asked that this map has no answer to.
    for (const path of asked) assert.ok(!/api\/(specifications|frames|plane\/evidence)/.test(path), path);
    // The link leads back.
    const link = new URL(page.url()).searchParams;
    assert.equal(link.get("min_samples"), "5");
    assert.deepEqual(faults, []);
    await close();
  });

  for (const [width, height, colorScheme] of /** @type {const} */ ([
    [1440, 900, "dark"],
    [1024, 768, "light"],
  ]))
    test(`it is accessible and within reach (${width} × ${height}, ${colorScheme})`, async () => {
      const { page, close } = await visit(browser, server, "eps=0.4&min_samples=5", {
        viewport: { width, height },
        colorScheme,
      });
      await drawn(page);
      await rested(page);
      // On a narrow page the findings are in a drawer.
      await page.waitForSelector('#verdict[data-effort="full"]', { state: "attached" });
      await still(page);
      if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `given-${width}.png`) });
      assert.deepEqual([...(await violations(page)), ...(await astray(page))], []);
      await close();
    });
});
