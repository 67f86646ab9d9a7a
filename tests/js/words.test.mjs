import assert from "node:assert/strict";
import { test } from "node:test";

import { WORDS, firstSentence, wordOf } from "../../static/js/help/words.js";
import { MEASURES } from "../../static/js/search/grid.js";
import { SETTINGS } from "./catalogue.mjs";

const all = WORDS.flatMap(([, words]) => words);

test("every word is there once, with one sentence or the catalogue's, and a drawing within its frame", () => {
  assert.equal(new Set(all.map(({ key }) => key)).size, all.length);
  for (const { key, name, says, drawing } of all) {
    assert.ok(name, key);
    if (says === undefined)
      assert.ok(key in SETTINGS || key === "min_dist" || key === "n_epochs", `${key} says nothing`);
    else assert.equal(firstSentence(says), says, key);
    assert.match(drawing, /^([abnAfoBNrldwt] [^;]+)(;[abnAfoBNrldwt] [^;]+)*$/, key);
    for (const [, x, y] of drawing.matchAll(/(-?\d+)[, ](-?\d+)/g))
      assert.ok(Number(x) <= 96 && Number(y) <= 96, `${key}: ${x}, ${y}`);
  }
});

test("every parameter and every measure has its word", () => {
  for (const key of [...Object.keys(SETTINGS), ...Object.keys(MEASURES)]) assert.ok(wordOf(key), key);
});

test("the first sentence ends where the next begins, and not at a stop within", () => {
  assert.equal(firstSentence("About how many. Small values (Ester et al. 1996)."), "About how many.");
  assert.equal(
    firstSentence("Auto is 0.5 of it, at least 50 (Belkina et al. 2019)."),
    "Auto is 0.5 of it, at least 50 (Belkina et al. 2019).",
  );
  assert.equal(firstSentence(""), "");
});
