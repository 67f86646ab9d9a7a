/**
 * From a column's values to colours: categories by the palette with an "other", numbers and dates by an even ramp.
 * A missing value is never a category of its own; it gets its own mark. Pure.
 */

import { Shape } from "../map/shapes.js";
import { isoDate } from "./dates.js";
import { INKS, bytesOf, clusterMark, rampColour } from "./palette.js";

/** @import {Column, Entry, Scale, Theme, Value} from "../types.js" */

/**
 * @param {Pick<Column, "kind" | "range">} column @param {readonly Value[]} values @param {Theme} theme @returns {Scale}
 */
export function scaleFor(column, values, theme) {
  if (column.kind === "number") return rampScale(values.map(numberOf), formatNumber, [], theme, column.range);
  if (column.kind === "date") return dateScale(values, theme);
  return categoryScale(values, theme);
}

/** @param {Value} value */
export function isMissing(value) {
  return value === null || value === undefined || value === "";
}

/** Seven colours in three shapes: of more, no eye keeps the legend in mind. */
const MOST_NAMED = 21;

/** @param {readonly Value[]} values @param {Theme} theme @returns {Scale} */
function categoryScale(values, theme) {
  const { other, missing } = INKS[theme];
  const ranked = countValues(values);
  const named = ranked.slice(0, MOST_NAMED);
  const rest = ranked.slice(MOST_NAMED);
  /** @type {Entry[]} */
  const entries = named.map(([name, count], i) => ({
    name,
    count,
    ...clusterMark(i, theme),
    kind: "value",
  }));
  const place = new Map(named.map(([name], i) => [name, i]));
  if (rest.length)
    entries.push({
      name: `${rest.length} others`,
      count: sum(rest),
      colour: other,
      shape: Shape.plus,
      kind: "other",
    });
  const otherEntry = entries.length - 1;
  const missingEntry =
    entries.push({
      name: "missing",
      count: values.filter(isMissing).length,
      colour: missing,
      shape: Shape.ring,
      kind: "missing",
    }) - 1;
  const entryOf = Int16Array.from(values, (value) =>
    isMissing(value) ? missingEntry : (place.get(String(value)) ?? otherEntry),
  );
  const colours = entries.map((entry) => bytesOf(entry.colour));
  return { entries, ramp: null, entryOf, colourOf: (i) => colours[entryOf[i]] };
}

/**
 * Most frequent first, equal counts by name, so that colours do not depend on the order of the rows.
 * @param {readonly Value[]} values @returns {[string, number][]}
 */
function countValues(values) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const value of values) {
    if (!isMissing(value)) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** @param {readonly [string, number][]} pairs */
const sum = (pairs) => pairs.reduce((total, [, count]) => total + count, 0);

/**
 * Years without a month stand apart when other rows say more: their place on the ramp would be made up.
 * @param {readonly Value[]} values @param {Theme} theme @returns {Scale}
 */
function dateScale(values, theme) {
  const dates = values.map((value) => (isMissing(value) ? null : isoDate(String(value))));
  const fine = dates.some((date) => date && date.precision !== "year");
  const coarse = dates.map((date) => fine && date !== null && date.precision === "year");
  const days = dates.map((date, i) => (date && !coarse[i] ? date.day : NaN));
  const unread = values.map((value, i) => !isMissing(value) && dates[i] === null);
  /** @type {Extra[]} */
  const extras = [];
  if (coarse.includes(true)) extras.push({ name: "year only", shape: Shape.diamond, belongs: (i) => coarse[i] });
  if (unread.includes(true)) extras.push({ name: "not read as a date", shape: Shape.plus, belongs: (i) => unread[i] });
  return rampScale(days, fine ? formatDay : formatYear, extras, theme);
}

/** @typedef {{name: string, shape: number, belongs: (index: number) => boolean}} Extra */

/**
 * @param {readonly number[]} numbers  NaN is missing @param {(value: number) => string} format
 * @param {readonly Extra[]} extras @param {Theme} theme
 * @param {readonly [number, number]} [range]  the least that the ramp holds @returns {Scale}
 */
function rampScale(numbers, format, extras, theme, range) {
  const { ramp, missing, other } = INKS[theme];
  let [low, high] = range ?? [Infinity, -Infinity];
  for (const number of numbers) {
    if (Number.isNaN(number)) continue;
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  /** @type {Entry[]} */
  const entries = extras.map(({ name, shape }) => ({ name, count: 0, colour: other, shape, kind: "other" }));
  entries.push({ name: "missing", count: 0, colour: missing, shape: Shape.ring, kind: "missing" });
  const entryOf = Int16Array.from(numbers, (number, i) => {
    if (!Number.isNaN(number)) return -1;
    const extra = extras.findIndex(({ belongs }) => belongs(i));
    const entry = extra < 0 ? entries.length - 1 : extra;
    entries[entry].count += 1;
    return entry;
  });
  const colours = entries.map((entry) => bytesOf(entry.colour));
  const span = high - low || 1;
  return {
    entries,
    ramp: high >= low ? { colours: ramp, low: format(low), high: format(high) } : null,
    entryOf,
    colourOf: (i) => (entryOf[i] >= 0 ? colours[entryOf[i]] : rampColour(ramp, (numbers[i] - low) / span)),
  };
}

/** @param {Value} value */
function numberOf(value) {
  return typeof value === "number" ? value : isMissing(value) ? NaN : Number(value);
}

/** @param {number} value */
function formatNumber(value) {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

/** @param {number} day */
const formatDay = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** @param {number} day */
const formatYear = (day) => formatDay(day).slice(0, 4);
