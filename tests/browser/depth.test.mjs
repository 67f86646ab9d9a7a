/** A small cohort of its own: X-rays of 12 bits on the light table, and one that is replaced while it is looked at. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { crc32, deflateSync } from "node:zlib";

import { drawn, startBrowser, startServer, still, visit, waitUntilReady } from "./harness.mjs";

const SIDE = 96;
/** Equal in 8 bits, where both are 125. */
const [DARK, BRIGHT] = [2000, 2006];

/** @param {string} name @param {Buffer} body */
function chunk(name, body) {
  const checked = Buffer.concat([Buffer.from(name), body]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  checksum.writeUInt32BE(crc32(checked));
  return Buffer.concat([length, checked, checksum]);
}

/** A grey PNG. @param {8 | 16} bits @param {(x: number, y: number) => number} grey */
function png(bits, grey) {
  const stride = 1 + (SIDE * bits) / 8;
  const rows = Buffer.alloc(SIDE * stride);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      if (bits === 16) rows.writeUInt16BE(grey(x, y), y * stride + 1 + 2 * x);
      else rows[y * stride + 1 + x] = grey(x, y);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header[8] = bits;
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Two halves that 8 bits do not tell apart, and a corner that needs all 12 bits. @param {number} x @param {number} y */
const halves = (x, y) => (x < 4 && y < 4 ? 4095 : x < SIDE / 2 ? DARK : BRIGHT);

describe("a cohort of deep pictures", () => {
  /** @type {import("./harness.mjs").Server} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {string} */
  let folder;
  /** @type {any[]} */
  let records;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "negatoscope-depth-"));
    for (let k = 0; k < 12; k++) {
      writeFileSync(
        join(folder, `film_${String(k).padStart(2, "0")}.png`),
        k === 0 ? png(16, halves) : png(8, (x, y) => (x * (k + 1) + y * 2 + 9 * k) % 200),
      );
    }
    server = await startServer([folder]);
    browser = await startBrowser();
    await waitUntilReady(server);
    ({ records } = await server.get("/api/cohort"));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("window and level go over all greys of a 12-bit picture, which tells apart what 8 bits do not", async () => {
    const { page, faults, asked, close } = await visit(browser, server, `image=${records[0].id}`);
    await shows(page, 0, /^W 4096 · L 2048 · 12 bits · \d+%$/);
    assert.ok(asked.includes(`/api/images/${records[0].id}/deep?study=1`));
    assert.deepEqual(await page.$eval("#viewer-width", (input) => /** @type {HTMLInputElement} */ (input).max), "8192");
    assert.deepEqual(await halvesOf(page), [125, 125], "the whole range, as in 8 bits");
    await page.fill("#viewer-width", "10");
    await page.fill("#viewer-level", "2003");
    await shows(page, 0, /^W 10 · L 2003 · 12 bits/);
    const [dark, bright] = await halvesOf(page);
    assert.ok(dark < 60 && bright > 190, `${dark} ${bright}`);
    await page.focus(".pane");
    await page.keyboard.press("i");
    await page.waitForFunction(
      () => document.querySelector('#viewer [data-do="invert"]')?.getAttribute("aria-pressed") === "true",
    );
    assert.deepEqual(await halvesOf(page), [255 - dark, 255 - bright], "the exact negative");
    await page.keyboard.press("r");
    await shows(page, 0, /^W 4096 · L 2048/);
    assert.deepEqual(await halvesOf(page), [125, 125]);
    assert.deepEqual(faults, []);
    await close();
  });

  test("beside a picture of 8 bits each is told in its own greys", async () => {
    const { page, faults, close } = await visit(browser, server, `image=${records[0].id}`);
    await shows(page, 0, /^W 4096/);
    await page.waitForSelector(".companion");
    await page.keyboard.press("c");
    await shows(page, 1, /^W 256 · L 128 · \d+%$/);
    await page.fill("#viewer-width", "2048");
    await shows(page, 0, /^W 2048 · L 2048 · 12 bits/);
    await shows(page, 1, /^W 128 · L 128/);
    assert.deepEqual(faults, []);
    await close();
  });

  test("a picture that was replaced is told, and is shown nowhere beside the old vector", async () => {
    const { page, close } = await visit(browser, server, "marks=images");
    await drawn(page);
    assert.equal(await page.locator("#changed-open").count(), 0);
    writeFileSync(
      join(folder, "film_03.png"),
      png(8, () => 255),
    );
    const { id } = records[3];
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.waitForSelector("#changed-open");
    assert.equal(await page.innerText("#changed-open"), "1 picture changed");
    await page.click("#changed-open");
    await page.locator("#changed").waitFor();
    assert.match(await page.innerText("#report-body"), /1 picture changed since its features were computed/i);
    assert.match(
      await page.innerText("#changed"),
      /^film_03\.png: the picture was replaced after its features were computed/,
    );
    await page.click("#report [data-close]");

    await page.focus("#map");
    let found = "";
    for (let k = 0; k < records.length && !/replaced/.test(found); k++) {
      await page.keyboard.press("n");
      found = await page.innerText("#hover-card");
      if (/replaced/.test(found)) assert.equal(await page.locator("#hover-card img").count(), 0);
      else assert.equal(await page.locator("#hover-card img").count(), 1);
    }
    assert.match(found, /The picture was replaced after its features were computed/);
    await page.keyboard.press("Enter");
    await page.waitForSelector('.pane[data-state="failed"]');
    assert.match(
      await page.innerText(".pane-say"),
      /^The picture was replaced after its features were computed: open the cohort again to read it\.$/,
    );
    for (const path of [`/api/images/${id}`, `/api/images/${id}/deep`, `/api/thumbnails/${id}?size=256`]) {
      const status = await page.evaluate(async (path) => (await fetch(path, { cache: "reload" })).status, path);
      assert.equal(status, 410, path);
    }
    await close();

    // Whoever comes later hears of it without asking.
    const later = await visit(browser, server);
    await drawn(later.page);
    await later.page.waitForSelector("#changed-open");
    await later.close();
  });
});

/** Waits for what a pane says of its window. @param {import("playwright-core").Page} page @param {number} pane @param {RegExp} readout */
const shows = (page, pane, readout) =>
  page.waitForFunction(
    ({ pane, source }) => new RegExp(source).test(document.querySelectorAll(".pane-readout")[pane]?.textContent ?? ""),
    { pane, source: readout.source },
  );

/** The greys on the screen in the middle of the left and of the right half. @param {import("playwright-core").Page} page */
async function halvesOf(page) {
  await still(page);
  return page.$eval(".pane canvas", (node) => {
    const canvas = /** @type {HTMLCanvasElement} */ (node);
    const at = (/** @type {number} */ share) =>
      canvas
        .getContext("2d")
        ?.getImageData(Math.round(canvas.width / 2 + share * canvas.height), canvas.height / 2, 1, 1).data[0];
    return [at(-0.25), at(0.25)];
  });
}
