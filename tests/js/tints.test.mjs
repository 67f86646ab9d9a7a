/** Colours that follow the images: clusters matched by assignment, against every matching there is. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { assigned } from "../../static/js/colour/assignment.js";
import { followTints, tintsOnceShown } from "../../static/js/colour/matched.js";
import { labelsAmong, tintsOf } from "../../static/js/colour/tints.js";
import { createStore } from "../../static/js/store.js";

/** Numbers from 0 to 1 that are the same in every run. @param {number} seed */
function numbersFrom(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
}

/** @param {readonly Map<number, number>[]} rows @param {number} [row] @param {number} [taken]  columns, as bits @returns {number} */
function mostShared(rows, row = 0, taken = 0) {
  if (row === rows.length) return 0;
  const without = mostShared(rows, row + 1, taken);
  return [...rows[row]].reduce(
    (most, [column, shared]) =>
      taken & (1 << column) ? most : Math.max(most, shared + mostShared(rows, row + 1, taken | (1 << column))),
    without,
  );
}

test("no matching shares more than the assignment, no column is given twice, and nobody is paired who shares nothing", () => {
  const next = numbersFrom(7);
  for (let round = 0; round < 400; round++) {
    const rows = Array.from({ length: 1 + Math.floor(next() * 6) }, () => {
      const columns = [0, 1, 2, 3, 4, 5].filter(() => next() < 0.5);
      return new Map(columns.map((column) => [column, 1 + Math.floor(next() * 9)]));
    });
    const found = assigned(rows);
    const given = found.filter((column) => column >= 0);
    assert.equal(new Set(given).size, given.length);
    const shared = found.map((column, row) => (column < 0 ? 0 : (rows[row].get(column) ?? NaN)));
    assert.equal(
      shared.reduce((sum, one) => sum + one, 0),
      mostShared(rows),
    );
  }
  assert.deepEqual(assigned([]), []);
  assert.deepEqual(assigned([new Map(), new Map([[3, 1]])]), [-1, 3]);
});

test("thousands of clusters are matched before anybody waits", () => {
  const next = numbersFrom(3);
  const rows = Array.from({ length: 4000 }, () => new Map());
  for (let i = 0; i < 10_000; i++) {
    const [row, column] = [Math.floor(next() * 4000), Math.floor(next() * 4000)];
    rows[row].set(column, (rows[row].get(column) ?? 0) + 1);
  }
  const start = performance.now();
  assigned(rows);
  assert.ok(performance.now() - start < 2000);
});

test("a cluster has the mark of the one before it that it shares most images with; a new one has one that is free", () => {
  assert.deepEqual(tintsOf([0, 1, 2, -1], []), [0, 1, 2], "at first that of its number");
  const before = { labels: [0, 0, 0, 1, 1, -1], tints: [4, 0] };
  assert.deepEqual(tintsOf([1, 1, 1, 0, 0, -1], [before]), [0, 4], "whatever its number");
  assert.deepEqual(tintsOf([1, 1, 2, 0, 0, 3], [before]), [0, 4, 1, 2], "4 and 0 are in use");
  assert.deepEqual(tintsOf([-1, -1, -1, -1, -1, -1], [before]), []);
  assert.deepEqual(tintsOf([0, 1], [{ labels: [-1, -1], tints: [] }]), [0, 1], "noise has no mark to give");
  // What nothing before it has may stand nearer to something older.
  assert.deepEqual(
    tintsOf(
      [0, 0, 1, 1],
      [
        { labels: [0, 0, -1, -1], tints: [2] },
        { labels: [0, 0, 1, 1], tints: [3, 5] },
      ],
    ),
    [2, 5],
  );
});

test("images are found by their ids among others", () => {
  const records = ["a", "b", "c"].map((id) => ({ id }));
  assert.deepEqual(labelsAmong([{ id: "c" }, { id: "x" }], { records, labels: [0, 1, 2] }), [2, -1]);
});

test("on the page colours stay with the images while numbers change, come back, and are those of A beside it", () => {
  const records = ["a", "b", "c", "d"].map((id) => ({ id }));
  const store = /** @type {any} */ (
    createStore(/** @type {any} */ ({ clusters: null, shown: null, cohort: { records }, settingA: null, tints: [] }))
  );
  followTints(store);
  const show = (/** @type {number[]} */ labels, params = {}) => {
    store.set({ clusters: { labels }, shown: params });
    return store.get().tints;
  };
  const first = {};
  assert.deepEqual(show([0, 0, 1, 1], first), [0, 1]);
  assert.deepEqual(show([1, 1, 0, 0]), [1, 0]);
  assert.deepEqual(show([0, 0, -1, -1]), [0]);
  assert.deepEqual(show([-1, -1, 0, 0]), [1], "its images were noise for a moment");
  assert.deepEqual(show([0, 0, 1, 1], first), [0, 1]);
  assert.deepEqual(tintsOnceShown(first), [0, 1]);
  assert.deepEqual(tintsOnceShown(/** @type {any} */ ({})), []);
  const settingA = { records, clusters: { labels: [0, 0, 0, 1] }, tints: [6, 2] };
  store.set({ settingA });
  assert.deepEqual(store.get().tints, [6, 2]);
  assert.deepEqual(show([2, 2, 1, 0]), [2, 0, 6], "a new one takes what is free");
  store.set({ settingA: null });
  assert.deepEqual(store.get().tints, [2, 0, 6], "and keeps it when A is closed");
});
