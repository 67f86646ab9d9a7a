/** What is said of two settings side by side. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { compare } from "../../static/js/compare/agreement.js";
import { captionOf, sentenceOf, valuesOf } from "../../static/js/compare/words.js";
import { defaultParams } from "../../static/js/url.js";
import { SETTINGS } from "./catalogue.mjs";

const PARAMS = defaultParams(SETTINGS);

/** @param {Partial<typeof PARAMS>} own @param {Partial<typeof PARAMS>} other */
const caption = (own, other) =>
  captionOf({ ...PARAMS, ...own }, { ...PARAMS, ...other })
    .map(({ text, differs }) => (differs ? `*${text}*` : text))
    .join(" · ");

test("a caption says what matters, and of the rest only what differs", () => {
  assert.equal(caption({}, {}), "t-SNE · 2-D · perplexity 17 · eps 0.40 · min_samples 14");
  assert.equal(caption({ eps: 0.3 }, {}), "t-SNE · 2-D · perplexity 17 · *eps 0.30* · min_samples 14");
  assert.equal(
    caption({ random_state: 7, init: "random" }, { init: "random" }),
    "t-SNE · 2-D · perplexity 17 · *random_state 7* · eps 0.40 · min_samples 14",
  );
  assert.equal(
    caption({ method: "pca", n_components: 3, metric: "cosine" }, {}),
    "*PCA* · *3-D* · eps 0.40 · min_samples 14",
  );
  assert.equal(
    caption({ where: ["view!=L", "age>=40"] }, { own: ["a"] }),
    "t-SNE · 2-D · perplexity 17 · eps 0.40 · min_samples 14 · *only view!=L, age>=40* · *no clusters made by hand*",
  );
  assert.equal(
    caption({ own: ["a"] }, { where: ["view!=L"] }),
    "t-SNE · 2-D · perplexity 17 · eps 0.40 · min_samples 14 · *all images* · *1 cluster made by hand*",
  );
});

test("the sentence: the index, how many change, noise left out, and of how many", () => {
  const say = (/** @type {number[]} */ a, /** @type {number[]} */ b, n = a.length) =>
    sentenceOf(compare(a, b), a.length, n);
  assert.equal(say([0, 0, 1, 1], [1, 1, 0, 0]), "Adjusted Rand index 1.00: none of 4 images changes cluster.");
  assert.equal(say([0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 1, 0]), "Adjusted Rand index 0.32: 1 of 6 images changes cluster.");
  assert.equal(
    say([0, 0, 1, 1, -1], [0, 1, 1, 1, 0]),
    "Adjusted Rand index 0.09: 2 of 5 images change cluster. Without those in no group 0.00.",
  );
  assert.equal(
    say([0, 0, 1, 1], [0, 0, 1, 1], 6),
    "Adjusted Rand index 1.00: none of the 4 images that both have changes cluster.",
  );
  assert.equal(
    say([-1, -1], [0, 0]),
    "Adjusted Rand index 1.00: 2 of 2 images change cluster. The groups are the same, but what is in no group in one is a cluster in the other.",
  );
});

test("what a cluster is made of, in one line", () => {
  const counts = [
    { value: "Italy", count: 22, n_groups: 9 },
    { value: "Spain", count: 1200, n_groups: 3 },
  ];
  assert.equal(valuesOf({ counts }), "Italy 22 · Spain 1,200");
  assert.equal(valuesOf({ counts: [] }), "");
});
