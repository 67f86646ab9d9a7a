/** What a copy without its server computes and finds, in cases that are checked by hand. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { breakdownOf } from "../../static/js/copy/breakdown.js";
import { dbscan, standardised } from "../../static/js/copy/dbscan.js";
import { finderOf, keyOf, unpacked } from "../../static/js/copy/index.js";

/** @param {string} text */
const query = (text) => new URLSearchParams(text);

test("an axis has mean 0 and deviation 1, and one that is constant is centred", () => {
  assert.deepEqual(
    standardised([
      [1, 7],
      [3, 7],
    ]).map((axis) => [...axis]),
    [
      [-1, 1],
      [0, 0],
    ],
  );
  const flat = standardised(Array.from({ length: 7 }, () => [0.1]));
  assert.ok(flat[0].every((value) => Math.abs(value) < 1e-15));
});

test("clusters are numbered by their lowest core point, and a border point is in the lowest that reaches it", () => {
  // The first and the eighth are alone; 3 lies a step from both clusters and is core of none.
  const line = Float64Array.from([-9, 5, 1, 3, 6, 0, -0.5, 99, 6.5, 7, -1]);
  const found = dbscan([line], 2, 4);
  assert.deepEqual(found.labels, [-1, 0, 1, 0, 0, 1, 1, -1, 0, 0, 1]);
  const others = [0, 3, 7];
  assert.deepEqual(
    found.core,
    found.labels.map((_, i) => !others.includes(i)),
  );
  assert.equal(found.n_clusters, 2);
  assert.deepEqual(dbscan([Float64Array.from([0, 1, 2])], 1, 1).labels, [0, 0, 0], "the limit is included");
});

test("values are counted in images and patients, missing ones apart, and a median to five digits with ties to even", () => {
  const numbers = [1000.25, 1000.25, 3, null];
  const column = {
    breakdown: /** @type {any} */ ({ column: "x", axis: { bins: [{}, {}], apart: [] }, totals: [], n_missing: 1 }),
    names: ["a", "b"],
    codes: [1, 0, 1, -1],
    placed: { bins: [1, 1, 0, null], apart: [null, null, null, null], numbers, texts: null },
  };
  const records = ["p", "p", "p", null].map((group, i) => ({ id: `i${i}`, group }));
  const axes = [Float64Array.from([0, 5, 1, 9])];
  const { clusters } = breakdownOf(column, axes, { labels: [0, 0, 0, -1], n_clusters: 1 }, records);
  const [cluster, noise] = clusters;
  assert.deepEqual(cluster.counts, [
    { value: "b", count: 2, n_groups: 1 },
    { value: "a", count: 1, n_groups: 1 },
  ]);
  assert.deepEqual(cluster.spread, { bins: [1, 2], apart: [], median: "1000.2" });
  assert.deepEqual(cluster.representatives, ["i2", "i0", "i1"]);
  assert.deepEqual([noise.label, noise.n_missing, noise.n_groups_missing, noise.spread?.median], [-1, 1, 1, null]);
});

test("a query is found in any order and spelling, and one that asks for something else is not", () => {
  assert.equal(keyOf(query("eps=0.40&perplexity=9&parts=map")), keyOf(query("perplexity=9.0&eps=.4")));
  assert.notEqual(keyOf(query("eps=0.4")), keyOf(query("eps=0.41")));
  const find = finderOf({
    maps: ["method=tsne&perplexity=9"],
    settings: ["method=tsne&perplexity=9&clustering=dbscan&eps=0.4&min_samples=5"],
    questions: ["method=tsne&perplexity=9&clustering=dbscan&eps=0.4&min_samples=5&breakdown=sex&noise=out"],
    columns: ["sex"],
    ids: ["x", "y"],
    scores: [],
    said: "",
  });
  const asked = "eps=0.4&min_samples=5&clustering=dbscan&method=tsne&perplexity=9&breakdown=sex&noise=out";
  assert.deepEqual(
    [find.map(query(asked)), find.setting(query(asked)), find.question(query(asked)), find.column("sex")],
    ["map-1", "setting-1", "question-1", "column-1"],
  );
  assert.equal(find.question(query(`${asked}&within=age`)), null);
  assert.equal(find.question(query(`${asked}&within=age`), ["within"]), "question-1");
  assert.equal(find.question(query(asked.replace("0.4", "0.5"))), null);
  assert.equal(find.map(query("method=tsne&perplexity=10")), null);
  assert.equal(find.place("y"), 2);
});

test("rows become objects again", () => {
  const packed = {
    a: {
      $keys: ["b", "c"],
      $rows: [
        [1, [2]],
        [null, { $keys: ["d"], $rows: [[3]] }],
      ],
    },
  };
  assert.deepEqual(unpacked(packed), {
    a: [
      { b: 1, c: [2] },
      { b: null, c: [{ d: 3 }] },
    ],
  });
});
