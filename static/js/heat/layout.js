/**
 * Where the cells of a heat map lie, for both of the page's heat maps. Columns from the left, rows from the bottom.
 * Pure.
 */

/** @import {Box, HeatLayout} from "../types.js" */

/** @param {HeatLayout} layout @param {number} column @param {number} row  may lie between two cells @returns {Box} */
export function cellBox(layout, column, row) {
  const { columns, rows, gap } = layout;
  const width = layout.width / columns;
  const height = layout.height / rows;
  return { x: column * width, y: layout.height - (row + 1) * height, width: width - gap, height: height - gap };
}

/** @param {HeatLayout} layout @param {number} x @param {number} y @returns {{column: number, row: number} | null} */
export function cellAt(layout, x, y) {
  const column = Math.floor((x / layout.width) * layout.columns);
  const row = Math.floor(((layout.height - y) / layout.height) * layout.rows);
  return column >= 0 && column < layout.columns && row >= 0 && row < layout.rows ? { column, row } : null;
}

/**
 * The place of a value on an even axis; between two ticks it is a fraction, beyond the ends it is the end.
 * @param {readonly number[]} axis @param {number} value
 */
export function placeOn(axis, value) {
  if (axis.length < 2) return 0;
  const step = (axis[axis.length - 1] - axis[0]) / (axis.length - 1);
  const place = Math.min(axis.length - 1, Math.max(0, (value - axis[0]) / step));
  return Math.abs(place - Math.round(place)) < 1e-6 ? Math.round(place) : place;
}

/**
 * How strong a score is drawn, from 0.12 (worst shown) to 1 (best).
 * @param {number} score @param {number} best @param {number} worst
 */
export function strength(score, best, worst) {
  return worst !== best ? 1 - 0.88 * ((score - best) / (worst - best)) : 1;
}

/**
 * What of a heat map is worth drawing: from the first to the last column, and row, in which anything was found.
 * @param {readonly (readonly (number | null)[])[]} values  by column, then by row
 * @returns {{columns: readonly [number, number], rows: readonly [number, number]} | null}  both ends included
 */
export function foundPart(values) {
  const has = (/** @type {readonly (number | null)[]} */ line) => line.some((value) => value !== null);
  const first = values.findIndex(has);
  if (first < 0) return null;
  const inRow = values[first].map((_, row) => values.some((column) => column[row] !== null));
  return {
    columns: [first, values.findLastIndex(has)],
    rows: [inRow.indexOf(true), inRow.lastIndexOf(true)],
  };
}

/**
 * Which values of an axis have their number written, as places on it: all where there are few, else those at a round
 * step, and where none of them is round at even distances.
 * @param {readonly number[]} axis  ascending @param {number} most @returns {number[]}
 */
export function tickPlaces(axis, most) {
  const places = [...axis.keys()];
  if (axis.length <= most) return places;
  const least = (axis[axis.length - 1] - axis[0]) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5].find((times) => times * power >= least * (1 - 1e-9)) ?? 10) * power;
  const round = places.filter((i) => Math.abs(axis[i] / step - Math.round(axis[i] / step)) < 1e-6);
  const every = Math.ceil(axis.length / most);
  return round.length >= 2 ? round : places.filter((i) => i % every === 0);
}
