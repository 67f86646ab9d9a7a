/**
 * A column of numbers or dates as bars, whose edges are conditions. What has no place on the axis is counted apart.
 * Pure.
 */

import { isMissing } from "../colour/scale.js";
import { formatValue } from "../format.js";
import { isoOf, remembered } from "./conditions.js";

/** @import {Column, Histogram, Value} from "../types.js" */

const MOST = 24;

/** @param {Pick<Column, "kind">} column @param {readonly Value[]} values @returns {Histogram} */
export function histogramOf(column, values) {
  return column.kind === "date" ? dateHistogram(values) : numberHistogram(values);
}

/** @param {readonly Value[]} values @returns {Histogram} */
function numberHistogram(values) {
  const numbers = values.map((value) => (typeof value === "number" ? value : NaN));
  const [low, high] = extent(numbers);
  const step = stepFor(
    low,
    high,
    numbers.every((number) => Number.isNaN(number) || Number.isInteger(number)),
  );
  const first = Math.floor(low / step);
  const placeOf = Int32Array.from(numbers, (number) =>
    Number.isNaN(number) ? -1 : Math.floor(number / step + 1e-9) - first,
  );
  const edge = (/** @type {number} */ i) => Number(((first + i) * step).toPrecision(12));
  // Bounds are inclusive on both sides: the upper one is the largest value that the bar holds.
  const largest = Array.from({ length: high >= low ? Math.max(...extent([...placeOf])) + 1 : 0 }, (_, i) => edge(i));
  placeOf.forEach((place, i) => (largest[place] = Math.max(largest[place], numbers[i])));
  const bars = largest.map((most, i) => ({
    from: `>=${edge(i)}`,
    to: `<=${most}`,
    name: step === 1 ? String(edge(i)) : `${edge(i)} to ${edge(i + 1)}`,
    inside: edge(i),
  }));
  return { bars, placeOf, apart: values.map(() => "") };
}

/**
 * 1, 2 or 5 times a power of ten: the least that gives no more bars than fit.
 * @param {number} low @param {number} high @param {boolean} whole
 */
function stepFor(low, high, whole) {
  const least = (high - low) / MOST || 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= least * 0.999) ?? 10) * power;
  return whole ? Math.max(1, step) : step;
}

/** @param {readonly number[]} numbers */
function extent(numbers) {
  let [low, high] = [Infinity, -Infinity];
  for (const number of numbers) {
    if (number < low) low = number;
    if (number > high) high = number;
  }
  return [low, high];
}

/**
 * By day, month or year, as fine as fits and as all dates on the axis are known. Years alone stand apart when other
 * rows say more, as they do on the map's ramp.
 * @param {readonly Value[]} values @returns {Histogram}
 */
function dateHistogram(values) {
  const dates = values.map(remembered((value) => isoOf(formatValue(value))));
  const fine = dates.some((date) => date.length > 4);
  const placed = dates.map((date) => (fine && date.length === 4 ? "" : date));
  const known = placed.filter((date) => date !== "").sort();
  const coarsest = known.reduce((least, date) => Math.min(least, date.length), 10);
  const [first, last] = [known[0] ?? "", known.at(-1) ?? ""];
  const digits = [10, 7, 4].find((n) => n <= coarsest && (n === 4 || steps(first, last, n) <= 4 * MOST)) ?? 4;
  const names = known.length ? axis(first, last, digits) : [];
  const place = new Map(names.map((name, i) => [name, i]));
  return {
    bars: names.map((name) => ({ from: `>=${name}`, to: `<=${name}`, name, inside: name })),
    placeOf: Int32Array.from(placed, (date) => place.get(date.slice(0, digits)) ?? -1),
    apart: values.map((value, i) =>
      placed[i] !== "" || isMissing(value) ? "" : dates[i] === "" ? "not read as a date" : "year only",
    ),
  };
}

/** How many days, months or years. @param {string} first @param {string} last @param {number} digits */
function steps(first, last, digits) {
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000;
  return digits === 10 ? days : days / 30;
}

/**
 * Every day, month or year from the first to the last, none left out.
 * @param {string} first @param {string} last @param {number} digits
 */
function axis(first, last, digits) {
  const names = [];
  const date = new Date(`${first.slice(0, digits)}${"-01-01".slice(digits === 4 ? 0 : digits === 7 ? 3 : 6)}`);
  for (let name = first.slice(0, digits); name <= last.slice(0, digits); name = date.toISOString().slice(0, digits)) {
    names.push(name);
    if (digits === 10) date.setUTCDate(date.getUTCDate() + 1);
    else if (digits === 7) date.setUTCMonth(date.getUTCMonth() + 1);
    else date.setUTCFullYear(date.getUTCFullYear() + 1);
  }
  return names;
}
