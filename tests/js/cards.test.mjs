import assert from "node:assert/strict";
import { test } from "node:test";

import { barTip, barsOf } from "../../static/js/panels/cards/model.js";

const count = (/** @type {string} */ value, /** @type {number} */ n) => ({ value, count: n, n_groups: n });

const BREAKDOWN = {
  column: "country",
  n_missing: 20,
  totals: [count("Italy", 40), count("Spain", 30), count("China", 10)],
  clusters: [],
};
const summary = (/** @type {import("../../static/js/types.js").Count[]} */ counts, /** @type {number} */ missing) => ({
  label: 0,
  size: counts.reduce((sum, c) => sum + c.count, missing),
  n_groups: 9,
  counts,
  n_missing: missing,
  n_groups_missing: missing,
  representatives: [],
});

test("the missing bar is always there, also when nothing is missing", () => {
  const { bars } = barsOf(summary([count("Italy", 10)], 0), BREAKDOWN, 100, 1);
  assert.deepEqual(bars.at(-1), { name: "missing", count: 0, groups: 0, expected: 2, kind: "missing" });
});

test("what is expected is the cluster's size by the value's share, and adds up to the cluster", () => {
  const { bars } = barsOf(summary([count("Italy", 6), count("Spain", 2), count("China", 1)], 1), BREAKDOWN, 100, 5);
  assert.deepEqual(
    bars.map(({ name, expected }) => [name, expected]),
    [
      ["Italy", 4],
      ["Spain", 3],
      ["China", 1],
      ["missing", 2],
    ],
  );
  assert.equal(
    bars.reduce((sum, { expected }) => sum + expected, 0),
    10,
  );
  assert.equal(
    bars.reduce((sum, bar) => sum + bar.count, 0),
    10,
  );
});

test("beyond the most that fit, values are summed; a single one more is named", () => {
  const many = summary(
    ["a", "b", "c", "d", "e", "f", "g"].map((value, i) => count(value, 9 - i)),
    2,
  );
  const { bars } = barsOf(many, BREAKDOWN, 100, 5);
  assert.deepEqual(
    bars.map(({ name }) => name),
    ["a", "b", "c", "d", "e", "2 others", "missing"],
  );
  assert.equal(bars[5].count, 7);
  assert.equal(bars[5].groups, null);
  const six = summary(
    ["a", "b", "c", "d", "e", "f"].map((value) => count(value, 1)),
    0,
  );
  assert.deepEqual(
    barsOf(six, BREAKDOWN, 100, 5).bars.map(({ name }) => name),
    ["a", "b", "c", "d", "e", "f", "missing"],
  );
});

test("a value that is absent though expected has a bar of no length, where there is room", () => {
  const bars = (/** @type {number} */ most) =>
    barsOf(summary([count("Spain", 20)], 0), BREAKDOWN, 100, most).bars.map(({ name, count, groups, expected }) => [
      name,
      count,
      groups,
      expected,
    ]);
  assert.deepEqual(bars(5), [
    ["Spain", 20, 20, 6],
    ["Italy", 0, 0, 8],
    ["China", 0, 0, 2],
    ["missing", 0, 0, 4],
  ]);
  assert.deepEqual(
    bars(2).map(([name]) => name),
    ["Spain", "Italy", "missing"],
  );
  const small = barsOf(summary([count("Spain", 3)], 0), BREAKDOWN, 100, 5).bars;
  assert.deepEqual(
    small.map(({ name }) => name),
    ["Spain", "Italy", "missing"],
    "0.3 of an image is not missed",
  );
});

test("the scale holds every bar and every tick", () => {
  const { longest } = barsOf(summary([count("China", 3)], 0), { ...BREAKDOWN, n_missing: 90 }, 30, 5);
  assert.equal(longest, 9);
  assert.equal(barsOf(summary([], 0), { ...BREAKDOWN, n_missing: 0 }, 0, 5).longest, 1);
});

test("a bar's tip carries images and patients, and what the test of the cell says", () => {
  const bar = { name: "Italy", count: 12, groups: 9, expected: 7.1, kind: /** @type {const} */ ("value") };
  assert.equal(barTip(bar, "patientid"), "Italy: 12 images from 9 patients. 7.1 expected if spread evenly.");
  const cell = {
    label: 0,
    value: "Italy",
    count: 12,
    expected: 7.1,
    n_groups: 9,
    log_odds_ratio: 0.8,
    low: -0.1,
    high: 1.6,
    p_value: 0.01,
    q_value: 0.03,
    mark: null,
    sentence: "Not more than chance.",
  };
  assert.equal(barTip(bar, "patientid", cell), "Not more than chance.", "the server's sentence has the counts");
});
