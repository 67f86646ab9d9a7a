/** A bundle in the page: drawn as the cohort that it was made of, and what it has not is said. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { drawn, startServer, visit, waitUntilReady } from "./harness.mjs";

/** @import {Browser} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** @param {() => {browser: Browser, server: Server}} tools */
export function bundleTests(tools) {
  /** @type {string} */
  let folder;
  /** @type {Server} */
  let bundle;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "negatoscope-bundle-"));
    const file = join(folder, "handed on.negatoscope");
    const args = ["bake", "--where", "source=harbour-cases.example", "-o", file, "--cache-dir", folder];
    const baked = spawnSync(process.env.NEGATOSCOPE_BIN ?? "", args, { encoding: "utf8" });
    assert.equal(baked.status, 0, baked.stderr);
    bundle = await startServer([file]);
    await waitUntilReady(bundle);
  });
  after(async () => {
    await bundle?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a bundle is drawn, and its light table says that X-rays in full are not there", async () => {
    const { page, asked, faults, close } = await visit(tools().browser, bundle);
    await drawn(page);
    const cohort = await bundle.get("/api/cohort");
    assert.equal(await page.getAttribute("#map", "data-points"), String(cohort.n_images));
    const line = await page.innerText("#cohort-line");
    assert.ok(line.includes("handed on") && line.includes("bundle"), line);

    await page.goto(`${bundle.url}/?image=2`);
    await page.waitForSelector('.pane[data-state="shown"]');
    assert.equal(await page.innerText("#viewer-name"), "image 2");
    assert.match(await page.innerText("#viewer-reduced"), /Full-size X-rays are not in the bundle.*768 pixels/);
    await page.waitForFunction(() => /not full size$/.test(document.querySelector(".pane-readout")?.textContent ?? ""));
    const files = asked.map((path) => new URL(path, bundle.url));
    assert.ok(files.some(({ pathname, search }) => pathname === "/api/thumbnails/2" && search === "?size=768"));
    assert.ok(!files.some(({ pathname }) => pathname.startsWith("/api/images/")));

    await page.keyboard.press("Escape");
    await page.click("#report-open");
    await page.waitForSelector("#report[open]");
    assert.match(await page.innerText("#assumed"), /date: dates are cut to their year/);
    assert.match(await page.innerText("#report"), /left out before the bundle was made is counted above alone/);
    assert.ok((await page.innerText("#made")).includes(cohort.made.table));
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click("#made-copy");
    await page.waitForFunction(() => document.getElementById("made-copy")?.textContent === "copied");
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.equal(copied.features, cohort.made.features);
    assert.equal(copied.setting.random_state, 42);
    assert.deepEqual(faults, []);
    await close();
  });

  test("a link of another table says so, and the page's own link names the one that is here", async () => {
    const { version, features, table, backend } = (await bundle.get("/api/cohort")).made;
    const link = (/** @type {string} */ made) =>
      `${new URLSearchParams({ eps: "0.5", backend, made: [version, features, made].join("~") })}`;
    const { page, close } = await visit(tools().browser, bundle, link("0123456789abcdef"));
    await drawn(page);
    await page.waitForFunction(() => document.getElementById("notice")?.textContent?.includes("another table"));
    await page.goto(`${bundle.url}/?${link(table)}`);
    await drawn(page);
    await page.fill("#eps", "0.4");
    await page.keyboard.press("Enter");
    await drawn(page, { eps: 0.4 });
    await page.waitForFunction(() => new URL(location.href).searchParams.get("eps") === "0.4");
    assert.equal(new URL(page.url()).searchParams.get("made"), [version, features, table].join("~"));
    assert.doesNotMatch(await page.innerText("#notice"), /This link/);
    await close();
  });
}
