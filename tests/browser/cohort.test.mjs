/** Real X-rays: the public collection that NEGATOSCOPE_TEST_COHORT points at, filtered as the study filtered it. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { drawn, startBrowser, startServer, tile, visit, waitUntilReady } from "./harness.mjs";
import { pictureTests } from "./pictures.mjs";
import { cohortTests } from "./suite.mjs";

const folder = process.env.NEGATOSCOPE_TEST_COHORT ?? "";
const found = folder !== "" && existsSync(folder);

// On the machine that decides, a missing cohort is a failure: a check that is skipped there checks nothing.
if (!found && process.env.CI) {
  test("the test cohort is there", () =>
    assert.fail(`Set NEGATOSCOPE_TEST_COHORT to the test cohort's folder; it is "${folder}".`));
}

describe("the test cohort", { skip: found ? false : "NEGATOSCOPE_TEST_COHORT names no folder" }, () => {
  /** @type {import("./harness.mjs").Server} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    if (!found) return;
    server = await startServer([folder, "--where", "finding~COVID-19", "--where", "modality=X-ray"]);
    browser = await startBrowser();
    await waitUntilReady(server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  // What real pictures and a real table have a part in; the rest is tried on the demo cohort alone.
  cohortTests(() => ({ browser, server }));
  pictureTests(() => ({ browser, server }));

  test("193 images of 115 patients, 54 without country, 5 skipped", async () => {
    const { page, close } = await visit(browser, server);
    await drawn(page);
    assert.equal(await page.getAttribute("#map", "data-points"), "193");
    const line = (await page.innerText("#cohort-line")).replace(/\s+/g, " ");
    assert.match(line, /193 images · 115 patients · 54 without country ?·? ?5 skipped/);
    await close();
  });

  test("one's own cohort is shown round once: what was read, assumed and grouped, the proposal and the verdict", async () => {
    const { page, faults, close } = await visit(browser, server, "", { newcomer: true });
    const coach = page.locator(".coach");
    await coach.waitFor();
    const cohort = await server.get("/api/cohort");
    const wanted = [
      ["What was read", `such as ${cohort.records[0].filename}`],
      ["What was assumed", cohort.assumed[0].text],
      ["Whose images stay together", `The column ${cohort.group_column} says`],
      ["The setting that is proposed", "come again most"],
      ["Whether it means anything", "country above all"],
    ];
    for (const [i, [title, says]] of wanted.entries()) {
      const text = await coach.innerText();
      assert.ok(text.startsWith(`${i + 1} of ${wanted.length} · ${title}`) && text.includes(says), text);
      assert.ok(await page.locator(".coached").isVisible());
      const cut = await coach.locator("#coach-text").evaluate((node) => node.scrollWidth - node.clientWidth);
      assert.ok(cut <= 0, `${title} is cut off`);
      await coach.locator(".primary").click();
    }
    await coach.waitFor({ state: "detached" });
    await page.reload();
    await drawn(page);
    assert.equal(await coach.count(), 0, "it is shown twice");
    assert.deepEqual(faults, []);
    await close();
  });

  test("the whole search runs, and its best row is the map that it promised", async () => {
    const { page, faults, close } = await visit(browser, server);
    await drawn(page);
    await page.click("#search-open");
    await page.click("#search-start");
    await page.waitForFunction(() =>
      document.getElementById("search-status")?.textContent?.startsWith("51,015 settings in"),
    );
    const rows = page.locator(".search-results tbody tr");
    await rows.first().waitFor();
    assert.ok((await rows.count()) > 100);
    assert.ok(
      (await page.locator(".search-results tr.degenerate").count()) > 0,
      "perplexities above a third are marked",
    );
    const cells = await rows.first().locator("td").allInnerTexts();
    await rows.first().click();
    await drawn(page, { perplexity: Number(cells[0]), min_samples: Number(cells[2]) });
    assert.deepEqual(
      [await tile(page, "clusters"), await tile(page, "noise"), await tile(page, "score")],
      cells.slice(3, 6).map(Number),
    );
    assert.deepEqual(faults, []);
    await close();
  });
});
