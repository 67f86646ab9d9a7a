/** The way back: one order of undo for settings and selections, and which settings the strip keeps. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { keyOf, renamed, withKept, withLooked } from "../../static/js/steps/looked.js";
import { createTimeline } from "../../static/js/steps/timeline.js";
import { CASES, longOf, shortOf } from "../../static/js/steps/words.js";
import { useCatalogue } from "../../static/js/settings.js";
import { defaultParams } from "../../static/js/url.js";
import { SETTINGS } from "./catalogue.mjs";

/** @param {number} entry @param {number[]} [selection] */
const moment = (entry, selection = []) => ({ entry, selection, records: [] });

test("selections are gone through within a setting, and what was undone is gone once something new is chosen", () => {
  const timeline = createTimeline(moment(0));
  timeline.add(moment(0, [1]));
  timeline.add(moment(0, [1, 2]));
  const now = () => timeline.now().selection;
  assert.ok(timeline.step(-1));
  assert.deepEqual(now(), [1]);
  assert.ok(timeline.step(-1));
  assert.ok(!timeline.step(-1), "nothing lies before the first");
  assert.deepEqual(now(), []);
  assert.ok(timeline.step(1));
  timeline.add(moment(0, [7]));
  assert.ok(!timeline.step(1));
  assert.ok(timeline.step(-1));
  assert.deepEqual(now(), [1]);
});

test("from one setting to the next is a step of the browser: back to its last moment, forward to its first", () => {
  const timeline = createTimeline(moment(0));
  timeline.add(moment(0, [1]));
  timeline.add(moment(1, [1]));
  timeline.add(moment(1, [2]));
  assert.ok(timeline.step(-1));
  assert.ok(!timeline.step(-1), "that is for the browser");
  timeline.enter(0);
  assert.deepEqual(timeline.now(), moment(0, [1]));
  assert.ok(timeline.step(-1));
  timeline.enter(1);
  assert.deepEqual(timeline.now(), moment(1, [1]));
  assert.ok(timeline.step(1));
  assert.deepEqual(timeline.now(), moment(1, [2]));
});

test("entries of before the page was loaded anew are taken in where they stand", () => {
  const timeline = createTimeline(moment(5, [3]));
  timeline.enter(4);
  assert.deepEqual(timeline.now(), moment(4, [3]));
  timeline.enter(9);
  timeline.enter(5);
  assert.deepEqual(timeline.now(), moment(5, [3]));
  assert.ok(!timeline.step(-1));
});

test("a setting that is looked at again keeps its place and its name; the first without a name makes room", () => {
  useCatalogue(SETTINGS);
  const looked = (/** @type {number} */ eps) => {
    const params = { ...defaultParams(SETTINGS), eps };
    return /** @type {any} */ ({ key: keyOf(params), params });
  };
  let all = [1, 2, 3].reduce(
    (before, eps) => withLooked(before, looked(eps), ""),
    /** @type {readonly import("../../static/js/steps/looked.js").Looked[]} */ ([]),
  );
  all = renamed(all, looked(1).key, "first");
  const drawn = /** @type {any} */ ({ tints: [4] });
  all = withLooked(all, { ...looked(1), drawn }, "");
  assert.deepEqual(
    all.map(({ params, name, drawn: of }) => [params.eps, name, of?.tints]),
    [
      [1, "first", [4]],
      [2, "", undefined],
      [3, "", undefined],
    ],
  );
  for (let eps = 4; eps <= 31; eps++) all = withLooked(all, looked(eps), looked(2).key);
  assert.equal(all.length, 30);
  assert.deepEqual(
    all.slice(0, 3).map(({ params }) => params.eps),
    [1, 2, 4],
    "named, beside the map, and the next",
  );
  // What the method does not have is no other setting.
  assert.equal(keyOf({ ...looked(1).params, n_neighbors: 3 }), looked(1).key);
});

test("what is kept stands in the strip under its name, and leaves it when it is kept no more and was not shown", () => {
  useCatalogue(SETTINGS);
  const one = (/** @type {number} */ eps, name = "") => {
    const params = { ...defaultParams(SETTINGS), eps };
    return { key: keyOf(params), params, name };
  };
  const drawn = /** @type {any} */ ({ tints: [] });
  const shown = withLooked([], { ...one(1), drawn }, "");
  const told = (/** @type {readonly import("../../static/js/steps/looked.js").Looked[]} */ all) =>
    all.map(({ params, name, isKept }) => [params.eps, name, isKept]);
  const both = withKept(shown, [one(2, "second"), one(1, "first")]);
  assert.deepEqual(told(both), [
    [2, "second", true],
    [1, "first", true],
  ]);
  assert.equal(both[0].drawn, null);
  assert.deepEqual(told(withKept(both, [])), [[1, "", false]]);
  // A name that is on its way to be kept stays.
  assert.deepEqual(told(withKept(renamed(shown, one(1).key, "new"), [])), [[1, "new", false]]);
  let all = both;
  for (let eps = 3; eps <= 40; eps++) all = withLooked(all, { ...one(eps), drawn }, "");
  assert.deepEqual(told(all).slice(0, 2), told(both));
});

test("a setting in few words: what is moved often as numbers, and what is not as at first", () => {
  useCatalogue(SETTINGS);
  const params = defaultParams(SETTINGS);
  assert.equal(shortOf(params), "17, 0.40, 14");
  assert.equal(
    shortOf({ ...params, random_state: 7, n_components: 3, where: ["a=1"], own: ["x"] }),
    "17, 0.40, 14 · 3-D · random_state 7 · 1 filter · 1 by hand",
  );
  assert.equal(shortOf({ ...params, method: "pca" }), "0.40, 14 · PCA");
  assert.match(longOf({ ...params, where: ["sex=F"] }), /^t-SNE · .*eps 0\.40 · min_samples 14 · only sex=F$/);
});

test("every case of a verdict is said in a few words", () => {
  const doc = readFileSync(new URL("../../docs/verdict.md", import.meta.url), "utf8");
  const cases = [...doc.matchAll(/^\| `(\w+)` \|/gm)].map(([, one]) => one);
  assert.ok(cases.length > 8);
  assert.deepEqual(Object.keys(CASES), cases);
  for (const words of Object.values(CASES)) assert.ok(words.length <= 20, words);
});
