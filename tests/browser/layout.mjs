/** Where things stand: nothing lies over the map, and what is read together is seen together. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { judged, still, visit } from "./harness.mjs";
import { placesOf, shown } from "./pictures.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** The last is 1440 × 900 at 200%. */
const SCREENS = [
  [1024, 768],
  [1440, 900],
  [1920, 1080],
  [720, 450],
];

/** What may be open beside the first view, and how. @type {readonly [what: string, query: string, open?: (page: Page) => Promise<unknown>][]} */
const VIEWS = [
  ["the page", "eps=0.3&min_samples=6"],
  ["a filter in force", "eps=0.3&min_samples=6&colour=country&dim=view%3DPA"],
  ["the axes of PCA", "method=pca&n_components=3&eps=0.5&min_samples=8"],
  ["the film", "eps=0.3&min_samples=6", (page) => page.click("#film-open")],
];

/** @param {() => {browser: Browser, server: Server}} tools */
export function layoutTests(tools) {
  for (const [what, query, open] of VIEWS) {
    test(`no box lies over a point or a picture: ${what}`, async () => {
      const { browser, server } = tools();
      // Without motion a film stands still at its end, which is the map.
      const { page, close } = await visit(browser, server, query, { reducedMotion: "reduce" });
      await shown(page);
      await open?.(page);
      const { n_images } = await server.get("/api/cohort");
      for (const [width, height] of SCREENS) {
        await page.setViewportSize({ width, height });
        await still(page);
        const { shown = "", side = "" } = await page.$eval("#pictures", (canvas) => ({
          .../** @type {HTMLElement} */ (canvas).dataset,
        }));
        const indices = shown.split(" ").map(Number);
        const at = await placesOf(page, server, query.replace(/&(colour|dim)=[^&]*/g, ""));
        const squares = Array.from({ length: n_images }, (_, i) => ({
          ...at(i),
          half: (indices.includes(i) ? Number(side) : 10) / 2,
        }));
        assert.deepEqual(await covering(page, squares), [], `${width} × ${height}`);
      }
      await close();
    });
  }

  for (const [width, height] of SCREENS.slice(0, 3)) {
    test(`at ${width} × ${height} sliders, groups and luck are read without scrolling, and nothing of it moves`, async () => {
      const { browser, server } = tools();
      let go = () => {};
      const held = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (go = resolve));
      const { page, close } = await visit(browser, server, "eps=0.3&min_samples=6", {
        viewport: { width, height },
        before: (page) => page.route("**/api/verdict*", (route) => held.then(() => route.continue())),
      });
      await shown(page);
      if (width < 1200) await page.click("#findings-toggle");
      await still(page);
      assert.deepEqual(await page.locator(".verdict-mark").allInnerTexts(), Array(5).fill("…"), "all are asked");
      const before = await page.locator("#verdict").boundingBox();
      go();
      await judged(page);
      assert.deepEqual(await page.locator("#verdict").boundingBox(), before, "the verdict moves what is beneath");
      for (const selector of ["#perplexity-track", "#eps-track", "#min_samples-track", "#verdict", ".card .bars"]) {
        const box = await page.locator(selector).first().boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= height, `${selector} is out of sight`);
      }
      await close();
    });
  }

  test("the search and the images open beneath the map, one at a time, and the findings stay", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await shown(page);
    for (const [opener, here, gone] of [
      ["#search-open", "#search", "#images"],
      ["#images-open", "#images", "#search"],
      ["#search-open", "#search", "#images"],
    ]) {
      await page.click(opener);
      await page.locator(here).waitFor();
      await page.locator(gone).waitFor({ state: "hidden" });
      const [map, box] = [await page.locator("#map").boundingBox(), await page.locator(here).boundingBox()];
      assert.ok(map && box && map.height > 140 && box.y >= map.y + map.height && box.x >= map.x, here);
      for (const selector of ["#verdict-headline", ".card .bars"])
        assert.ok(await page.locator(selector).first().isVisible(), selector);
      assert.equal(await page.getAttribute(opener, "aria-expanded"), "true");
    }
    await close();
  });

  test("a verdict that is refined can be stopped and gone on with; one that fails says why on its card", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, "method=pca&eps=0.5&min_samples=6");
    await shown(page);
    await state(page, "refining");
    await page.click(".verdict-of button");
    await state(page, "cancelled");
    assert.match(await page.innerText(".verdict-of"), /stopped · go on$/);
    await page.click(".verdict-of button");
    await state(page, "refining");
    await page.route("**/api/verdict*", (route) =>
      route.fulfill({ status: 500, json: { error: { code: "x", message: "no <b>room</b> left" } } }),
    );
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    await state(page, "failed");
    assert.equal(await page.innerText("#verdict-headline"), "No <b>room</b> left.");
    assert.deepEqual(await page.locator(".verdict-mark").allInnerTexts(), Array(5).fill("–"));
    await page.unroute("**/api/verdict*");
    await page.keyboard.press("ArrowRight");
    await judged(page);
    await close();
  });
}

/** Waits until the verdict is so far. @param {Page} page @param {string} state */
const state = (page, state) => page.waitForSelector(`#verdict[data-state="${state}"]`);

/**
 * Boxes that lie over one of these squares, whether a pointer would meet them or not, and squares that leave the map.
 * @param {Page} page @param {readonly {x: number, y: number, half: number}[]} squares  from the corner of the map
 * @returns {Promise<string[]>}
 */
const covering = (page, squares) =>
  page.evaluate((squares) => {
    const map = /** @type {HTMLElement} */ (document.getElementById("map"));
    const own = map.getBoundingClientRect();
    const boxes = [...document.querySelectorAll("body *")].filter(
      (node) =>
        !node.contains(map) &&
        !node.closest("#map, #pictures, .outline, .hidden, dialog, .tip") &&
        node.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
    );
    // Of a long legend two lines are seen, and what is scrolled out of them lies over nothing.
    const lowest = (/** @type {Element} */ node) => node.closest(".legend")?.getBoundingClientRect().bottom ?? Infinity;
    const found = new Set();
    for (const { x, y, half } of squares) {
      const [left, top] = [own.left + x - half, own.top + y - half];
      const [right, bottom] = [left + 2 * half, top + 2 * half];
      if (left < own.left || top < own.top || right > own.right || bottom > own.bottom)
        found.add(`outside the map: ${Math.round(x)}, ${Math.round(y)}`);
      for (const node of boxes) {
        const box = node.getBoundingClientRect();
        if (box.left < right && box.right > left && box.top < bottom && Math.min(box.bottom, lowest(node)) > top)
          found.add(`${node.tagName.toLowerCase()}#${node.id}.${node.getAttribute("class")}`);
      }
    }
    return [...found];
  }, squares);
