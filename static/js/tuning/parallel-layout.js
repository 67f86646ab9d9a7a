/**
 * Parallel coordinates of a search's rows: an axis for every quantity, a line for every row. Places lie in a square
 * of side 1, x to the right from axis to axis and y downwards. Pure.
 */

/** @import {Axis, Brushes, Measure, SearchAxis, SearchRow} from "../types.js" */

/**
 * What the search went along comes first; what it was ranked by has an axis too.
 * @param {readonly SearchRow[]} rows @param {readonly SearchAxis[]} along @param {Measure} rankedBy @returns {Axis[]}
 */
export function axesOf(rows, along, rankedBy) {
  const rest = /** @type {const} */ (["n_clusters", "n_noise", "score"]);
  return [...new Set([...along, ...rest, rankedBy])].map((key) => {
    const values = [...new Set(rows.map((row) => row[key]).filter((value) => typeof value === "number"))].sort(
      (a, b) => a - b,
    );
    return { key, values };
  });
}

/** The largest value is on top. @param {Axis} axis @param {number} value */
export function yOf({ values }, value) {
  const [low, high] = [values[0], values[values.length - 1]];
  return high > low ? 1 - (value - low) / (high - low) : 0.5;
}

/** @param {Axis} axis @param {number} y */
export function valueAt({ values }, y) {
  const [low, high] = [values[0], values[values.length - 1]];
  return low + (1 - Math.min(1, Math.max(0, y))) * (high - low);
}

/** Where a row lies on every axis; null where it has no value. @param {readonly Axis[]} axes @param {SearchRow} row */
const placesOf = (axes, row) =>
  axes.map((axis) => {
    const value = row[axis.key];
    return typeof value === "number" ? yOf(axis, value) : null;
  });

/** Broken where a value is missing. @param {readonly Axis[]} axes @param {readonly SearchRow[]} rows */
export function pathOf(axes, rows) {
  const at = (/** @type {number | null} */ y, /** @type {number} */ i) =>
    `${(i / (axes.length - 1)).toFixed(4)},${y?.toFixed(4)}`;
  return rows
    .flatMap((row) => {
      const places = placesOf(axes, row);
      return places.map((y, i) => (y === null ? "" : `${i > 0 && places[i - 1] !== null ? "L" : "M"}${at(y, i)}`));
    })
    .join("");
}

/** Whether a row lies within all ranges, their ends included. @param {SearchRow} row @param {Brushes} brushes */
export function passes(row, brushes) {
  return [...brushes].every(([key, [low, high]]) => {
    const value = row[key];
    return typeof value === "number" && value >= low && value <= high;
  });
}

/**
 * The row whose line runs nearest above or below a place, the better one of two; null where none is near.
 * @param {readonly Axis[]} axes @param {readonly SearchRow[]} rows  best first @param {number} x @param {number} y
 * @param {number} reach
 */
export function rowAt(axes, rows, x, y, reach) {
  const across = x * (axes.length - 1);
  const left = Math.min(axes.length - 2, Math.max(0, Math.floor(across)));
  /** @type {SearchRow | null} */
  let found = null;
  let least = reach;
  for (const row of rows) {
    const [from, to] = placesOf(axes.slice(left, left + 2), row);
    if (from === null || to === null) continue;
    const distance = Math.abs(from + (to - from) * (across - left) - y);
    if (distance >= least) continue;
    found = row;
    least = distance;
  }
  return found;
}

/**
 * The next value that occurs on an axis; at its end, the end.
 * @param {Axis} axis @param {number} value @param {1 | -1} step
 */
export function nextValue({ values }, value, step) {
  const next = step > 0 ? values.find((one) => one > value) : values.findLast((one) => one < value);
  return next ?? value;
}
