import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  asSentence,
  compact,
  decimal,
  formatDuration,
  formatEps,
  formatP,
  groupNoun,
  plural,
} from "../../static/js/format.js";
import {
  MEASURES,
  arangeCount,
  applySetting,
  bestAt,
  formatRuns,
  isRunnable,
  isSetting,
  placeText,
  searchBody,
  sentenceOf,
  settingsCount,
  shortName,
  sortRows,
} from "../../static/js/search/grid.js";
import { createStore } from "../../static/js/store.js";
import { defaultParams } from "../../static/js/url.js";
import { SETTINGS } from "./catalogue.mjs";

/** 179 × 19 × 15, as the template has them. */
const NOTEBOOK_GRID = {
  method: "tsne",
  clustering: "dbscan",
  axes: ["perplexity", "eps", "min_samples"],
  ranges: {
    perplexity: { start: 1, stop: 180, step: 1 },
    eps: { start: 0.1, stop: 2, step: 0.1 },
    min_samples: { start: 5, stop: 20, step: 1 },
  },
  min_clusters: 3,
  max_clusters: 8,
};
/** Of UMAP and HDBSCAN. */
const OTHER_GRID = {
  ...NOTEBOOK_GRID,
  method: "umap",
  clustering: "hdbscan",
  axes: ["n_neighbors", "min_cluster_size", "min_samples"],
  ranges: {
    n_neighbors: { start: 5, stop: 15, step: 5 },
    min_cluster_size: { start: 3, stop: 6, step: 1 },
    min_samples: { start: 1, stop: 3, step: 1 },
  },
};
/** A map that is one alone cannot be searched. */
const NO_GRID = { ...NOTEBOOK_GRID, method: "pca", axes: [], ranges: {} };

test("the notebook's grid has 51,015 settings", () => {
  assert.equal(settingsCount(NOTEBOOK_GRID), 51_015);
  assert.ok(isRunnable(NOTEBOOK_GRID));
});

test("a search says which methods it is of, or why there is none", () => {
  assert.match(
    sentenceOf(NOTEBOOK_GRID),
    /^DBSCAN on the 2-D t-SNE map of every perplexity; the best of each is kept\. /,
  );
  assert.match(sentenceOf(OTHER_GRID), /^HDBSCAN on the 2-D UMAP map of every n_neighbors; /);
  assert.equal(sentenceOf(NO_GRID), "A search goes from map to map, and PCA has one alone: choose another method.");
  assert.equal(settingsCount(OTHER_GRID), 2 * 3 * 2);
  assert.equal(settingsCount(NO_GRID), 0);
  assert.ok(!isRunnable(NO_GRID));
});

test("what is asked for is on the screen, but for its ranges and its two dimensions", () => {
  const params = { ...defaultParams(SETTINGS), n_components: 3, max_iter: 500, where: ["view=PA"], own: ["x"] };
  assert.deepEqual(searchBody(NOTEBOOK_GRID, params), {
    method: "tsne",
    max_iter: 500,
    random_state: 42,
    init: "pca",
    metric: "euclidean",
    learning_rate: "auto",
    early_exaggeration: 12,
    where: ["view=PA"],
    clustering: "dbscan",
    ...NOTEBOOK_GRID.ranges,
    min_clusters: 3,
    max_clusters: 8,
  });
  const other = { ...params, method: "umap", clustering: "hdbscan", cluster_selection_method: "leaf" };
  assert.deepEqual(searchBody(OTHER_GRID, other), {
    method: "umap",
    random_state: 42,
    metric: "euclidean",
    where: ["view=PA"],
    clustering: "hdbscan",
    cluster_selection_method: "leaf",
    ...OTHER_GRID.ranges,
    min_clusters: 3,
    max_clusters: 8,
  });
});

test("a row sets both methods and all three values, and is then the one that is shown", () => {
  const store = createStore(/** @type {any} */ ({ params: { ...defaultParams(SETTINGS), n_components: 3, eps: 0.7 } }));
  const found = {
    n_neighbors: 10,
    min_cluster_size: 4,
    min_samples: 2,
    n_clusters: 3,
    n_noise: 7,
    score: 48,
    degenerate: false,
  };
  assert.ok(!isSetting(OTHER_GRID, found, store.get().params));
  applySetting(store, OTHER_GRID, found);
  const { params } = store.get();
  assert.deepEqual(
    [
      params.method,
      params.clustering,
      params.n_components,
      params.n_neighbors,
      params.min_cluster_size,
      params.min_samples,
    ],
    ["umap", "hdbscan", 2, 10, 4, 2],
  );
  assert.equal(params.eps, 0.7, "what the methods do not have stays");
  assert.ok(!("score" in params));
  assert.ok(isSetting(OTHER_GRID, found, params));
  for (const patch of [{ method: "tsne" }, { clustering: "dbscan" }, { n_components: 3 }, { min_samples: 3 }])
    assert.ok(!isSetting(OTHER_GRID, found, { ...params, ...patch }), JSON.stringify(patch));
});

test("heads are short, and settings in words have all three values", () => {
  assert.deepEqual(["perplexity", "eps", "min_samples", "n_neighbors", "min_cluster_size"].map(shortName), [
    "perp.",
    "eps",
    "min_s.",
    "neig.",
    "min_cs.",
  ]);
  assert.equal(
    placeText(NOTEBOOK_GRID.axes, { ...row(17, 48), eps: 0.4 }),
    "perplexity 17 · eps 0.40 · min_samples 14",
  );
  assert.equal(
    placeText(OTHER_GRID.axes, { n_neighbors: 10, min_cluster_size: 4, min_samples: 2 }),
    "n_neighbors 10 · min_cluster_size 4 · min_samples 2",
  );
});

test("ranges have as many values as numpy.arange gives", () => {
  // As numpy 2.4 counts them, roundings included.
  assert.equal(arangeCount({ start: 0.1, stop: 2, step: 0.1 }), 19);
  assert.equal(arangeCount({ start: 1, stop: 1.3, step: 0.1 }), 4);
  assert.equal(arangeCount({ start: 5, stop: 20, step: 1 }), 15);
  assert.equal(arangeCount({ start: 5, stop: 5, step: 1 }), 0);
  for (const step of [0, -1, NaN]) assert.equal(arangeCount({ start: 1, stop: 5, step }), 0);
});

test("a grid without values, or with its clusters the wrong way round, cannot be run", () => {
  assert.ok(
    !isRunnable({ ...NOTEBOOK_GRID, ranges: { ...NOTEBOOK_GRID.ranges, eps: { start: 1, stop: 1, step: 0.1 } } }),
  );
  assert.ok(!isRunnable({ ...NOTEBOOK_GRID, min_clusters: 9 }));
  assert.ok(!isRunnable({ ...NOTEBOOK_GRID, max_clusters: NaN }));
});

const row = (/** @type {number} */ perplexity, /** @type {number} */ score) => ({
  perplexity,
  eps: 0.4,
  min_samples: 14,
  n_clusters: 3,
  n_noise: 7,
  score,
  degenerate: false,
});

test("sorting goes both ways and keeps the search's order among equals", () => {
  const rows = [row(17, 48), row(90, 48), row(5, 60)];
  assert.deepEqual(
    sortRows(rows, "score", false).map((r) => r.perplexity),
    [17, 90, 5],
  );
  assert.deepEqual(
    sortRows(rows, "score", true).map((r) => r.perplexity),
    [5, 17, 90],
  );
  assert.deepEqual(
    sortRows(rows, "perplexity", false).map((r) => r.perplexity),
    [5, 17, 90],
  );
  assert.equal(rows[0].perplexity, 17, "the given rows are left alone");
});

test("what has no value comes last, whichever way the rows are sorted", () => {
  const rows = [
    { ...row(1, 1), dbcv: null },
    { ...row(2, 2), dbcv: 0.1 },
    { ...row(3, 3), dbcv: 0.7 },
    { ...row(4, 4), dbcv: null },
  ];
  assert.deepEqual(
    sortRows(rows, "dbcv", true).map((r) => r.perplexity),
    [3, 2, 1, 4],
  );
  assert.deepEqual(
    sortRows(rows, "dbcv", false).map((r) => r.perplexity),
    [2, 3, 1, 4],
  );
});

test("every measure that the template offers is known, and says which way is better", () => {
  const template = readFileSync(new URL("../../templates/index.html", import.meta.url), "utf8");
  const offered = [
    ...(/<select id="rank_by">(.*?)<\/select>/s.exec(template)?.[1] ?? "").matchAll(/value="(\w+)">(.*?)<\/option>/g),
  ];
  assert.deepEqual(
    offered.map(([, value]) => value),
    Object.keys(MEASURES),
  );
  for (const [, value, text] of offered)
    assert.equal(/lower is better/.test(text), MEASURES[/** @type {keyof MEASURES} */ (value)].lowerIsBetter, value);
});

test("a cell of the heat map is applied with its best admissible min_samples", () => {
  const cell = (
    /** @type {number} */ eps,
    /** @type {number} */ min_samples,
    /** @type {number} */ n_clusters,
    /** @type {number} */ score,
  ) => ({ eps, min_samples, n_clusters, n_noise: 0, score });
  const plane = {
    axes: /** @type {const} */ (["eps", "min_samples"]),
    eps: [0.1, 0.2],
    min_samples: [5, 6, 7],
    cells: [
      cell(0.1, 5, 3, 9),
      cell(0.1, 6, 4, 7),
      cell(0.1, 7, 1, 0),
      cell(0.2, 5, 1, 0),
      cell(0.2, 6, 1, 0),
      cell(0.2, 7, 1, 0),
    ],
  };
  assert.equal(bestAt(plane, 0.1, 3, 8)?.min_samples, 6);
  assert.equal(bestAt(plane, 0.2, 3, 8), null);
});

test("numbers are written as they are read", () => {
  assert.equal(formatEps(0.30000000000000004), "0.30");
  assert.equal(formatEps(0.123), "0.123");
  assert.equal(formatEps(1), "1.00");
  assert.deepEqual(
    [0.614, -0.05, 1, 0, null, undefined].map((value) => decimal(value)),
    [".61", "-.05", "1.00", ".00", "–", "–"],
  );
  assert.deepEqual([0.0001, 0.001, 0.21, 1, null].map(formatP), ["<.001", ".001", ".210", "1.000", "–"]);
  assert.equal(formatRuns([1, 2, 3, 176], 1), "1–3, 176");
  assert.equal(formatRuns([0.1, 0.2, 0.30000000000000004], 0.1), "0.1–0.3");
  assert.equal(formatRuns([], 1), "");
  assert.equal(formatDuration(12.4), "12 ms");
  assert.equal(formatDuration(2400), "2.4 s");
  assert.equal(formatDuration(125_000), "2 min 5 s");
  assert.equal(plural(1, "image"), "1 image");
  assert.equal(plural(1234, "image"), "1,234 images");
  assert.equal(compact(1_608_312), "1.61M");
  assert.equal(asSentence("give another value"), "Give another value.");
  assert.equal(asSentence("Already one."), "Already one.");
  assert.equal(asSentence("min_samples must be whole"), "min_samples must be whole.");
  assert.equal(groupNoun("patientid", 1), "1 patient");
  assert.equal(groupNoun("hospital", 3), "3 groups");
});
