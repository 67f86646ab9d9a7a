/** Two labelings side by side, against scikit-learn and by hand. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { compare } from "../../static/js/compare/agreement.js";

/** @param {string} name */
const golden = (name) => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));

test("adjusted Rand index, with and without noise, and the images that change, as scikit-learn has them", () => {
  const settings = golden("dbscan_p17");
  const rows = golden("agreement");
  assert.ok(rows.length > 80);
  for (const row of rows) {
    const found = compare(settings[row.a].labels, settings[row.b].labels);
    assert.ok(Math.abs(found.ari - row.ari) < 1e-12, `${row.a}, ${row.b}: ${found.ari}`);
    if (row.ari_without_noise === null) assert.equal(found.ariWithoutNoise, null);
    else assert.ok(Math.abs(/** @type {number} */ (found.ariWithoutNoise) - row.ari_without_noise) < 1e-12);
    assert.equal(found.changed.length, row.n_changed);
  }
});

test("scikit-learn's own examples", () => {
  assert.equal(compare([0, 0, 1, 1], [1, 1, 0, 0]).ari, 1);
  assert.ok(Math.abs(compare([0, 0, 1, 2], [0, 0, 1, 1]).ari - 4 / 7) < 1e-15);
  assert.equal(compare([0, 0, 0, 0], [0, 1, 2, 3]).ari, 0);
  assert.equal(compare([0, 0, 1, 1], [0, 1, 0, 1]).ari, -0.5);
  assert.equal(compare([], []).ari, 1);
});

test("another number is no change; another cluster, or noise, is", () => {
  const found = compare([0, 0, 0, 1, 1, -1, -1], [1, 1, 0, 0, 0, -1, 0]);
  assert.deepEqual(found.changed, [2, 6]);
  assert.deepEqual(found.flows, [
    { from: 0, to: 1, count: 2, kept: true },
    { from: 0, to: 0, count: 1, kept: false },
    { from: 1, to: 0, count: 2, kept: true },
    { from: -1, to: 0, count: 1, kept: false },
    { from: -1, to: -1, count: 1, kept: true },
  ]);
});

test("clusters are matched so that the pairs share most images in all, though one pair alone would share more", () => {
  const labels = (/** @type {number[][]} */ cells, /** @type {number} */ side) =>
    cells.flatMap((cell) => new Array(cell[2]).fill(cell[side]));
  const cells = [
    [0, 0, 10],
    [0, 1, 9],
    [1, 0, 9],
    [1, 1, 1],
  ];
  assert.deepEqual(
    compare(labels(cells, 0), labels(cells, 1)).flows.map(({ kept }) => kept),
    [false, true, true, false],
  );
  assert.equal(compare([0, 0, 1, 1], [0, 1, 0, 1]).changed.length, 2);
});

test("a cluster that falls in two keeps its larger part; of two that become one, the larger keeps its place", () => {
  assert.deepEqual(compare([0, 0, 0], [0, 1, 1]).changed, [0]);
  assert.deepEqual(compare([0, 1, 1], [0, 0, 0]).changed, [0]);
});

test("no cluster on either side", () => {
  assert.deepEqual(compare([-1, -1], [-1, -1]), {
    ari: 1,
    ariWithoutNoise: null,
    changed: [],
    flows: [{ from: -1, to: -1, count: 2, kept: true }],
  });
});
