import assert from "node:assert/strict";
import { test } from "node:test";

import {
  allows,
  nothingLeft,
  parseCondition,
  passingOf,
  withValues,
  without,
  wordsOf,
} from "../../static/js/images/conditions.js";
import { excludes, inForce, putInForce } from "../../static/js/images/force.js";
import { histogramOf } from "../../static/js/images/histogram.js";
import { columnsOf, placeAfter, selectionAfter, sorted, windowOf } from "../../static/js/images/rows.js";
import { createStore } from "../../static/js/store.js";

/** @param {Record<string, any>[]} rows */
const recordsOf = (rows) =>
  rows.map((values, i) => ({ id: `r${i}`, filename: `f${i}.png`, group: null, country: null, values }));

/** @param {string} name @param {string} [kind] @returns {any} */
const columnOf = (name, kind = "category") => ({
  name,
  kind,
  of_pictures: false,
  writing: { decimal_comma: false, date_order: null, kept: [], spellings: {} },
});
/** @param {readonly any[]} columns @returns {any} */
const schemeOf = (columns) => ({ columns, missing_words: ["na"] });
const SCHEME = schemeOf([
  columnOf("view"),
  columnOf("age", "number"),
  columnOf("url"),
  columnOf("date", "date"),
  columnOf("sex"),
]);

/** @param {readonly string[]} where @param {Record<string, any>[]} rows */
const passing = (where, rows) => [
  ...(passingOf(
    where,
    recordsOf(rows),
    schemeOf(
      Object.keys(rows[0]).map((name) => columnOf(name, typeof rows[0][name] === "number" ? "number" : "category")),
    ),
  ) ?? "all"),
];

test("a condition is read as --where reads it", () => {
  assert.deepEqual(parseCondition("view!=L", SCHEME), { column: "view", test: "!=", value: "L" });
  assert.deepEqual(parseCondition("age >= 40", SCHEME), { column: "age", test: ">=", value: "40" });
  assert.deepEqual(parseCondition("url=http://x/?a=b~c", SCHEME), {
    column: "url",
    test: "=",
    value: "http://x/?a=b~c",
  });
  assert.deepEqual(parseCondition("view!=", SCHEME), { column: "view", test: "!=", value: "" });
  assert.equal(parseCondition("view", SCHEME), null);
});

test("an image passes when it meets all conditions; without any there is nothing to pass", () => {
  const rows = [
    { view: "L", age: 50 },
    { view: "PA", age: 39 },
    { view: "PA", age: 40 },
    { view: null, age: null },
  ];
  assert.deepEqual(passing(["view!=L"], rows), [0, 1, 1, 1]);
  assert.deepEqual(passing(["view!=L", "view!="], rows), [0, 1, 1, 0]);
  assert.deepEqual(passing(["view!=L", "age>=40"], rows), [0, 0, 1, 0]);
  assert.deepEqual(passing(["age>=39", "age<=40"], rows), [0, 1, 1, 0], "what is missing lies in no range");
  assert.deepEqual(passing(["view="], rows), [0, 0, 0, 1]);
  assert.equal(passingOf([], recordsOf(rows), SCHEME), null);
});

test("text is found whatever its case, in one column or in any", () => {
  const rows = [
    { notes: "Bilateral PNEUMONIA", sex: "M" },
    { notes: "clear", sex: "pneumonia" },
    { notes: null, sex: "F" },
  ];
  assert.deepEqual(passing(["*~pneumonia"], rows), [1, 1, 0]);
  assert.deepEqual(passing(["notes~pneumonia"], rows), [1, 0, 0]);
  assert.deepEqual(passing(["*!=F"], rows), [1, 1, 0], "the opposite of = is of all columns");
});

test("a partial date stands for its whole span", () => {
  const at = (/** @type {string} */ condition, /** @type {string} */ value) =>
    allows([`date${condition}`], columnOf("date", "date"), value, SCHEME);
  assert.ok(at(">=2020-03", "2020-03-01") && !at(">=2020-03", "2020-02-29"));
  assert.ok(at("<=2020-03", "2020-03-31") && !at("<=2020-03", "2020-04-01"));
  assert.ok(at("<=2020", "2020-12-31") && at("<=2020", "2020") && at(">=2020", "2020"));
  assert.ok(!at(">=2020-03", "2020") && !at("<=2020-03", "2020"), "a year may lie on either side of March");
  assert.ok(at("<=2020-03", "2019") && !at(">=2020-03", "January 12"));
});

test("unwanted values are a conjunction, one wanted alone is named, and other conditions stay", () => {
  const values = ["PA", "AP", "L", ""];
  const where = ["age>=40", "view!=AP"];
  assert.deepEqual(withValues(where, "view", values, new Set(["PA", "AP", "L"]), true, SCHEME), ["age>=40", "view!="]);
  assert.deepEqual(withValues(where, "view", values, new Set(["L"]), true, SCHEME), ["age>=40", "view=L"]);
  assert.deepEqual(withValues(where, "view", values, new Set(values), true, SCHEME), ["age>=40"]);
  assert.deepEqual(
    withValues([], "date", ["2020", "soon", ""], new Set(["2020"]), false, SCHEME),
    ["date!=soon", "date!="],
    "where there are others, none is named alone",
  );
  assert.deepEqual(without(where, "age", SCHEME), ["view!=AP"]);
  assert.deepEqual(withValues(["date>=2020", "date!="], "date", ["2020", ""], new Set(["2020", ""]), false, SCHEME), [
    "date>=2020",
  ]);
});

test("what is in force is said in words", () => {
  const words = wordsOf(["view!=L", "age>=40", "age<=60", "view!=", "*~tube"], SCHEME).map(({ words }) => words);
  assert.deepEqual(words, ["view not L, not missing", "age from 40 to 60", "any column has “tube”"]);
});

test("numbers fall into few bars whose bounds are those of their values", () => {
  const { bars, placeOf } = histogramOf({ kind: "number" }, [20, 24, 25, 89, null]);
  assert.deepEqual([...placeOf], [0, 0, 1, 13, -1]);
  assert.equal(bars.length, 14);
  assert.deepEqual([bars[0].from, bars[0].to, bars[0].name], [">=20", "<=24", "20 to 25"]);
  const x = columnOf("x", "number");
  const fine = histogramOf({ kind: "number" }, [0.1, 0.3, 0.35]);
  assert.ok(fine.bars.length <= 25);
  for (const values of [[20, 24, 25, 89], [0.1, 0.3, 0.35], [-3, 0, 1e6], [7]]) {
    const { bars, placeOf } = histogramOf({ kind: "number" }, values);
    assert.ok(bars.length <= 26, String(bars.length));
    // A bar's own conditions hold its values and no other.
    bars.forEach(({ from, to, inside }, i) => {
      const held = values.map((value) => allows([`x${from}`, `x${to}`], x, value, schemeOf([x])));
      assert.deepEqual(
        held,
        [...placeOf].map((place) => place === i),
        `${values}: ${from} ${to}`,
      );
      assert.ok(allows([`x${from}`, `x${to}`], x, inside, schemeOf([x])));
    });
  }
});

test("dates keep their precision: years alone and what is not read stand apart, and no day is left out", () => {
  const values = ["2020-01-30", "2020-02-02", "2020", "January 12", null, "2020-02-02"];
  const { bars, placeOf, apart } = histogramOf({ kind: "date" }, values);
  assert.deepEqual(
    bars.map(({ name }) => name),
    ["2020-01-30", "2020-01-31", "2020-02-01", "2020-02-02"],
  );
  assert.deepEqual([...placeOf], [0, 3, -1, -1, -1, 3]);
  assert.deepEqual(apart, ["", "", "year only", "not read as a date", "", ""]);
  assert.deepEqual(
    histogramOf({ kind: "date" }, ["2020-01-30", "2020-03"]).bars.map(({ name }) => name),
    ["2020-01", "2020-02", "2020-03"],
    "no finer than the coarsest",
  );
  assert.deepEqual(
    histogramOf({ kind: "date" }, ["2018", "2020"]).bars.map(({ name }) => name),
    ["2018", "2019", "2020"],
    "where there are years alone, they are the axis",
  );
  assert.deepEqual(histogramOf({ kind: "date" }, [null, "soon"]).bars, []);
});

const cohort = /** @type {any} */ ({
  group_column: "patientid",
  columns: ["patientid", "view", "date", "filename", "country"].map((name) => ({ name })),
  records: recordsOf([
    { patientid: "10", view: "PA", date: "2020-03-01" },
    { patientid: "9", view: null, date: "2020" },
    { patientid: "100", view: "AP", date: "January 22, 2020" },
    { patientid: "9", view: "PA", date: null },
  ]),
});

test("who it is comes first, then all columns, none twice", () => {
  assert.deepEqual(columnsOf(cohort), ["filename", "patientid", "country", "view", "date"]);
});

test("rows sort as numbers, dates or text, and what is missing is last both ways", () => {
  const by = (/** @type {string} */ column, descending = false) =>
    sorted([0, 1, 2, 3], cohort, null, { column, descending });
  assert.deepEqual(by("patientid"), [1, 3, 0, 2]);
  assert.deepEqual(by("view"), [2, 0, 3, 1]);
  assert.deepEqual(by("view", true), [0, 3, 2, 1]);
  assert.deepEqual(by("date"), [1, 2, 0, 3]);
  assert.deepEqual(by("filename", true), [3, 2, 1, 0]);
});

test("by cluster the most typical come first, then core points, and noise is last", () => {
  const clusters = /** @type {any} */ ({
    labels: [-1, 0, 0, 0],
    core: [false, false, true, true],
    n_clusters: 1,
    breakdown: { clusters: [{ label: 0, representatives: ["r3"] }] },
  });
  assert.deepEqual(sorted([0, 1, 2, 3], cohort, clusters, { column: "cluster", descending: false }), [3, 2, 1, 0]);
});

test("only rows that are seen are made", () => {
  assert.deepEqual(windowOf({ top: 3000, height: 300, rowHeight: 30, perRow: 1, count: 100_000 }), {
    first: 99,
    last: 111,
    total: 3_000_000,
  });
  assert.deepEqual(windowOf({ top: 0, height: 200, rowHeight: 100, perRow: 4, count: 6 }), {
    first: 0,
    last: 6,
    total: 200,
  });
});

test("a click takes one, Ctrl adds or takes away, Shift takes all between", () => {
  const items = [5, 3, 9, 1];
  assert.deepEqual(selectionAfter([3], items, 0, 2, "one"), [9]);
  assert.deepEqual(selectionAfter([3], items, 0, 2, "toggle"), [3, 9]);
  assert.deepEqual(selectionAfter([3, 9], items, 0, 2, "toggle"), [3]);
  assert.deepEqual(selectionAfter([], items, 3, 1, "range"), [1, 3, 9]);
});

test("keys go up and down, by pages, to both ends, and sideways among pictures", () => {
  const list = { perRow: 1, page: 10, count: 25 };
  assert.equal(placeAfter("ArrowDown", 0, list), 1);
  assert.equal(placeAfter("PageDown", 20, list), 24);
  assert.equal(placeAfter("Home", 20, list), 0);
  assert.equal(placeAfter("ArrowRight", 0, list), null);
  assert.equal(placeAfter("ArrowRight", 0, { ...list, perRow: 5 }), 1);
  assert.equal(placeAfter("ArrowUp", 7, { ...list, perRow: 5 }), 2);
  assert.equal(placeAfter("ArrowDown", 0, { ...list, count: 0 }), null);
});

test("a column's filter dims or excludes; one that is to exclude dims until the server has answered", () => {
  const store = /** @type {any} */ (
    createStore({
      params: { where: ["view!=L"] },
      dim: ["country=Italy"],
      cohort: schemeOf(["view", "country", "sex"].map((name) => columnOf(name))),
    })
  );
  const effect = (/** @type {string} */ column) => excludes(store.get(), column);
  assert.deepEqual(inForce(store.get()), ["view!=L", "country=Italy"]);
  assert.deepEqual(["view", "country", "sex"].map(effect), [true, false, null]);

  const asBefore = (/** @type {string} */ column) => effect(column) ?? false;
  putInForce(store, [...inForce(store.get()), "sex=F", "view!=AP"], asBefore);
  assert.deepEqual(store.get().params.where, ["view!=L", "view!=AP"], "a column has one effect");
  assert.deepEqual(store.get().dim, ["country=Italy", "sex=F"]);

  const { params } = store.get();
  putInForce(
    store,
    inForce(store.get()).filter((condition) => condition !== "sex=F"),
    asBefore,
  );
  assert.equal(store.get().params, params, "what is excluded has not changed, so no map is asked for");

  putInForce(store, inForce(store.get()), () => true);
  assert.deepEqual(store.get().params.where, ["view!=L", "view!=AP", "country=Italy"]);
  assert.deepEqual(store.get().dim, ["country=Italy"], "it dims on until then");
  assert.deepEqual(inForce(store.get()), store.get().params.where, "and is there once");
});

test("the condition that leaves nothing is named, with what the ones before it leave", () => {
  const rows = [
    { view: "L", age: 40 },
    { view: "PA", age: 60 },
    { view: "PA", age: 20 },
  ];
  const scheme = schemeOf(["view", "age"].map((name) => columnOf(name, name === "age" ? "number" : "category")));
  const said = (/** @type {string[]} */ ...where) => nothingLeft(where, recordsOf(rows), scheme);
  assert.equal(said(), null);
  assert.equal(said("view=PA", "age>=50"), null);
  assert.equal(said("view=AP", "age>=50"), "No image of 3 meets view=AP.");
  assert.equal(
    said("view=PA", "age>=20", "age>=70", "view=L"),
    "No image of the 2 (of 3) that the conditions before it leave meets age>=70.",
  );
});
