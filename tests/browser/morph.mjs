/** The map that follows the hand: neighbouring maps lie alike in the drawing, and a slow map is seen forming. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { HOME, clipFromWorld, pixelsPerUnit, screenFromWorld } from "../../static/js/map/camera.js";
import { frameOf, standardise } from "../../static/js/map/points.js";
import { UNTURNED, turned } from "../../static/js/map/procrustes.js";
import { drawn, mapPixels, still, visit } from "./harness.mjs";
import { countColour, countDifferences } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */
/** @import {Positions} from "../../static/js/map/types.js" */

/**
 * Over this time a map of 5000 iterations and more is spread; it takes the server a twentieth of it. Every test has a
 * number of its own: a map that is remembered, or was made ahead, has no frames.
 */
const SLOW_MS = 3000;

/** @param {() => {browser: Browser, server: Server}} tools */
export function morphTests(tools) {
  /** @param {string} query */
  const served = async (query) => standardise((await tools().server.get(`/api/projection?${query}`)).coordinates);

  for (const dims of [2, 3]) {
    test(`another perplexity leaves most images near where they were, in ${dims} dimensions, and eps as long as it was`, async () => {
      const { browser, server } = tools();
      const { page, faults, close } = await visit(browser, server, `n_components=${dims}&perplexity=17&eps=0.5`);
      await drawn(page, { perplexity: 17 });
      const before = await served(`n_components=${dims}&perplexity=17`);
      await expectDrawn(page, before);
      await page.focus("#perplexity-track");
      await page.keyboard.press("PageUp");
      await drawn(page, { perplexity: 27 });
      await page.waitForFunction(() => new URLSearchParams(location.search).get("perplexity") === "27");
      const after = await served(`n_components=${dims}&perplexity=27`);
      const text = new URL(page.url()).searchParams.get("turn");
      const aligned = turned(after, text ? text.split(",").map(Number) : UNTURNED);
      await expectDrawn(page, aligned);
      const moved = medianMove(before, aligned);
      assert.ok(moved < 1, `half of the images moved more than ${moved} standard deviations`);
      assert.ok(moved <= medianMove(before, after), "as served they lie nearer");
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("a map that takes long is seen forming, then it is the map that was asked for", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, "perplexity=17", { before: slowly });
    await drawn(page, { perplexity: 17 });
    await page.mouse.move(0, 0);
    const seen = [await mapPixels(page)];
    await iterations(page, 5000);
    const told = [];
    for (let k = 0; k < 3; k++) {
      await page.waitForFunction(
        (last) =>
          !(/** @type {HTMLElement} */ (document.getElementById("forming")).hidden) &&
          document.getElementById("forming")?.textContent !== last,
        told.at(-1),
      );
      told.push(await page.innerText("#forming"));
      seen.push(await mapPixels(page));
    }
    for (const text of told) assert.match(text, /iteration [\d,]+ of 5,000/);
    const numbers = told.map((text) => Number(/[\d,]+/.exec(text)?.[0].replace(",", "")));
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
    await drawn(page, { max_iter: 5000 });
    seen.push(await mapPixels(page));
    for (let k = 1; k <= 3; k++) assert.ok(countDifferences(seen[k - 1], seen[k]) > 200, `picture ${k}`);
    // The last that was seen may be the end already, where the machine has other work.
    assert.ok(countDifferences(seen[1], seen[4]) > 200, "the end");
    assert.ok(await page.locator("#forming").isHidden());
    assert.ok(await page.locator("#hints").isVisible());
    assert.deepEqual(faults, []);
    await close();
  });

  test("the first map is seen forming too, in grey, and a newer value takes its place", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, "perplexity=19&max_iter=5200", { before: slowly });
    await page.waitForSelector("#forming:not([hidden])");
    assert.ok(await page.locator("#waiting").isHidden());
    const forming = await mapPixels(page);
    assert.ok(countColour(forming, bytesOf(INKS.dark.noise)) > 500);
    assert.equal(countColour(forming, bytesOf(INKS.dark.cycle[0])), 0);
    await iterations(page, 750);
    await drawn(page, { max_iter: 750 }, 2000);
    assert.ok(await page.locator("#forming").isHidden());
    await expectDrawn(page, await served("perplexity=19&max_iter=750"));
    assert.deepEqual(faults, []);
    await close();
  });

  test("a map that breaks off leaves the one before, and says so", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, "perplexity=23", { before: (page) => slowly(page, true) });
    await drawn(page, { perplexity: 23 });
    await page.mouse.move(0, 0);
    const before = await mapPixels(page);
    await iterations(page, 5400);
    await page.waitForSelector("#forming:not([hidden])");
    await page.waitForSelector("#trouble:not([hidden])");
    assert.match(await page.innerText("#trouble"), /broke off/);
    assert.ok(await page.locator("#forming").isHidden());
    await still(page);
    assert.ok(countDifferences(before, await mapPixels(page)) < 20);
    await close();
  });

  test("who asked for no motion is told the iteration, and nothing moves until the map is there", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, "perplexity=21", { before: slowly, reducedMotion: "reduce" });
    await drawn(page, { perplexity: 21 });
    await page.mouse.move(0, 0);
    const before = await mapPixels(page);
    await iterations(page, 5600);
    await page.waitForSelector("#forming:not([hidden])");
    assert.equal(countDifferences(before, await mapPixels(page)), 0);
    await drawn(page, { max_iter: 5600 });
    assert.ok(countDifferences(before, await mapPixels(page)) > 200);
    await close();
  });
}

/** Asks for a map of so many. @param {Page} page @param {number} count */
async function iterations(page, count) {
  await page.$eval("#more-map", (fold) => {
    /** @type {HTMLDetailsElement} */ (fold).open = true;
  });
  await page.fill("#max_iter", String(count));
  await page.press("#max_iter", "Enter");
}

/** The server is quicker than any patience, so its events are held back on their way: spread over `SLOW_MS`. @param {Page} page @param {boolean} [broken]  after the last frame */
function slowly(page, broken = false) {
  return page.addInitScript(
    ({ span, broken }) => {
      const real = window.fetch;
      window.fetch = async (target, init) => {
        const response = await real(target, init);
        if (!/setting.*max_iter=5\d00/.test(String(target)) || !response.ok) return response;
        const all = (await response.text()).split(/(?<=\n\n)/);
        const events = broken ? all.filter((event) => event.startsWith("event: frame")) : all;
        const body = new ReadableStream({
          async start(controller) {
            init?.signal?.addEventListener("abort", () => controller.error(new DOMException("", "AbortError")));
            for (const event of events) {
              await new Promise((resolve) => setTimeout(resolve, span / events.length));
              if (init?.signal?.aborted) return;
              controller.enqueue(new TextEncoder().encode(event));
            }
            controller.close();
          },
        });
        return new Response(body, { headers: response.headers });
      };
    },
    { span: SLOW_MS, broken },
  );
}

/** That images stand on the canvas where these positions say, with a ring of the length of eps. @param {Page} page @param {Positions} positions */
async function expectDrawn(page, positions) {
  await page.focus("#map");
  const box = /** @type {{width: number, height: number}} */ (await page.locator("#map").boundingBox());
  const view = { width: box.width, height: box.height, frame: frameOf(positions), flat: positions.flat };
  const matrix = clipFromWorld(HOME, view);
  const eps = Number(await page.inputValue("#eps"));
  await page.keyboard.press("n");
  await page.waitForSelector("#ring:not([hidden])", { state: "attached" });
  const place = await page.$eval("#ring", (ring) => {
    const { m41, m42 } = new DOMMatrix(getComputedStyle(ring).transform);
    return { x: m41, y: m42, width: parseFloat(/** @type {HTMLElement} */ (ring).style.width) };
  });
  // From nowhere, N goes to the first image.
  const [x, y] = screenFromWorld(matrix, view, positions.xyz[0], positions.xyz[1], positions.xyz[2]);
  assert.ok(Math.abs(place.width - 2 * eps * pixelsPerUnit(HOME, view)) < 0.5, `the ring is ${place.width} wide`);
  assert.ok(
    Math.hypot(place.x + place.width / 2 - x, place.y + place.width / 2 - y) < 1.5,
    `the first image is drawn at ${place.x + place.width / 2}, ${place.y + place.width / 2}, not ${x}, ${y}`,
  );
  await page.mouse.move(5, 5);
  await page.$eval("#map", (map) => map.dispatchEvent(new PointerEvent("pointerleave")));
}

/** In standard deviations of the map. @param {Positions} one @param {Positions} other */
function medianMove(one, other) {
  const moves = Array.from({ length: one.count }, (_, i) =>
    Math.hypot(...[0, 1, 2].map((axis) => one.xyz[3 * i + axis] - other.xyz[3 * i + axis])),
  );
  return moves.sort((a, b) => a - b)[Math.floor(moves.length / 2)];
}
