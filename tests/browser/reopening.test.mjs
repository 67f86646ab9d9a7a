/** A cohort of its own: opened again with its network read at another layer, and when its folder has changed. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { astray, violations } from "./access.mjs";
import { drawn, startBrowser, startServer, still, visit, waitUntilReady } from "./harness.mjs";

/** @import {Page} from "playwright-core" */

describe("a cohort that is opened again", () => {
  /** @type {import("./harness.mjs").Server} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {string} */
  let folder;
  /** @type {string} */
  let cohort;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "negatoscope-reopening-"));
    cohort = join(folder, "films");
    execFileSync(process.env.NEGATOSCOPE_BIN ?? "", ["demo", cohort], { stdio: "ignore" });
    server = await startServer([cohort, "--where", "sex=F"]);
    browser = await startBrowser();
    await waitUntilReady(server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the network is read at another layer by a button, and the page loads the new study with its setting", async () => {
    const { page, close } = await visit(browser, server, "method=pca&eps=0.7&min_samples=6");
    await drawn(page, { eps: 0.7 });
    const row = await openRow(page, "average");
    assert.equal(await row.locator("summary .quiet").innerText(), "GlobalAveragePool n × 192 × 1 × 1");
    const gap = await page
      .locator(".layers-block > summary")
      .first()
      .evaluate(({ children: [name, n] }) => n.getBoundingClientRect().left - name.getBoundingClientRect().right);
    assert.ok(gap >= 4, `the name and the number are ${gap} px apart`);
    // By the keyboard.
    await row.locator(".reopen button").focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("html[data-study='2']");
    await drawn(page, { eps: 0.7 });
    assert.match(await page.innerText("#model-line"), /\/ average/);
    await page.waitForFunction(() => /at average, 192 features each/.test(document.body.innerText));
    // The one that is read has no button, and goes by no other words than at a start.
    const read = await openRow(page, "average");
    assert.match(await read.locator("summary").innerText(), /read here/);
    assert.equal(await read.locator(".reopen").count(), 0);
    assert.equal(await read.locator(".layer-body code").innerText(), "--layer average");
    await close();
  });

  test("a page that another one has left behind loads anew, and shows nothing of two studies", async () => {
    const before = (await server.get("/api/open")).study;
    const { page, close } = await visit(browser, server, "method=pca");
    await drawn(page);
    await fetch(`${server.url}/api/open`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    while ((await server.get("/api/open")).state === "running") await new Promise((go) => setTimeout(go, 50));
    const { status } = await fetch(`${server.url}/api/atlas/0?study=${before}`);
    assert.equal(status, 410, "its pictures are refused");
    // It asks something sooner or later, whatever it is.
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.waitForSelector(`html[data-study="${before + 1}"]`);
    await drawn(page);
    await close();
  });

  test("a layer that cannot be read, and a folder that is away, leave what is shown and say so", async () => {
    const { study } = await server.get("/api/open");
    const { page, close } = await visit(browser, server, "method=pca");
    await drawn(page);
    const row = await openRow(page, "relu5");
    renameSync(cohort, `${cohort}-away`);
    await row.locator(".reopen button").click();
    await row.locator('.reopen[data-job="failed"]').waitFor();
    assert.match(
      await row.locator(".reopen [role=status]").innerText(),
      /^What is shown stays: .*is not a folder.*\.$/,
    );
    renameSync(`${cohort}-away`, cohort);
    assert.equal(await page.innerText("#reopening"), "not opened again");
    assert.equal((await server.get("/api/open")).study, study);
    await close();
  });

  test("a file that is added while it is served is told, and is on the map when the cohort is opened again", async () => {
    const { page, close } = await visit(browser, server, "method=pca");
    await drawn(page);
    assert.ok(await page.isHidden("#folder-line"));
    const before = await server.get("/api/cohort");
    const images = join(cohort, "images");
    const [first, second] = readdirSync(images);
    copyFileSync(join(images, first), join(images, "added.png"));
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.waitForSelector("#changed-open");
    assert.equal(await page.innerText("#changed-open"), "1 new image");
    copyFileSync(join(images, second), join(images, "further.png"));
    appendFileSync(join(cohort, "metadata.csv"), rowOf(cohort, "added.png"));
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.waitForFunction(() => document.getElementById("changed-open")?.innerText === "2 new, metadata");
    await isWithinReach(page, ".bar");
    await page.click("#changed-open");
    await isWithinReach(page, "#report");
    const told = await page.innerText("#since");
    assert.match(told, /2 images are new in the folder, and not on the map\./);
    assert.match(told, /The metadata were changed since they were read\./);
    assert.ok(!told.includes("added.png"), "names may be patients'");
    await page.click("#since .reopen button");
    await page.waitForFunction(
      (n) => document.getElementById("cohort-line")?.innerText.includes(`${n} images`),
      before.n_images + 1,
    );
    await drawn(page);
    assert.ok(await page.isHidden("#folder-line"));
    await close();
  });
});

/** Accessible, and nothing of it cut off, at three sizes, dark and light. @param {Page} page @param {string} part */
async function isWithinReach(page, part) {
  for (const [width, height] of [
    [1024, 768],
    [1920, 1080],
    [1440, 900],
  ]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      await page.emulateMedia({ colorScheme });
      await still(page);
      const where = `${part} at ${width} × ${height}, ${colorScheme}`;
      assert.deepEqual(await violations(page, part), [], where);
      assert.deepEqual(await astray(page, part), [], where);
    }
  }
}

/** The row of a layer in the report, opened. @param {Page} page @param {string} name */
async function openRow(page, name) {
  await page.click("#report-open");
  await page.click("#layers > summary");
  const row = page.locator("#layers .layer").filter({
    has: page.locator("summary code", { hasText: new RegExp(`^${name}$`) }),
  });
  await row.waitFor({ state: "attached" });
  await page.evaluate((name) => {
    for (const block of document.querySelectorAll(".layers-block"))
      if ([...block.querySelectorAll(".layer code")].some(({ textContent }) => textContent === name))
        /** @type {HTMLDetailsElement} */ (block).open = true;
  }, name);
  await row.locator("summary").click();
  await row.locator(".layer-map").waitFor();
  return row;
}

/** A woman's row of the table for another file. @param {string} cohort @param {string} name */
function rowOf(cohort, name) {
  const rows = readFileSync(join(cohort, "metadata.csv"), "utf8").split("\n");
  const [, ...cells] = rows.map((row) => row.split(",")).find(([, , , sex]) => sex === "F") ?? [];
  return `${[name, ...cells].join(",")}\n`;
}
