/** Maps in three dimensions: turned by hand and by key, the same from a link, with a depth that is seen. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { HOME, orbit } from "../../static/js/map/camera.js";
import { drawn, frames, mapPixels, still, visit, withoutWebgl } from "./harness.mjs";
import { pixelAt, placesOf, shown } from "./pictures.mjs";
import { countColour, countDifferences } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Camera} from "../../static/js/map/types.js" */
/** @import {Server} from "./harness.mjs" */

const MAPS = /** @type {const} */ ([
  ["t-SNE", "n_components=3&eps=0.8&min_samples=14"],
  ["PCA", "method=pca&n_components=3&eps=0.6&min_samples=8"],
]);

/** @param {() => {browser: Browser, server: Server}} tools */
export function spaceTests(tools) {
  for (const [name, query] of MAPS) {
    test(`in 3-D ${name}, pictures stay who they are while the map turns, and find their places when it rests`, async () => {
      const { browser, server } = tools();
      const { page, faults, close } = await visit(browser, server, query);
      await shown(page);
      const middle = await centreOf(page);
      await page.mouse.move(middle.x, middle.y);
      await page.mouse.down();
      const before = await pictured(page);
      for (let step = 1; step <= 12; step++) {
        await page.mouse.move(middle.x + 20 * step, middle.y + 8 * step);
        assert.deepEqual(await pictured(page), before, `step ${step}`);
        assert.ok(await page.locator("#hover-card").isHidden());
      }
      await page.mouse.up();
      await page.mouse.move(0, 0);
      await page.waitForFunction(
        (old) => document.getElementById("pictures")?.dataset.shown?.split(" ").sort().join() !== old,
        before.join(),
      );
      const { indices, side } = await shown(page);
      const at = await placesOf(page, server, query, await linkedCamera(page));
      const places = indices.map(at);
      for (const [k, one] of places.entries()) {
        for (const other of places.slice(0, k))
          assert.ok(Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y)) >= side, "two pictures overlap");
      }
      assert.deepEqual(faults, []);
      await close();
    });

    test(`in 3-D ${name}, arrow keys turn the map, and the link opens it as it was turned`, async () => {
      const { browser, server } = tools();
      const { page, close } = await visit(browser, server, query);
      await shown(page);
      await page.focus("#map");
      for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "+"]) await page.keyboard.press(key);
      await page.waitForFunction(() => new URLSearchParams(location.search).get("camera")?.split(",")[2] === "1.25");
      const camera = await linkedCamera(page);
      const turned = orbit(orbit(orbit(HOME, 60, 0), 60, 0), 0, 60);
      assert.ok(
        Math.abs(camera.yaw - turned.yaw) < 1e-5 && Math.abs(camera.pitch - turned.pitch) < 1e-5,
        JSON.stringify(camera),
      );
      await page.evaluate(() => document.getElementById("map")?.blur());
      const { indices } = await shown(page);
      const pixels = await mapPixels(page);
      const linked = await visit(browser, server, new URL(page.url()).search.slice(1));
      const opened = await shown(linked.page);
      assert.deepEqual([...opened.indices].sort(), [...indices].sort());
      assert.ok(countDifferences(pixels, await mapPixels(linked.page)) < 20);
      await linked.close();
      await close();
    });
  }

  test("what is far away is smaller", async () => {
    const { browser, server } = tools();
    const [, query] = MAPS[0];
    const { page, close } = await visit(browser, server, query);
    const { indices, side } = await shown(page);
    const at = await placesOf(page, server, query);
    const byDepth = indices.map(at).sort((one, other) => one.depth - other.depth);
    const [near, far] = [byDepth[0], byDepth[byDepth.length - 1]];
    assert.ok(near.depth < 1 && far.depth > 1.08, `${near.depth}, ${far.depth}`);
    // Just inside the edge of a picture that is not far; nobody else has this place.
    const inset = side / 2 - 1;
    assert.equal((await pixelAt(page, near.x - inset, near.y))[3], 255);
    assert.equal((await pixelAt(page, far.x - inset, far.y))[3], 0);
    assert.ok((await pixelAt(page, far.x, far.y))[3] > 0);
    await close();
  });

  test("the axes of PCA say how much of the variance they carry; those of t-SNE carry none", async () => {
    const { browser, server } = tools();
    for (const dims of [2, 3]) {
      const { page, close } = await visit(browser, server, `method=pca&n_components=${dims}&eps=0.6`);
      await drawn(page);
      const { explained_variance_ratio: ratios } = await server.get(`/api/projection?method=pca&n_components=${dims}`);
      assert.equal(ratios.length, dims);
      const text = await page.innerText("#axes-variance");
      ratios.forEach((/** @type {number} */ ratio, /** @type {number} */ axis) =>
        assert.ok(text.includes(`${axis + 1}: ${(100 * ratio).toFixed(1)}%`), text),
      );
      assert.ok(await page.locator("#axes").isVisible());
      await page.locator('[name="method"][value="tsne"]').check({ force: true });
      await drawn(page, { method: "tsne" });
      assert.ok(await page.locator("#axes-variance").isHidden());
      assert.equal(await page.locator("#axes").isVisible(), dims === 3);
      await close();
    }
  });

  test("without WebGL2 a 3-D map has the same points and pictures at the same places, and turns", async () => {
    const { browser, server } = tools();
    const [, query] = MAPS[0];
    const seen = [];
    for (const before of [undefined, withoutWebgl]) {
      const { page, faults, close } = await visit(browser, server, query, { before });
      const { indices } = await shown(page);
      const pixels = await mapPixels(page);
      await page.focus("#map");
      await page.keyboard.press("ArrowLeft");
      await page.waitForFunction(() => location.search.includes("camera="));
      await page.evaluate(() => document.getElementById("map")?.blur());
      const turned = await mapPixels(page);
      assert.ok(countDifferences(pixels, turned) > 500);
      seen.push({
        kind: await page.getAttribute("#map", "data-renderer"),
        indices: [...indices].sort(),
        film: countColour(pixels, bytesOf(INKS.dark.film)),
      });
      assert.deepEqual(faults, []);
      await close();
    }
    assert.deepEqual(
      seen.map(({ kind }) => kind),
      ["webgl2", "canvas2d"],
    );
    assert.deepEqual(seen[0].indices, seen[1].indices);
    assert.ok(
      Math.abs(seen[0].film - seen[1].film) < 0.02 * seen[0].film,
      JSON.stringify(seen.map(({ film }) => film)),
    );
  });

  test("nothing turns by itself, with or without motion", async () => {
    const { browser, server } = tools();
    for (const reducedMotion of /** @type {const} */ (["no-preference", "reduce"])) {
      const { page, close } = await visit(browser, server, MAPS[0][1], { reducedMotion });
      await shown(page);
      await still(page);
      const drawn = await page.getAttribute("#map", "data-frames");
      await frames(page, 40);
      assert.equal(await page.getAttribute("#map", "data-frames"), drawn);
      await close();
    }
  });
}

/** @param {Page} page */
async function centreOf(page) {
  const box = /** @type {{x: number, y: number, width: number, height: number}} */ (
    await page.locator("#map").boundingBox()
  );
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Which pictures there are, in no order. @param {Page} page */
const pictured = async (page) => ((await page.getAttribute("#pictures", "data-shown")) ?? "").split(" ").sort();

/** As the address has it. @param {Page} page @returns {Promise<Camera>} */
async function linkedCamera(page) {
  await still(page);
  const [x, y, zoom, yaw, pitch] = (new URL(page.url()).searchParams.get("camera") ?? "").split(",").map(Number);
  return { x, y, zoom, yaw, pitch };
}
