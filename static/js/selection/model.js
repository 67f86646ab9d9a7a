/** Selections as ascending lists of indices: how they change, and what is in them. Pure. */

import { formatValue } from "../format.js";

/** @import {ClusterSummary, ImageRecord} from "../types.js" */
/** @import {Choosing} from "../map/types.js" */

/** The same list where nothing has changed. @param {readonly number[]} selection @param {readonly number[]} indices @param {Choosing} how @returns {readonly number[]} */
export function chosen(selection, indices, how) {
  const set = new Set(how === "replace" ? [] : selection);
  for (const i of indices) {
    if (how === "toggle" && set.has(i)) set.delete(i);
    else set.add(i);
  }
  const next = [...set].sort((a, b) => a - b);
  return next.length === selection.length && next.every((i, k) => i === selection[k]) ? selection : next;
}

/** @param {readonly number[]} selection @param {number} count @returns {number[]} */
export function inverted(selection, count) {
  const taken = new Set(selection);
  return Array.from({ length: count }, (_, i) => i).filter((i) => !taken.has(i));
}

/** Where images with these ids stand now; who is not there any more is left out. @param {readonly string[]} ids @param {readonly ImageRecord[]} records @returns {number[]} */
export function indicesOf(ids, records) {
  const wanted = new Set(ids);
  return records.flatMap(({ id }, i) => (wanted.has(id) ? [i] : []));
}

/**
 * Images and patients by the values of a column, counted as the server counts those of a cluster.
 * @param {readonly ImageRecord[]} records @param {string} column @returns {Omit<ClusterSummary, "label" | "representatives">}
 */
export function tallyOf(records, column) {
  /** By value; null is missing. @type {Map<string | null, string[]>} */
  const found = new Map([[null, []]]);
  for (const { id, group, values } of records) {
    const name = formatValue(values[column] ?? null) || null;
    const groups = found.get(name) ?? [];
    // An image without a patient counts as one of its own.
    groups.push(group === null ? `image ${id}` : `group ${group}`);
    found.set(name, groups);
  }
  const distinct = (/** @type {string[]} */ groups) => new Set(groups).size;
  const missing = found.get(null) ?? [];
  const n_groups = distinct([...found.values()].flat());
  found.delete(null);
  const counts = Array.from(found, ([value, groups]) => ({ value: String(value), count: groups.length, n_groups: distinct(groups) }));
  counts.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return { size: records.length, n_groups, counts, n_missing: missing.length, n_groups_missing: distinct(missing) };
}
