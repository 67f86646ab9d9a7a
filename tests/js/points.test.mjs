import assert from "node:assert/strict";
import { test } from "node:test";

import { frameOf, mixPositions, neighboursWithin, pointScale, standardise } from "../../static/js/map/points.js";
import { frameAt, moveTo, progressAt, standing } from "../../static/js/map/transition.js";

test("every axis gets mean 0 and population standard deviation 1", () => {
  const { xyz, count, flat } = standardise([
    [1, 10],
    [3, 10],
    [5, 40],
    [7, 40],
  ]);
  assert.equal(count, 4);
  assert.ok(flat);
  // By hand: mean 4, deviation sqrt(5) on the first axis; mean 25, deviation 15 on the second.
  const first = [-3, -1, 1, 3].map((value) => value / Math.sqrt(5));
  first.forEach((value, i) => assert.ok(Math.abs(xyz[3 * i] - value) < 1e-6));
  assert.deepEqual([xyz[1], xyz[4], xyz[7], xyz[10]], [-1, -1, 1, 1]);
  assert.deepEqual([xyz[2], xyz[5]], [0, 0]);
});

test("an axis without spread stays zero instead of becoming NaN", () => {
  const { xyz } = standardise([
    [2, 1],
    [2, 3],
  ]);
  assert.deepEqual([xyz[0], xyz[3]], [0, 0]);
});

test("no points are no error", () => {
  const none = standardise([]);
  assert.equal(none.count, 0);
  assert.deepEqual(frameOf(none), { centre: [0, 0, 0], halfWidth: 1, halfHeight: 1 });
});

test("the frame of a flat map is its box; of a 3-D map, a ball that fits every turn", () => {
  const flat = { xyz: Float32Array.of(-1, 0, 0, 3, 4, 0), count: 2, flat: true };
  assert.deepEqual(frameOf(flat), { centre: [1, 2, 0], halfWidth: 2, halfHeight: 2 });
  const deep = { xyz: Float32Array.of(0, 0, -3, 0, 0, 3), count: 2, flat: false };
  assert.deepEqual(frameOf(deep), { centre: [0, 0, 0], halfWidth: 3, halfHeight: 3 });
});

test("a neighbourhood counts the point itself and its very edge", () => {
  const positions = { xyz: Float32Array.of(0, 0, 0, 3, 4, 0, 3, 4.1, 0), count: 3, flat: true };
  assert.equal(neighboursWithin(positions, 0, 5), 2);
  assert.equal(neighboursWithin(positions, 0, 1), 1);
});

test("points shrink in a crowd and grow when looked at closely, within limits", () => {
  assert.equal(pointScale(193, 1, 800), 1);
  assert.ok(pointScale(100_000, 1, 800) < 0.35);
  assert.ok(pointScale(193, 8, 800) > 1.5);
  assert.equal(pointScale(193, 1e6, 800), pointScale(193, 1e7, 800));
});

test("a new map in mid-flight starts from where the points are", () => {
  const at = (/** @type {number} */ x) => ({ xyz: Float32Array.of(x, 0, 0, -x, 0, 0), count: 2, flat: true });
  const first = moveTo(standing(at(1)), at(3), 1000, 200);
  assert.equal(progressAt(first, 1000), 0);
  assert.equal(progressAt(first, 1100), 0.5);
  assert.equal(progressAt(first, 5000), 1);
  const second = moveTo(first, at(10), 1100, 200);
  assert.deepEqual([...second.from], [2, 0, 0, -2, 0, 0]);
  assert.equal(frameAt(second, 1100).halfWidth, 2);
  assert.equal(frameAt(second, 1300).halfWidth, 10);
});

test("without motion, or with other points, the new map is simply there", () => {
  const two = { xyz: new Float32Array(6), count: 2, flat: true };
  const three = { xyz: new Float32Array(9), count: 3, flat: true };
  assert.equal(progressAt(moveTo(standing(two), two, 50, 0), 50), 1);
  assert.equal(progressAt(moveTo(standing(two), three, 50, 200), 50), 1);
  assert.equal(progressAt(moveTo(standing(two), { ...two, flat: false }, 50, 200), 50), 1);
});

test("mixing is even", () => {
  assert.deepEqual([...mixPositions(Float32Array.of(0, 2), Float32Array.of(4, 4), 0.25)], [1, 2.5]);
});
