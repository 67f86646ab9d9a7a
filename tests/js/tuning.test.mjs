import assert from "node:assert/strict";
import { test } from "node:test";

import { coreCount, curvePath, topOf } from "../../static/js/tuning/k-distance-layout.js";
import { axesOf, nextValue, passes, pathOf, rowAt, valueAt, yOf } from "../../static/js/tuning/parallel-layout.js";
import { perplexities, shareAt, stopAt } from "../../static/js/tuning/timeline.js";
import "./catalogue.mjs";

const curve = (/** @type {number[]} */ distance, rank = distance.map((_, i) => i + 1), n = distance.length) => ({
  min_samples: 2,
  n,
  rank,
  distance,
});

test("an image is core where its distance is at most eps, as DBSCAN counts", () => {
  const four = curve([0.1, 0.2, 0.2, 0.5]);
  for (const [eps, cores] of [
    [0.09, 0],
    [0.1, 1],
    [0.19, 1],
    [0.2, 3],
    [0.49, 3],
    [0.5, 4],
    [9, 4],
  ])
    assert.deepEqual(coreCount(four, eps), [cores, cores], String(eps));
});

test("where not every distance was served, the count lies between the ranks beside eps", () => {
  for (const first of [0, 1]) {
    const thin = curve(
      [0.1, 0.2, 0.4, 0.8],
      [0, 33, 66, 99].map((rank) => rank + first),
      100,
    );
    assert.deepEqual(coreCount(thin, 0.05), [0, 0]);
    assert.deepEqual(coreCount(thin, 0.2), [34, 66]);
    assert.deepEqual(coreCount(thin, 0.3), [34, 66]);
    assert.deepEqual(coreCount(thin, 0.8), [100, 100]);
  }
});

test("the curve rises to the right and stays below the top; the top is a multiple of the slider's step, and near its end at most", () => {
  const four = curve([0.1, 0.2, 0.2, 0.5]);
  const points = [...curvePath(four, topOf(four, 2, 0.01)).matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  assert.deepEqual(
    points.map(([x]) => x),
    [0.125, 0.375, 0.625, 0.875],
  );
  assert.ok(points.every(([, y], i) => y > 0 && y < 1 && (i === 0 || y <= points[i - 1][1])));
  assert.equal(topOf(four, 2, 0.01), 0.53);
  assert.equal(topOf(curve([0.1, 50]), 2, 0.01), 2.12);
});

const row = (
  /** @type {number} */ perplexity,
  /** @type {number} */ eps,
  /** @type {number} */ score,
  /** @type {number | null} */ dbcv = null,
) => ({ perplexity, eps, min_samples: 5, n_clusters: 3, n_noise: 10, score, dbcv, degenerate: false });
const AXES = ["perplexity", "eps", "min_samples"];
const ROWS = [row(20, 0.4, 30, 0.5), row(10, 0.2, 40), row(30, 0.4, 50, 0.1)];

test("an axis for each quantity and one more for what else ranks; its largest value is on top", () => {
  assert.deepEqual(
    axesOf(ROWS, AXES, "score").map(({ key }) => key),
    ["perplexity", "eps", "min_samples", "n_clusters", "n_noise", "score"],
  );
  const axes = axesOf(ROWS, AXES, "dbcv");
  assert.equal(axes[6].key, "dbcv");
  assert.deepEqual(axes[0].values, [10, 20, 30]);
  assert.deepEqual(
    axes[0].values.map((value) => yOf(axes[0], value)),
    [1, 0.5, 0],
  );
  assert.equal(yOf(axes[2], 5), 0.5, "where all are equal, the middle");
  for (const y of [0, 0.3, 1]) assert.ok(Math.abs(yOf(axes[0], valueAt(axes[0], y)) - y) < 1e-12);
  assert.equal(valueAt(axes[0], 7), 10);
});

test("a line goes from axis to axis and breaks where a value is missing", () => {
  const axes = axesOf(ROWS, AXES, "dbcv");
  assert.match(pathOf(axes, [ROWS[0]]), /^M0\.0000,0\.5000L0\.1667,0\.0000(L[\d.]+,[\d.]+){4}L1\.0000,0\.0000$/);
  assert.match(pathOf(axes, [ROWS[1]]), /^M0\.0000,1\.0000(L[\d.]+,[\d.]+){5}$/);
  assert.equal(pathOf(axes, ROWS).match(/M/g)?.length, 3);
});

test("ranges keep the rows within all of them, ends included; what is missing lies in none", () => {
  const kept = (/** @type {[any, [number, number]][]} */ ...ranges) =>
    ROWS.filter((one) => passes(one, new Map(ranges))).map(({ perplexity }) => perplexity);
  assert.deepEqual(kept(), [20, 10, 30]);
  assert.deepEqual(kept(["perplexity", [10, 20]]), [20, 10]);
  assert.deepEqual(kept(["perplexity", [10, 20]], ["eps", [0.3, 0.5]]), [20]);
  assert.deepEqual(kept(["dbcv", [-1, 1]]), [20, 30]);
});

test("a place is the row whose line runs there, the better one of two", () => {
  const axes = axesOf(ROWS, AXES, "score");
  assert.equal(rowAt(axes, ROWS, 0, 0.04, 0.1), ROWS[2]);
  assert.equal(rowAt(axes, ROWS, 0.1, 0.72, 0.1), null);
  assert.equal(rowAt(axes, ROWS, 0.2, 0.01, 0.1), ROWS[0], "two meet on eps");
  assert.equal(rowAt(axes, ROWS, 0.1, 0.98, 0.1), ROWS[1]);
});

test("by keyboard, the end of a range goes to the next value that occurs", () => {
  const [axis] = axesOf(ROWS, AXES, "score");
  assert.deepEqual([nextValue(axis, 10, 1), nextValue(axis, 25, -1), nextValue(axis, 30, 1)], [20, 20, 30]);
});

test("the perplexities of a film rise by about the same share, and none is left out at the ends", () => {
  const stops = perplexities(5, 100);
  assert.deepEqual(stops.slice(0, 10), [5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  assert.equal(stops[stops.length - 1], 100);
  for (let k = 1; k < stops.length; k++)
    assert.ok(
      Number.isInteger(stops[k]) &&
        stops[k] > stops[k - 1] &&
        stops[k] <= Math.max(stops[k - 1] + 1, 1.08 * stops[k - 1] + 0.5),
      `${stops[k - 1]} → ${stops[k]}`,
    );
  assert.deepEqual(perplexities(3, 3), [3]);
});

test("a value's stop is the first that is not before it; its place on the track lies between two", () => {
  assert.deepEqual(
    [0, 20, 21, 99].map((value) => stopAt([20, 40, 60], value)),
    [0, 0, 1, 2],
  );
  assert.deepEqual(
    [0, 20, 30, 40, 55, 60, 99].map((value) => shareAt([20, 40, 60], value)),
    [0, 0, 0.25, 0.5, 0.875, 1, 1],
  );
  assert.equal(shareAt([20], 20), 0);
});
