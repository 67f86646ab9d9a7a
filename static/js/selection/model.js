/** Selections as ascending lists of indices, and how they change. Pure. */

/** @import {ImageRecord} from "../types.js" */
/** @import {Choosing} from "../map/types.js" */

/**
 * The same list where nothing has changed.
 * @param {readonly number[]} selection @param {readonly number[]} indices @param {Choosing} how
 * @returns {readonly number[]}
 */
export function chosen(selection, indices, how) {
  const set = new Set(how === "replace" ? [] : selection);
  for (const i of indices) {
    if (how === "toggle" && set.has(i)) set.delete(i);
    else set.add(i);
  }
  const next = [...set].sort((a, b) => a - b);
  return next.length === selection.length && next.every((i, k) => i === selection[k]) ? selection : next;
}

/**
 * Where images with these ids stand now; who is not there any more is left out.
 * @param {readonly string[]} ids @param {readonly ImageRecord[]} records @returns {number[]}
 */
export function indicesOf(ids, records) {
  const wanted = new Set(ids);
  return records.flatMap(({ id }, i) => (wanted.has(id) ? [i] : []));
}
