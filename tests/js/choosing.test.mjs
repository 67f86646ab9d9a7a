import assert from "node:assert/strict";
import { test } from "node:test";

import { coreCount, curvePath, epsAt, topOf } from "../../static/js/choosing/k-distance-layout.js";

const EPS = { min: 0.01, max: 2, limit: 10, step: 0.01, default: 0.4 };
const curve = (/** @type {number[]} */ distance, rank = distance.map((_, i) => i + 1), n = distance.length) => ({ min_samples: 2, n, rank, distance });

test("an image is core where its distance is at most eps, as DBSCAN counts", () => {
  const four = curve([0.1, 0.2, 0.2, 0.5]);
  for (const [eps, cores] of [[0.09, 0], [0.1, 1], [0.19, 1], [0.2, 3], [0.49, 3], [0.5, 4], [9, 4]]) assert.deepEqual(coreCount(four, eps), [cores, cores], String(eps));
});

test("where not every distance was served, the count lies between the ranks beside eps", () => {
  for (const first of [0, 1]) {
    const thin = curve([0.1, 0.2, 0.4, 0.8], [0, 33, 66, 99].map((rank) => rank + first), 100);
    assert.deepEqual(coreCount(thin, 0.05), [0, 0]);
    assert.deepEqual(coreCount(thin, 0.2), [34, 66]);
    assert.deepEqual(coreCount(thin, 0.3), [34, 66]);
    assert.deepEqual(coreCount(thin, 0.8), [100, 100]);
  }
});

test("fewer images than min_samples: none is core", () => assert.deepEqual(coreCount(curve([], [], 5), 1), [0, 0]));

test("the curve rises to the right and stays below the top; the top stays within the slider", () => {
  const four = curve([0.1, 0.2, 0.2, 0.5]);
  const points = [...curvePath(four, topOf(four, EPS)).matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
  assert.deepEqual(points.map(([x]) => x), [0.125, 0.375, 0.625, 0.875]);
  assert.ok(points.every(([, y], i) => y > 0 && y < 1 && (i === 0 || y <= points[i - 1][1])));
  assert.equal(topOf(curve([0.1, 50]), EPS), 1.06 * EPS.max);
});

test("a height is an eps on a step of the slider, within its ends", () => {
  assert.equal(epsAt(0.5, 0.8, EPS), 0.4);
  assert.equal(epsAt(0.5, 0.813, EPS), 0.41);
  assert.equal(epsAt(-1, 0.8, EPS), 0.01);
  assert.equal(epsAt(9, 0.8, EPS), 2);
});
