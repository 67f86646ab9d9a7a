import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clampTo,
  perplexitySpec,
  shareOf,
  trustworthyPerplexity,
  valueAfterKey,
} from "../../static/js/controls/slider-maths.js";

const EPS = { min: 0.05, max: 2, limit: 1000, step: 0.01, default: 0.4 };
const PERPLEXITY = { min: 1, max: 100, limit: 1e6, step: 1, default: 17 };

test("arrows move one step, Shift and pages ten, and no digits are left over", () => {
  assert.equal(valueAfterKey(0.4, "ArrowRight", false, EPS), 0.41);
  assert.equal(valueAfterKey(0.4, "ArrowDown", false, EPS), 0.39);
  assert.equal(valueAfterKey(0.4, "ArrowUp", true, EPS), 0.5);
  assert.equal(valueAfterKey(0.4, "PageDown", false, EPS), 0.3);
  assert.equal(valueAfterKey(0.4, "PageUp", true, EPS), 0.5);
  let value = 0.05;
  for (let i = 0; i < 95; i++) value = valueAfterKey(value, "ArrowRight", false, EPS) ?? NaN;
  assert.equal(value, 1);
});

test("keys stop at the ends; others mean nothing", () => {
  assert.equal(valueAfterKey(1, "ArrowLeft", false, PERPLEXITY), 1);
  assert.equal(valueAfterKey(17, "Home", false, PERPLEXITY), 1);
  assert.equal(valueAfterKey(17, "End", false, PERPLEXITY), 100);
  assert.equal(valueAfterKey(17, "a", false, PERPLEXITY), null);
  assert.equal(valueAfterKey(17, "Tab", false, PERPLEXITY), null);
});

test("an exact value between two steps is stepped from, not rounded first", () => {
  assert.equal(valueAfterKey(0.30000000000000004, "ArrowRight", false, EPS), 0.31);
  assert.equal(valueAfterKey(0.123, "ArrowRight", false, EPS), 0.133);
});

test("the track shows values beyond its end at its end", () => {
  assert.equal(shareOf(0.05, EPS), 0);
  assert.equal(shareOf(2, EPS), 1);
  assert.equal(shareOf(500, EPS), 1);
  assert.ok(Math.abs(shareOf(1.025, EPS) - 0.5) < 1e-12);
  assert.equal(shareOf(3, { min: 3, max: 3, limit: 3, step: 1, default: 3 }), 0);
});

test("what may be typed goes further than the track", () => {
  assert.equal(clampTo(5, EPS), 5);
  assert.equal(clampTo(5000, EPS), 1000);
  assert.equal(clampTo(0, EPS), 0.05);
});

test("perplexity stays below the number of images, its track at most at 300", () => {
  assert.deepEqual(perplexitySpec(PERPLEXITY, 193, 300), { ...PERPLEXITY, max: 192, limit: 192 });
  assert.deepEqual(perplexitySpec(PERPLEXITY, 5000, 300), { ...PERPLEXITY, max: 300, limit: 4999 });
  assert.deepEqual(perplexitySpec(PERPLEXITY, 8, 300), { ...PERPLEXITY, max: 7, limit: 7, default: 7 });
  assert.equal(trustworthyPerplexity(193), 64);
});
