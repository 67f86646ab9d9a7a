/** The page's conditions mean what the server's do: the table that `tests/conditions.rs` runs too. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { conditionText, faultOf, parseCondition, passingOf } from "../../static/js/images/conditions.js";
import { parseDate } from "../../static/js/images/dates.js";
import { parseNumber, plainNumber } from "../../static/js/images/numbers.js";

const { cohorts } = JSON.parse(readFileSync(new URL("../conditions.json", import.meta.url), "utf8"));
const { missing_words } = cohorts[0];

for (const cohort of cohorts) {
  test(`conditions mean the same here and on the server: ${cohort.name}`, () => {
    // The column of file names, which the table's cohorts do not tell of.
    const columns = cohort.columns;
    const scheme = { columns, missing_words: cohort.missing_words };
    const records = cohort.rows.map((/** @type {string[]} */ _, /** @type {number} */ i) => ({
      id: String(i),
      filename: `image${i}.png`,
      group: null,
      country: null,
      values: Object.fromEntries(columns.map((/** @type {any} */ { name, values }) => [name, values[i]])),
    }));
    for (const { where, rows, refused } of cohort.conditions) {
      const fault = faultOf(where, scheme);
      assert.equal(fault !== null, refused !== undefined, `${where}: ${fault}`);
      if (fault === null)
        assert.deepEqual(
          [...(passingOf([where], records, scheme) ?? [])].flatMap((met, i) => (met ? [i] : [])),
          rows,
          where,
        );
    }
  });
}

test("a condition that is made here is read as it was meant", () => {
  const columns = ["a", "a!", "a=b", "p", "p=value", "age", "age>=65", "view"].map(
    (name) => /** @type {any} */ ({ name }),
  );
  const scheme = { columns, missing_words };
  for (const { name: column } of columns) {
    for (const test of /** @type {const} */ (["=", "!=", ">=", "<=", "~"])) {
      for (const value of ["x", "b=c", "65=1", "a!=b", "~", "value=a"]) {
        const text = conditionText({ column, test, value }, scheme);
        assert.deepEqual(parseCondition(text, scheme), { column, test, value }, text);
      }
    }
  }
  assert.equal(conditionText({ column: "view", test: "!=", value: "L" }, scheme), "view!=L");
});

test("numbers are read as the server reads them", () => {
  const numbers = {
    "1.0": 1,
    "+1": 1,
    ".5": 0.5,
    "5.": 5,
    "-1e2": -100,
    "36.600000000000001": 36.6,
    0.30000000000000004: 0.1 + 0.2,
    123456789012345: 123456789012345,
    "\u22125": -5,
    0: 0,
    "-0.0": -0,
  };
  for (const [text, number] of Object.entries(numbers)) assert.equal(parseNumber(text), number, text);
  for (const text of [
    "",
    "007",
    "00.5",
    "1234567890123456",
    "123456789012345678",
    "3.14159265358979323846",
    "1e999",
    "1e-400",
    "36,6",
    "1,234",
    "1.2.3",
    "0x10",
    "inf",
    "NaN",
    ".",
    "1e",
    "e5",
    " 1",
  ])
    assert.equal(parseNumber(text), null, text);
  assert.deepEqual(
    ["36,6", "1,234", "36.6", "1.234,5"].map((text) => parseNumber(text, true)),
    [36.6, 1.234, 36.6, null],
  );
  assert.deepEqual([1e21, 1.5e-7, -2.5e22, 65, 0.1].map(plainNumber), [
    "1000000000000000000000",
    "0.00000015",
    "-25000000000000000000000",
    "65",
    "0.1",
  ]);
});

test("dates are read as the server reads them", () => {
  const dates = {
    "January 22, 2020": "2020-01-22",
    "4 March 2020": "2020-03-04",
    "4-Mar-20": "2020-03-04",
    "March 4th, 2020": "2020-03-04",
    "Sept 2019": "2019-09",
    "03/2020": "2020-03",
    2020: "2020",
    20200304: "2020-03-04",
    "2020/3/4": "2020-03-04",
    "04.03.2020": "2020-03-04",
    "2/29/2020": "2020-02-29",
    "03/16/68": "1968-03-16",
    "2305-01-02": "2305-01-02",
    "1/22/2020 4:05:00 PM": "2020-01-22T16:05:00",
    "1/22/2020 12:05 AM": "2020-01-22T00:05",
    "2020-03-04T12:30:00.250+01:00": "2020-03-04T12:30:00.250+01:00",
    "2020-03-04T12:30:00-0530": "2020-03-04T12:30:00-05:30",
    "1/22/2020, 4 p.m.": "2020-01-22T16:00",
  };
  for (const [text, iso] of Object.entries(dates)) assert.equal(parseDate(text, "month_first")?.iso, iso, text);
  for (const text of [
    "January 12",
    "2/30/2020",
    "2/29/2019",
    "13/13/2020",
    "65",
    "2020.03",
    "",
    "Mayo Clinic 2020",
    "1234",
    "20201301",
    "March",
    "43852",
    "0000-01-01",
    "1/22/2020 13:05 PM",
    "1/22/2020 0:05 AM",
    "1/22/2020 25:00",
    "2020-01 12:30",
    "12:30",
    "March March 2020",
  ])
    assert.equal(parseDate(text, "month_first"), null, text);
  assert.equal(parseDate("3/4/2020"), null, "it may be in March or in April");
  assert.equal(parseDate("3/4/2020", "day_first")?.iso, "2020-04-03");
  assert.equal(parseDate("13/4/2020")?.iso, "2020-04-13");
});
