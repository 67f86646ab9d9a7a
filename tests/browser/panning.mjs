/**
 * How long a frame takes while the map is panned, printed and never asserted.
 *
 *     node tests/browser/panning.mjs http://127.0.0.1:8420/?method=pca
 *
 * Moves the map by a little again and again and waits each time until it has been drawn; the last line that it prints
 * is JSON. Without a graphics card Chromium draws WebGL in software.
 */

import { opened, rested, startBrowser, still } from "./harness.mjs";

const FRAMES = 60;
const browser = await startBrowser();
const page = await opened(browser);
await page.goto(process.argv[2]);
await page.waitForFunction(() => Number(document.getElementById("map")?.dataset.points) > 0);
// What is asked for when the map rests is not part of moving it.
await rested(page);
await still(page);

const measured = await page.evaluate(async (frames) => {
  const map = /** @type {HTMLCanvasElement} */ (document.getElementById("map"));
  const times = [];
  let last = performance.now();
  for (let k = 0; k < frames; k++) {
    const before = map.dataset.frames;
    map.dispatchEvent(new KeyboardEvent("keydown", { key: k % 2 ? "ArrowLeft" : "ArrowRight", bubbles: true }));
    while (map.dataset.frames === before) await new Promise(requestAnimationFrame);
    // Reading a pixel waits until the frame is really there.
    map
      .getContext("webgl2")
      ?.readPixels(0, 0, 1, 1, WebGL2RenderingContext.RGBA, WebGL2RenderingContext.UNSIGNED_BYTE, new Uint8Array(4));
    times.push(performance.now() - last);
    last = performance.now();
  }
  return { ms: times.slice(5), points: Number(map.dataset.points), renderer: map.dataset.renderer };
}, FRAMES);
await browser.close();
console.log(JSON.stringify(measured));
