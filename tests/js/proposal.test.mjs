import assert from "node:assert/strict";
import { test } from "node:test";

import { adviceOn, lackOf, nearestOtherwise } from "../../static/js/panels/proposal/advice.js";
import { defaultParams, readLink } from "../../static/js/url.js";
import { SETTINGS } from "./catalogue.mjs";

const opens = (/** @type {string} */ query) => readLink(query, SETTINGS).opens;

test("a link that names anything of a setting means what it says; one that does not leaves it open", () => {
  for (const query of ["", "theme=dark", "colour=age&breakdown=sex", "where=sex%3DF"]) assert.ok(opens(query), query);
  for (const query of ["eps=0.4", "perplexity=17", "method=tsne", "own=a1", "eps=banana"])
    assert.ok(!opens(query), query);
});

/** @param {number} n_clusters @param {number} n_noise */
const clusters = (n_clusters, n_noise, n = 10) => ({ n_clusters, n_noise, labels: new Array(n).fill(-1) });

test("what a setting lacks is said in words, and of one with groups nothing is", () => {
  assert.equal(lackOf(clusters(0, 10)), "Every image is in no group.");
  assert.equal(lackOf(clusters(3, 6)), "Most images are in no group: 6 of 10.");
  assert.equal(lackOf(clusters(1, 0)), "All images are one group.");
  assert.equal(lackOf(clusters(1, 4)), "All that are in a group are in one: 6 images.");
  assert.equal(lackOf(clusters(2, 5)), null);
  assert.equal(lackOf(clusters(0, 0, 0)), null);
});

const EPS = [0.2, 0.4, 0.6];
const LEAST = [5, 10, 15];
const shown = { ...defaultParams(SETTINGS), eps: 0.2, min_samples: 15 };
const MAP = ["method", "n_components", "perplexity"];

/** Every cell is noise but those that are given, by column and row. @param {Record<string, [number, number]>} found */
const plane = (found) =>
  /** @type {any} */ ({
    params: Object.fromEntries(MAP.map((key) => [key, shown[key]])),
    clustering: "dbscan",
    axes: ["eps", "min_samples"],
    eps: EPS,
    min_samples: LEAST,
    cells: EPS.flatMap((eps, column) =>
      LEAST.map((min_samples, row) => {
        const [n_clusters, n_noise] = found[`${column} ${row}`] ?? [0, 10];
        return { eps, min_samples, n_clusters, n_noise, score: 0 };
      }),
    ),
  });

test("the nearest setting that is otherwise is the fewest steps away, and of equal ones leaves fewest out", () => {
  const near = (/** @type {Record<string, [number, number]>} */ found) => {
    const cell = nearestOtherwise(plane(found), shown, 10);
    return cell && [cell.eps, cell.min_samples];
  };
  assert.deepEqual(near({ "0 0": [3, 2], "2 0": [3, 0] }), [0.2, 5]);
  assert.deepEqual(near({ "1 2": [2, 4], "0 1": [2, 3] }), [0.2, 10]);
  // One cluster, or most left out, is no better.
  assert.deepEqual(near({ "1 2": [1, 0], "0 1": [4, 6], "2 0": [2, 5] }), [0.6, 5]);
  assert.equal(near({ "1 2": [1, 0] }), null);
});

test("a plane of another map offers nothing, nor one of which a hand drew clusters", () => {
  const lacking = /** @type {any} */ (clusters(0, 10));
  const of = plane({ "0 1": [2, 3] });
  assert.equal(adviceOn(lacking, of, shown)?.offers, "eps 0.20, min_samples 10");
  assert.equal(adviceOn(lacking, of, shown)?.gives, ": 2 groups, 3 in none; the verdict says whether by luck.");
  assert.equal(adviceOn(lacking, of, { ...shown, perplexity: 30 })?.cell, null);
  assert.equal(adviceOn(lacking, of, { ...shown, own: ["a1"] })?.offers, "");
  assert.equal(adviceOn(lacking, null, shown)?.offers, "");
  assert.match(adviceOn(lacking, plane({}), shown)?.offers ?? "", /another map may/);
  assert.equal(adviceOn(/** @type {any} */ (clusters(3, 0)), of, shown), null);
});
