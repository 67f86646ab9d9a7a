/** The order in which columns are offered: what can be tested comes first. Pure. */

/** @import {Association} from "../types.js" */

/**
 * @template {{name: string}} T @param {readonly T[]} columns
 * @param {Pick<Association, "columns"> | null} [association]  where it is known, what was tested @returns {T[]}
 */
export function testedFirst(columns, association) {
  const tested = new Set(association?.columns.filter(({ testable }) => testable).map(({ name }) => name));
  const is = ({ name = "" }) => tested.has(name);
  return [...columns.filter(is), ...columns.filter((column) => !is(column))];
}
