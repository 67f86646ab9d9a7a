/** A cohort of DICOM files: the window of the file on the light table, and lengths in millimetres. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { startBrowser, startServer, visit, waitUntilReady } from "./harness.mjs";

const SIDE = 96;

/** An element, explicit and little-endian. @param {number} group @param {number} number @param {string} kind @param {string | number | Buffer} value */
function element(group, number, kind, value) {
  let bytes = Buffer.isBuffer(value) ? value : Buffer.alloc(2);
  if (typeof value === "number") bytes.writeUInt16LE(value);
  if (typeof value === "string") bytes = Buffer.from(value.length % 2 ? `${value} ` : value, "latin1");
  const isLong = ["OW", "OB"].includes(kind);
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(group);
  head.writeUInt16LE(number, 2);
  head.write(kind, 4, "latin1");
  if (isLong) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

/** A film of 12 bits of one of six patients. @param {number} k */
function dicom(k) {
  const pixels = Buffer.alloc(2 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++)
    pixels.writeUInt16LE(((i % SIDE) * (k + 7) + Math.floor(i / SIDE) * 9) % 4096, 2 * i);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from("DICM"),
    element(2, 0x10, "UI", "1.2.840.10008.1.2.1\0"),
    element(8, 0x20, "DA", `2020010${1 + (k % 2)}`),
    element(0x10, 0x10, "PN", `Planted^Name${k}`),
    element(0x10, 0x20, "LO", `planted-${Math.floor(k / 2)}`),
    element(0x18, 0x1164, "DS", "0.2\\0.4"),
    element(0x18, 0x5101, "CS", k % 2 ? "LL" : "PA"),
    element(0x28, 2, "US", 1),
    element(0x28, 4, "CS", "MONOCHROME2"),
    element(0x28, 0x10, "US", SIDE),
    element(0x28, 0x11, "US", SIDE),
    element(0x28, 0x100, "US", 16),
    element(0x28, 0x101, "US", 12),
    element(0x28, 0x102, "US", 11),
    element(0x28, 0x103, "US", 0),
    element(0x28, 0x1050, "DS", String(600 + k)),
    element(0x28, 0x1051, "DS", "1000"),
    element(0x7fe0, 0x10, "OW", pixels),
  ]);
}

describe("a cohort of DICOM files", () => {
  /** @type {import("./harness.mjs").Server} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {string} */
  let folder;
  /** @type {any[]} */
  let records;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "negatoscope-dicom-"));
    for (let k = 0; k < 12; k++) writeFileSync(join(folder, `IM${String(k).padStart(6, "0")}`), dicom(k));
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

  test("a film lies in the window of its own file, until a hand changes it, and again after a reset", async () => {
    const { page, faults, close } = await visit(browser, server, `image=${records[3].id}`);
    await shows(page, /^W 1000 · L 603 · 12 bits/);
    await page.focus(".pane");
    await page.keyboard.press("ArrowRight");
    await shows(page, /^W 1000 · L 6(?!03)\d\d · 12 bits/);
    await page.fill("#viewer-width", "4096");
    await shows(page, /^W 4096 /);
    await page.focus(".pane");
    await page.keyboard.press("r");
    await shows(page, /^W 1000 · L 6\d\d · 12 bits/);
    assert.deepEqual(faults, []);
    await close();
  });

  test("a length is in millimetres at the detector, which lie closer one way than the other", async () => {
    const { page, faults, close } = await visit(browser, server, `image=${records[0].id}`);
    await shows(page, /12 bits/);
    await page.evaluate(() => {
      const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        document.body.dataset.drawn = text;
        fillText.call(this, text, x, y);
      };
    });
    await page.focus(".pane");
    await page.keyboard.press("m");
    const box = await page.locator(".pane-film canvas").first().boundingBox();
    assert.ok(box);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    /** @param {number} dx @param {number} dy */
    const measured = async (dx, dy) => {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + dx, y + dy, { steps: 4 });
      await page.mouse.up();
      await page.waitForFunction(() => document.body.dataset.drawn?.includes("mm"));
      return page.evaluate(() => {
        const { drawn = "" } = document.body.dataset;
        delete document.body.dataset.drawn;
        return drawn;
      });
    };
    const across = await measured(200, 0);
    const down = await measured(0, 200);
    const numbers = /^(\d+) px · ([\d.]+) mm at the detector \(ImagerPixelSpacing\)$/;
    const [, wide, wideMm] = (numbers.exec(across) ?? []).map(Number);
    const [, high, highMm] = (numbers.exec(down) ?? []).map(Number);
    // The text rounds pixels to whole ones.
    assert.ok(wide > 10 && Math.abs(wideMm - 0.4 * wide) <= 0.25, across);
    assert.ok(high > 10 && Math.abs(highMm - 0.2 * high) <= 0.15, down);
    assert.deepEqual(faults, []);
    await close();
  });

  test("patients are numbers, and nobody is named", async () => {
    const { page, faults, close } = await visit(browser, server, `image=${records[1].id}`);
    await shows(page, /12 bits/);
    const said = await page.locator("body").innerText();
    assert.match(said, /patient 1/);
    assert.doesNotMatch(said, /planted/i);
    assert.deepEqual(faults, []);
    await close();
  });
});

/** @param {import("playwright-core").Page} page @param {RegExp} text */
const shows = (page, text) =>
  page.waitForFunction(
    ([source]) => new RegExp(source).test(document.querySelector(".pane-readout")?.textContent ?? ""),
    [text.source],
  );
