import assert from "node:assert/strict";
import { test } from "node:test";

import { pictureSide, priority, spacingOf } from "../../static/js/map/pictures.js";
import { NEVER, levelFor, placeMore, startPlacement } from "../../static/js/map/placement.js";

/** Repeatable numbers from 0 to 1. @param {number} seed */
function numbers(seed) {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
}

/** Two dense blobs and a thin spread. @param {number} n */
function cloud(n) {
  const next = numbers(7);
  const xy = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const [cx, cy, spread] = [
      [0, 0, 0.4],
      [3, 1, 0.2],
      [1.5, 0.5, 4],
    ][i % 3];
    xy[2 * i] = cx + spread * (next() + next() - 1);
    xy[2 * i + 1] = cy + spread * (next() + next() - 1);
  }
  return xy;
}

/** @param {number} n */
const inOrder = (n) => Uint32Array.from({ length: n }, (_, i) => i);

/** @param {import("../../static/js/map/types.js").Placement} placement @param {number} side */
const shown = (placement, side) =>
  [...placement.level.keys()].filter((i) => placement.level[i] <= levelFor(placement, side));

/** Placed down to the smallest size. @param {Float32Array} xy @param {Uint32Array} order */
function placedAll(xy, order) {
  const placement = startPlacement(xy, order);
  assert.ok(placeMore(placement, levelFor(placement, 0), Infinity));
  return placement;
}

/** @param {Float32Array} xy @param {number} i @param {number} j */
const apart = (xy, i, j) => Math.max(Math.abs(xy[2 * i] - xy[2 * j]), Math.abs(xy[2 * i + 1] - xy[2 * j + 1]));

test("four points worked out by hand", () => {
  // 1 is 1 from 0, which comes first; 2 and 3 are far from both, and 4 from each other.
  const placement = placedAll(Float32Array.of(0, 0, 1, 0, 16, 0, 16, 4), inOrder(4));
  assert.deepEqual(shown(placement, 4), [0, 2, 3]);
  assert.deepEqual(shown(placement, 1.1), [0, 2, 3]);
  assert.deepEqual(shown(placement, 1), [0, 1, 2, 3]);
  assert.deepEqual(shown(placement, 100), []);
});

test("pictures never overlap, none more would fit, and who is shown stays as they shrink on the map", () => {
  const xy = cloud(1500);
  const placement = placedAll(xy, inOrder(1500));
  /** @type {number[]} */
  let before = [];
  for (let level = 8; level <= 36; level++) {
    const side = placement.extent * 2 ** (-level / 4);
    const now = shown(placement, side);
    for (const [k, i] of now.entries()) {
      for (const j of now.slice(0, k)) assert.ok(apart(xy, i, j) >= side * (1 - 1e-6), `${i} and ${j} at ${side}`);
    }
    for (let i = 0; i < 1500; i++)
      assert.ok(
        now.some((j) => apart(xy, i, j) < side * (1 + 1e-6)),
        `there is room for ${i} at ${side}`,
      );
    for (const i of before) assert.ok(now.includes(i), `${i} vanished at ${side}`);
    before = now;
  }
  assert.ok(before.length > 900, String(before.length));
});

test("the first of the order comes first", () => {
  const order = inOrder(600).reverse();
  const placement = placedAll(cloud(600), order);
  assert.equal(placement.placed[0], 599);
  assert.equal(placement.level[599], 8);
});

test("spread over several calls, the placement is the same", () => {
  const xy = cloud(900);
  const slowly = startPlacement(xy, inOrder(900));
  let calls = 1;
  while (!placeMore(slowly, 36, 1000)) calls += 1;
  assert.equal(calls, Math.ceil((29 * 900) / 1000));
  assert.deepEqual(slowly.level, placedAll(xy, inOrder(900)).level);
});

test("a level that is not asked for costs nothing", () => {
  const placement = startPlacement(cloud(900), inOrder(900));
  assert.ok(placeMore(placement, 10, 3 * 900));
  assert.ok(placeMore(placement, 9, 1));
  assert.equal(placement.current, 11);
});

test("what lies on another point is never shown, and no points are no trouble", () => {
  assert.deepEqual(
    [...placedAll(Float32Array.of(1, 1, 1, 1, 1, 1), inOrder(3)).level].map((level) => level === NEVER),
    [false, true, true],
  );
  assert.ok(placeMore(startPlacement(new Float32Array(0), new Uint32Array(0)), 20, 5000));
});

test("medoids come first, then core points, border points and noise", () => {
  const style = { order: Uint32Array.of(4, 1, 3, 0, 2) };
  assert.deepEqual([...priority(/** @type {any} */ (style), [3])], [3, 2, 0, 1, 4]);
});

test("pictures are 30 pixels at rest; nearer, they grow and still leave each other more room", () => {
  assert.equal(pictureSide(1, 800), 30);
  for (const marks of /** @type {const} */ (["both", "images"])) {
    let [side, share] = [0, Infinity];
    for (let zoom = 0.25; zoom <= 400; zoom *= 1.2) {
      const next = pictureSide(zoom, 800);
      const room = spacingOf(next, marks, 193) / zoom;
      assert.ok(next >= side && next <= 360 && room < share && spacingOf(next, marks, 193) > next, `${zoom}`);
      [side, share] = [next, room];
    }
  }
});
