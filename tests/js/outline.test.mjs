import assert from "node:assert/strict";
import { test } from "node:test";

import { pointsWithin, rectangle, simplified } from "../../static/js/map/outline.js";

/** @param {readonly number[]} xy @param {readonly number[]} outline @param {readonly number[]} [members] */
const within = (xy, outline, members = [...Array(xy.length / 2).keys()]) =>
  Array.from(pointsWithin(Float32Array.from(xy), Uint32Array.from(members), outline));

test("a rectangle holds what lies between its corners, whichever corner it was begun at", () => {
  const xy = [1, 1, 3, 1, 1, 3, -1, 1, 1.9, 0.1];
  for (const [x, y, otherX, otherY] of [
    [0, 0, 2, 2],
    [2, 2, 0, 0],
    [0, 2, 2, 0],
  ])
    assert.deepEqual(within(xy, rectangle(x, y, otherX, otherY)), [0, 4]);
});

test("a hollow shape leaves its hollow out", () => {
  // A U: the point between its arms is inside its box, not inside it.
  const u = [0, 0, 6, 0, 6, 6, 4, 6, 4, 2, 2, 2, 2, 6, 0, 6];
  assert.deepEqual(within([1, 5, 3, 5, 5, 5, 3, 1, 3, 2.5], u), [0, 2, 3]);
});

test("what is gone round twice is inside; the outline of nobody holds nobody", () => {
  const square = [0, 0, 4, 0, 4, 4, 0, 4];
  assert.deepEqual(within([2, 2], [...square, ...square]), [0]);
  assert.deepEqual(within([2, 2], []), []);
  assert.deepEqual(within([2, 2], [2, 2]), []);
});

test("a corner that a ray passes through is counted once", () => {
  const diamond = [0, -2, 2, 0, 0, 2, -2, 0];
  assert.deepEqual(within([0, 0, -3, 0, 3, 0, -1.5, 0], diamond), [0, 3]);
});

test("only members are asked, in their order", () => {
  assert.deepEqual(within([1, 1, 1, 1, 1, 1], rectangle(0, 0, 2, 2), [2, 0]), [2, 0]);
});

test("a circle holds what is nearer to its middle than its radius", () => {
  let state = 5;
  const random = () => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296;
  const xy = Array.from({ length: 4000 }, () => random() * 4 - 2);
  const circle = Array.from({ length: 360 }, (_, k) => [
    Math.cos((k * Math.PI) / 180),
    Math.sin((k * Math.PI) / 180),
  ]).flat();
  const inside = new Set(within(xy, circle));
  assert.ok(inside.size > 300);
  for (let i = 0; i < 2000; i++) {
    const distance = Math.hypot(xy[2 * i], xy[2 * i + 1]);
    if (Math.abs(distance - 1) > 1e-3) assert.equal(inside.has(i), distance < 1, String(i));
  }
});

test("a path keeps its corners and loses what lies on the way", () => {
  assert.deepEqual(simplified([0, 0, 1, 0.1, 2, 0, 3, -0.1, 4, 0, 4, 4], 0.5), [0, 0, 4, 0, 4, 4]);
  assert.deepEqual(simplified([0, 0, 2, 1, 4, 0], 0.5), [0, 0, 2, 1, 4, 0]);
  assert.deepEqual(simplified([3, 4], 1), [3, 4]);
});

test("a closed loop is not taken for a line", () => {
  assert.equal(simplified([0, 0, 5, 0, 5, 5, 0, 5, 0, 0], 1).length, 10);
});

test("a long path round a hundred thousand points keeps few corners", () => {
  const xy = new Float32Array(200_000).map((_, k) => Math.sin(k * 12.9898) * 500);
  const members = Uint32Array.from({ length: 100_000 }, (_, k) => k);
  const path = Array.from({ length: 2000 }, (_, k) => {
    const angle = (k / 2000) * 2 * Math.PI;
    const radius = 400 + 30 * Math.sin(9 * angle);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }).flat();
  const outline = simplified(path, 1);
  const found = pointsWithin(xy, members, outline);
  assert.ok(outline.length < 300 && found.length > 1000, `${outline.length}, ${found.length}`);
});
