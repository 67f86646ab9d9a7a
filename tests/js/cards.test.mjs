import assert from "node:assert/strict";
import { test } from "node:test";

import { conditionsOf } from "../../static/js/images/bars.js";
import { barTip, barsOf } from "../../static/js/panels/cards/model.js";
import { apartOf, axisTitle, fullHeight, highestOf, ticksOf } from "../../static/js/panels/cards/spread-model.js";

const count = (/** @type {string} */ value, /** @type {number} */ n) => ({ value, count: n, n_groups: n });

const BREAKDOWN = {
  column: "country",
  n_missing: 20,
  totals: [count("Italy", 40), count("Spain", 30), count("China", 10)],
  axis: null,
  clusters: [],
};
const summary = (/** @type {import("../../static/js/types.js").Count[]} */ counts, /** @type {number} */ missing) => ({
  label: 0,
  size: counts.reduce((sum, c) => sum + c.count, missing),
  n_groups: 9,
  counts,
  n_missing: missing,
  n_groups_missing: missing,
  spread: null,
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

const AXIS = {
  step: "5",
  end: "",
  apart: ["year only"],
  bins: ["", "20", "25", "30"].map((start, i) => ({
    start,
    name: start || "less than 20",
    from: start || null,
    to: i === 3 ? null : `${start || 15}.5`,
  })),
  spread: { bins: [10, 20, 50, 20], apart: [4], median: "27" },
};
const spread = (/** @type {number[]} */ bins, /** @type {number} */ apart) => ({
  ...summary([], 0),
  size: bins.reduce((sum, n) => sum + n, apart),
  spread: { bins, apart: [apart], median: null },
});
const NUMBERS = {
  column: "age",
  n_missing: 2,
  totals: [],
  axis: AXIS,
  clusters: [spread([0, 1, 8, 1], 0), spread([10, 19, 42, 19], 4)],
};

test("histograms of all cards have one scale, which has room for the cohort's own shape", () => {
  assert.equal(highestOf(NUMBERS, 106, "share"), 0.8);
  assert.equal(highestOf(NUMBERS, 106, "count"), (94 * 50) / 106);
  assert.equal(fullHeight(0.8, "share"), "80%");
  assert.equal(fullHeight(44.3, "count"), "45 images");
  assert.equal(highestOf({ ...NUMBERS, clusters: [] }, 100, "share"), 0.5);
  assert.equal(highestOf({ ...NUMBERS, axis: null, clusters: [] }, 0, "count"), 1);
});

test("an axis has few numbers, none where it is open", () => {
  assert.deepEqual(
    ticksOf(AXIS).map(({ text }) => text),
    ["20", "25", "30"],
  );
  const days = Array.from({ length: 12 }, (_, i) => ({ ...AXIS.bins[1], start: `2020-03-${10 + i}` }));
  const ticks = ticksOf({ ...AXIS, bins: days, end: "2020-03-21" });
  assert.deepEqual(
    ticks.map(({ text, at }) => [text, at]),
    [
      ["2020-03-10", 0],
      ["2020-03-14", 4 / 12],
      ["2020-03-18", 8 / 12],
      ["2020-03-21", 1],
    ],
  );
  assert.equal(axisTitle("age", AXIS), "age, 5 to a bar");
  assert.equal(axisTitle("date", { ...AXIS, step: "week" }), "date, by week");
  assert.equal(axisTitle("date", { ...AXIS, step: "3 months" }), "date, by 3 months");
  assert.equal(axisTitle("dose", { ...AXIS, step: "" }), "dose");
});

test("what has no place on the axis stands below it, the missing always", () => {
  const [cluster] = NUMBERS.clusters;
  const rows = apartOf(cluster, NUMBERS, 106).map(({ name, count, kind }) => [name, count, kind]);
  assert.deepEqual(rows, [
    ["year only", 0, "apart"],
    ["missing", 0, "missing"],
  ]);
});

test("a bar or a bin is a filter: its conditions hold its images and no others", () => {
  const link = { label: 0, column: "country", node: /** @type {any} */ (null), button: /** @type {any} */ (null) };
  const bars = barsOf(
    summary(
      ["a", "b", "c", "d"].map((value, i) => count(value, 9 - i)),
      2,
    ),
    BREAKDOWN,
    100,
    2,
  ).bars;
  const says = (/** @type {object} */ more) =>
    conditionsOf({ ...link, ...more }).map(({ column, test, value }) => column + test + value);
  assert.deepEqual(says({ bar: bars[0], bars }), ["country=a"]);
  assert.deepEqual(says({ bar: bars.at(-1), bars }), ["country="]);
  assert.deepEqual(says({ bar: bars[2], bars }), ["country!=a", "country!=b", "country!="]);
  assert.deepEqual(says({ column: "age", bin: AXIS.bins[1] }), ["age>=20", "age<=20.5"]);
  assert.deepEqual(says({ column: "age", bin: AXIS.bins[0] }), ["age<=15.5"]);
  assert.deepEqual(says({ column: "age", bin: AXIS.bins[3] }), ["age>=30"]);
});
