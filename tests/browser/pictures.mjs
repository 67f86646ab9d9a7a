/** The X-rays on the map. Which are shown the page says itself; where they lie follows from the server's coordinates. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { HOME, clipFromWorld, screenFromWorld } from "../../static/js/map/camera.js";
import { frameOf, standardise } from "../../static/js/map/points.js";
import { drawn, judged, mapPixels, still, visit, withoutWebgl } from "./harness.mjs";
import { countColour } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** @param {() => {browser: Browser, server: Server}} tools */
export function pictureTests(tools) {
  for (const [name, query] of [
    ["flat", "eps=0.3&min_samples=6"],
    ["3-D", "n_components=3&eps=0.8&min_samples=14"],
  ]) {
    test(`on a ${name} map the X-rays stand where their points are, and none covers another`, async () => {
      const { browser, server } = tools();
      const { page, faults, close } = await visit(browser, server, query);
      const { indices, side } = await shown(page);
      assert.ok(indices.length >= 15, `${indices.length} pictures`);
      assert.ok(side >= 30 && side < 50, String(side));
      const at = await placesOf(page, server, query);
      const places = indices.map(at);
      for (const [k, one] of places.entries()) {
        for (const other of places.slice(0, k)) {
          assert.ok(Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y)) >= side, "two pictures overlap");
        }
      }
      // An X-ray has many greys; a point, a frame and the film have one each.
      for (const place of places.slice(0, 5)) assert.ok((await greysAt(page, place, side)) > 20);
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("nearer, they are larger and more have room; who was shown stays, and moving the map changes nothing", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, "eps=0.3&min_samples=6");
    const home = await shown(page);
    await page.focus("#map");
    for (let k = 0; k < 3; k++) await page.keyboard.press("+");
    const near = await shown(page, home);
    assert.ok(near.side > home.side);
    const query = "eps=0.3&min_samples=6";
    const { n_images } = await server.get("/api/cohort");
    const inside = async (/** @type {number} */ dx) => {
      const at = await placesOf(page, server, query, { ...HOME, zoom: 1.25 ** 3 });
      const { width, height } = await mapSize(page);
      return new Set(
        [...Array(n_images).keys()].filter(
          (i) =>
            at(i).x > 40 &&
            at(i).x + dx > 40 &&
            at(i).x < width - 40 &&
            at(i).x + dx < width - 40 &&
            at(i).y > 40 &&
            at(i).y < height - 40,
        ),
      );
    };
    const middle = await inside(60);
    for (const i of home.indices.filter((i) => middle.has(i))) assert.ok(near.indices.includes(i), `${i} vanished`);
    assert.ok(near.indices.filter((i) => middle.has(i)).length > home.indices.filter((i) => middle.has(i)).length);
    await page.keyboard.press("ArrowLeft");
    await still(page);
    const moved = await shown(page);
    const sorted = (/** @type {number[]} */ list) => list.filter((i) => middle.has(i)).sort((a, b) => a - b);
    assert.deepEqual(sorted(moved.indices), sorted(near.indices));
    await close();
  });

  test("dots, both or images: by keyboard, in the link, and back from it", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, "eps=0.3&min_samples=6");
    await shown(page);
    const points = countColour(await mapPixels(page), bytesOf(INKS.dark.cycle[0]));
    assert.ok(points > 0);
    await page.focus('[name="marks"][value="both"]');
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(
      () => location.search.includes("marks=dots") && document.getElementById("pictures")?.dataset.shown === "",
    );
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => location.search.includes("marks=images"));
    await shown(page);
    assert.equal(countColour(await mapPixels(page), bytesOf(INKS.dark.cycle[0])), 0, "no dots among images alone");
    const linked = await visit(browser, server, new URL(page.url()).search.slice(1));
    await shown(linked.page);
    assert.ok(await linked.page.isChecked('[name="marks"][value="images"]'));
    await linked.close();
    assert.deepEqual(faults, []);
    await close();
  });

  test("frames are in the cluster's colour, dark and light", async () => {
    const { browser, server } = tools();
    for (const scheme of /** @type {const} */ (["dark", "light"])) {
      const { page, close } = await visit(browser, server, `eps=0.3&min_samples=6&marks=images&theme=${scheme}`);
      const { indices, side } = await shown(page);
      const { labels, core } = await server.get("/api/clusters?eps=0.3&min_samples=6");
      const i = indices.find((index) => core[index]) ?? -1;
      const { x, y } = (await placesOf(page, server, "eps=0.3&min_samples=6"))(i);
      const [r, g, b, a] = await pixelAt(page, x, Math.round(y - side / 2) + 0.5);
      assert.deepEqual([r, g, b, a], [...bytesOf(INKS[scheme].cycle[labels[i]]), 255], scheme);
      await close();
    }
  });

  test("a picture is hovered and opened anywhere on it, and dims with its cluster", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, "eps=0.3&min_samples=6");
    const { indices, side } = await shown(page);
    const at = await placesOf(page, server, "eps=0.3&min_samples=6");
    const { labels } = await server.get("/api/clusters?eps=0.3&min_samples=6");
    const other = indices.find((i) => labels[i] === 1) ?? -1;
    assert.ok(other >= 0);
    await judged(page);
    const bright = (await pixelAt(page, at(other).x, at(other).y))[0];
    await page.locator('.card[data-label="0"]').hover();
    await still(page);
    const [dimmed] = await pixelAt(page, at(other).x, at(other).y);
    assert.ok(dimmed < 0.5 * bright + 8, "the other cluster's pictures are dimmed");
    assert.ok(dimmed > 0.3 * bright, "a dimmed X-ray is still seen");
    const box = /** @type {{x: number, y: number}} */ (await page.locator("#map").boundingBox());
    const corner = { x: box.x + at(other).x + 0.4 * side, y: box.y + at(other).y + 0.4 * side };
    await page.mouse.move(corner.x, corner.y);
    await page.waitForSelector("#hover-card:not([hidden])");
    await page.mouse.click(corner.x, corner.y);
    await page.waitForSelector("#viewer[open]");
    const { records } = await server.get("/api/cohort");
    assert.equal(await page.innerText("#viewer-name"), records[other].filename);
    await close();
  });

  test("without WebGL2 the X-rays are on the map too", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, "eps=0.3&min_samples=6", {
      before: withoutWebgl,
    });
    const { indices } = await shown(page);
    assert.ok(indices.length >= 15);
    assert.equal(await page.getAttribute("#map", "data-renderer"), "canvas2d");
    assert.deepEqual(faults, []);
    await close();
  });

  test("ready vectors have dots and no choice, and a link that wants pictures is told", async () => {
    const { browser, server } = tools();
    const { page, asked, close } = await visit(browser, server, "eps=0.3&min_samples=6&marks=images", {
      before: (page) =>
        page.route("**/api/cohort", async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, json: { ...(await response.json()), has_images: false } });
        }),
    });
    await page.waitForFunction(() => document.body.innerText.includes("this cohort has no pictures"));
    await page.click("text=Go on without");
    await drawn(page);
    await still(page);
    assert.ok(await page.locator("#marks").isHidden());
    assert.ok(countColour(await mapPixels(page), bytesOf(INKS.dark.cycle[0])) > 0);
    assert.equal(await page.getAttribute("#pictures", "data-shown"), "");
    assert.ok(!asked.some((path) => path.startsWith("/api/atlas")));
    await close();
  });
}

/** Which pictures are on the map, once there are any (others than `before`) and none is fading in. @param {Page} page @param {{indices: number[], side: number}} [before] */
export async function shown(page, before) {
  await drawn(page);
  await page.waitForFunction((side) => {
    const { dataset } = /** @type {HTMLElement} */ (document.getElementById("pictures"));
    return dataset.shown && dataset.side !== side;
  }, String(before?.side));
  await still(page);
  const { shown = "", side = "" } = await page.$eval("#pictures", (canvas) => ({
    .../** @type {HTMLElement} */ (canvas).dataset,
  }));
  return { indices: shown.split(" ").map(Number), side: Number(side) };
}

/** @param {Page} page */
const mapSize = (page) =>
  page.$eval("#map", ({ clientWidth, clientHeight }) => ({ width: clientWidth, height: clientHeight }));

/** Where every point lies on the map. @param {Page} page @param {Server} server @param {string} query @param {import("../../static/js/map/types.js").Camera} [camera] */
export async function placesOf(page, server, query, camera = HOME) {
  const asked = new URLSearchParams(query);
  asked.delete("eps");
  asked.delete("min_samples");
  const positions = standardise((await server.get(`/api/projection?${asked}`)).coordinates);
  const viewport = { ...(await mapSize(page)), frame: frameOf(positions), flat: positions.flat };
  const matrix = clipFromWorld(camera, viewport);
  return (/** @type {number} */ i) => {
    const [x, y, depth] = screenFromWorld(
      matrix,
      viewport,
      positions.xyz[3 * i],
      positions.xyz[3 * i + 1],
      positions.xyz[3 * i + 2],
    );
    return { x, y, depth };
  };
}

/** @param {Page} page @param {number} x @param {number} y */
export const pixelAt = (page, x, y) =>
  page.$eval(
    "#pictures",
    (canvas, at) => [
      .../** @type {CanvasRenderingContext2D} */ (
        /** @type {HTMLCanvasElement} */ (canvas).getContext("2d")
      ).getImageData(at.x, at.y, 1, 1).data,
    ],
    { x, y },
  );

/** How many shades a picture has. @param {Page} page @param {{x: number, y: number}} place @param {number} side */
const greysAt = (page, { x, y }, side) =>
  page.$eval(
    "#pictures",
    (canvas, box) => {
      const context = /** @type {CanvasRenderingContext2D} */ (
        /** @type {HTMLCanvasElement} */ (canvas).getContext("2d")
      );
      const { data } = context.getImageData(box.x, box.y, box.side, box.side);
      return new Set(data.filter((_, i) => i % 4 === 0)).size;
    },
    { x: x - 0.35 * side, y: y - 0.35 * side, side: 0.7 * side },
  );
