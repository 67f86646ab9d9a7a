/** What a person makes is kept with the cohort: over reloads, browsers and restarts, out and in as JSON. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { drawn, startServer, visit, waitUntilReady } from "./harness.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const QUERY = "eps=0.3&min_samples=6";
const MARKUP = "<img src=x onerror=alert(1)> & <b>more</b>";

/** @param {() => {browser: Browser, server: Server}} tools */
export function projectTests(tools) {
  test("what is made in one browser is in another when it is returned to, as text, and after a restart", async () => {
    const { browser } = tools();
    const folder = mkdtempSync(join(tmpdir(), "negatoscope-project-"));
    const args = ["--project", join(folder, "project.sqlite3")];
    let server = await startServer(args);
    try {
      await waitUntilReady(server);
      const one = await whole(browser, server);
      const other = await whole(browser, server, { kept: true });
      await made(one.page);
      assert.equal(await other.page.locator("#selection-saved li").count(), 0);
      await other.page.evaluate(() => dispatchEvent(new Event("focus")));
      await other.page.waitForSelector("#selection-saved li");
      await seen(other.page);
      await other.page.reload();
      await drawn(other.page);
      await seen(other.page);

      // Both write without having heard of each other.
      await noteOn(one.page, "from the first");
      const told = await noteOn(other.page, "from the second");
      assert.match(told, /changed elsewhere meanwhile. It was “from the first”/);
      assert.deepEqual([...one.faults, ...other.faults], []);
      await Promise.all([one.close(), other.close()]);

      await server.stop();
      server = await startServer(args);
      await waitUntilReady(server);
      const later = await whole(browser, server, { kept: true });
      await later.page.waitForSelector("#selection-saved li");
      await seen(later.page, "from the second");
      await later.close();
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("a project goes out as JSON and comes in again; what is no project is refused in a sentence", async () => {
    const { browser, server } = tools();
    const { page, close } = await whole(browser, server);
    await made(page);
    await page.click("#project-open");
    await page.waitForSelector("#project[open] li");
    const downloading = page.waitForEvent("download");
    await page.click('[data-project="export"]');
    const path = await (await downloading).path();
    assert.match(await page.innerText("#project-status"), /^Saved demo-project\.json/);
    const document = JSON.parse(readFileSync(path, "utf8"));
    assert.ok(!JSON.stringify(document).includes(".jpeg"), "no file is named");

    while ((await page.locator("#project li").count()) > 0) {
      const count = await page.locator("#project li").count();
      await page.locator("#project li .remove").first().focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction((n) => document.querySelectorAll("#project li").length < n, count);
    }
    assert.match(await page.innerText("#project-lists"), /Nothing yet/);
    // Deleted later than the file was written: nothing comes back.
    await page.setInputFiles("#project input[type=file]", path);
    await said(page, /0 items taken, [0-9]+ here already/);
    const late = { ...document, items: document.items.map((/** @type {any} */ item) => ({ ...item, changed: 4e12 })) };
    writeFileSync(path, JSON.stringify(late));
    await page.setInputFiles("#project input[type=file]", path);
    await said(page, /items taken/);
    await page.waitForSelector("#project li");
    assert.equal(await page.locator("#project li").count(), 3);
    for (const [text, wanted] of /** @type {const} */ ([
      ["{}", /no project that negatoscope has exported/],
      ["one, two", /is no JSON/],
    ])) {
      writeFileSync(path, text);
      await page.setInputFiles("#project input[type=file]", path);
      await said(page, wanted);
    }
    await close();
  });

  test("what cannot be told to the server this browser remembers, and brings when it can", async () => {
    const { browser, server } = tools();
    const { page, close } = await whole(browser, server);
    await page.route("**/api/project/**", (route) => route.abort());
    await select(page);
    await page.fill("#selection-save input", "held");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#selection-saved li");
    assert.match(await page.innerText("#toast"), /Until then this browser keeps it/);
    assert.deepEqual((await server.get("/api/project")).items, []);
    await page.unroute("**/api/project/**");
    await page.reload();
    await drawn(page);
    await page.waitForSelector("#selection-saved li");
    await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith("negatoscope project")));
    const { items } = await server.get("/api/project");
    assert.equal(items[0].body.name, "held");
    await close();
  });

  test("what could not be told is brought when one returns, also of what the server has already", async () => {
    const { browser, server } = tools();
    const { page, close } = await whole(browser, server);
    await noteOn(page, "as it was");
    const noted = async () => {
      const { items } = await server.get("/api/project");
      return items.filter((/** @type {any} */ { gone }) => !gone).map((/** @type {any} */ { body }) => body);
    };
    const before = await noted();
    await page.route("**/api/project/**", (route) => route.abort());
    assert.match(await noteOn(page, "as it is now"), /Until then this browser keeps it/);
    await select(page);
    await page.fill("#selection-save input", "held");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#selection-saved li");
    assert.deepEqual(await noted(), before);
    await page.unroute("**/api/project/**");
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith("negatoscope project")));
    const after = await noted();
    assert.ok(after.some(({ note }) => note === "as it is now"));
    assert.ok(after.some(({ name }) => name === "held"));
    assert.equal(after.length, before.length + 1);
    await close();
  });

  test("a project that cannot be used is told of once, and the page goes on", async () => {
    const { browser } = tools();
    const folder = mkdtempSync(join(tmpdir(), "negatoscope-project-"));
    const path = join(folder, "project.sqlite3");
    writeFileSync(path, "somebody's text, ".repeat(80));
    const server = await startServer(["--project", path]);
    try {
      await waitUntilReady(server);
      const { page, close } = await whole(browser, server);
      await page.waitForSelector("#toast:not([hidden])");
      assert.match(await page.innerText("#toast"), /project\.sqlite3 cannot be used .* kept in this browser only/);
      await made(page);
      await page.reload();
      await drawn(page);
      await page.waitForSelector("#selection-saved li");
      const kept = await page.evaluate(() => Object.values(localStorage).join());
      assert.ok(kept.includes("the odd ones"), kept);
      await close();
      assert.ok(readFileSync(path, "utf8").startsWith("somebody's text"));
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** @param {Browser} browser @param {Server} server @param {import("./harness.mjs").VisitOptions} [options] */
async function whole(browser, server, options) {
  const made = await visit(browser, server, QUERY, options);
  await drawn(made.page);
  await made.page.waitForSelector("#project-open:not([disabled])");
  return made;
}

/** The cluster of the first image, by the keyboard. @param {Page} page */
async function select(page) {
  await page.focus("#map");
  for (const key of ["n", "a"]) await page.keyboard.press(key);
  await page.waitForSelector("#selection-now:not([hidden])");
}

/** A selection with a note, a note on an X-ray, and a setting under a name. @param {Page} page */
async function made(page) {
  await select(page);
  await page.fill("#selection-save input", "the odd ones");
  await page.keyboard.press("Enter");
  await page.click("#selection-saved .noting");
  await page.keyboard.type(MARKUP);
  await page.waitForFunction(() => document.querySelector("#selection-saved .note-said")?.textContent === "kept");
  await noteOn(page, MARKUP);
  await page.locator(".step").first().waitFor();
  await page.locator('.step [data-act="name"]').first().click();
  await page.keyboard.type("six groups");
  await page.keyboard.press("Enter");
  await page.waitForFunction(async () => {
    const { items } = await (await fetch("/api/project")).json();
    return items.some((/** @type {any} */ item) => item.kind === "view" && item.body.name === "six groups");
  });
}

/** On the X-ray that is first among the thumbnails. @param {Page} page @param {string} text */
async function noteOn(page, text) {
  await page.locator(".thumb").first().click();
  await page.fill("#viewer-note textarea", text);
  await page.waitForFunction(() => document.querySelector("#viewer-note .note-said")?.textContent);
  const told = await page.innerText("#viewer-note .note-said");
  await page.click('#viewer [data-do="close"]');
  return told;
}

/** All that `made` made. @param {Page} page @param {string} [note]  on the X-ray */
async function seen(page, note = MARKUP) {
  assert.equal(await page.inputValue("#selection-saved textarea"), MARKUP);
  await page.locator(".step-name", { hasText: "six groups" }).waitFor();
  await page.click("#project-open");
  await page.waitForSelector("#project[open] li");
  const texts = await page.locator("#project .project-said p:first-of-type").allInnerTexts();
  assert.deepEqual(texts.slice(0, 2), [note, MARKUP]);
  assert.equal(await page.locator("#project .project-said :is(img, b)").count(), 0, "text is text");
  await page.click("#project [data-close]");
  await page.click("#selection-saved .linkish");
  await page.waitForSelector("#selection-now:not([hidden])");
  await page.click('[data-do="clear"]');
}

/** @param {Page} page @param {RegExp} wanted */
const said = (page, wanted) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.getElementById("project-status")?.textContent ?? ""),
    wanted.source,
  );
