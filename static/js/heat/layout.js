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
