/** The plane as a map of evidence, and the specification curve: what is drawn and told of each place. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, partsOf, sharesOf } from "../../static/js/evidence/specifications.js";
import { placeOf } from "../../static/js/panels/verdict/details.js";
import { viewOf, weight } from "../../static/js/panels/plane/evidence.js";

const setting = { explained: 0.123, p_value: 0.004, along: 1, first: 0, second: 2, start: 1, noise: 1 };
const curve = /** @type {any} */ ({
  along: { perplexity: [8, 17] },
  axes: ["eps", "min_samples"],
  values: { eps: [0.3, 0.4], min_samples: [5, 6, 7] },
  n_starts: 2,
  settings: [setting, { ...setting, noise: 0 }, { ...setting, noise: 0 }, setting],
});

test("a setting is told with the value of each part", () => {
  assert.deepEqual(
    partsOf(curve).map(({ key, values }) => [key, values.length]),
    [
      ["perplexity", 2],
      ["eps", 2],
      ["min_samples", 3],
      ["start", 2],
      ["noise", 2],
    ],
  );
  assert.equal(
    describe(curve, 0),
    "explains 12% · p = 0.004\nperplexity 17 · eps 0.30 · min_samples 7 · start drawn · noise in",
  );
  const withoutAxis = { ...curve, along: {} };
  assert.equal(partsOf(withoutAxis)[0].key, "eps");
});

test("columns of pixels share what their settings are made of", () => {
  const [out, within] = sharesOf(curve.settings, "noise", 2, 2);
  assert.deepEqual([...out], [0.5, 0.5]);
  assert.deepEqual([...within], [0.5, 0.5]);
  // Fewer settings than pixels: each is as wide as it is.
  assert.deepEqual([...sharesOf(curve.settings, "noise", 2, 8)[0]], [0, 0, 1, 1, 1, 1, 0, 0]);
});

test("evidence is as strong as an agreement is, or as the magnitude of a p", () => {
  assert.equal(weight("again", 0.6), 0.6);
  assert.equal(weight("column", 0.001), 1);
  assert.ok(weight("chance", 0.05) > weight("chance", 0.5) && weight("chance", 1) > 0);
  const view = viewOf(
    /** @type {any} */ ({
      of: "column",
      axes: ["eps", "min_samples"],
      eps: [0.1, 0.2],
      min_samples: [5, 6, 7],
      cells: [0.5, null, 0.001, 0.2, 0.3, 0.4],
    }),
  );
  assert.equal(view.strength(0, 2), 1);
  assert.equal(view.strength(0, 1), null);
  assert.equal(view.tell(1, 0), "p over the maps 0.200");
  assert.equal(view.tell(0, 1), "no groups over the maps");
});

test("a p lies on the strip by its magnitude", () => {
  assert.equal(placeOf(1), 0);
  assert.equal(placeOf(0.001), 1);
  assert.equal(placeOf(1e-9), 1);
  assert.ok(placeOf(0.05) > 0.4 && placeOf(0.05) < 0.5);
});
