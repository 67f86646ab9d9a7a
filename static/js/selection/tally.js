/** What is in a selection, and what is not. Pure. */

import { formatValue } from "../format.js";

/** @import {ClusterSummary, ImageRecord} from "../types.js" */

/** @param {readonly number[]} selection @param {number} count @returns {number[]} */
export function inverted(selection, count) {
  const taken = new Set(selection);
  return Array.from({ length: count }, (_, i) => i).filter((i) => !taken.has(i));
}

/**
 * Images and patients by the values of a column, counted as the server counts those of a cluster.
 * @param {readonly ImageRecord[]} records @param {string} column
 * @returns {Omit<ClusterSummary, "label" | "representatives" | "spread">}
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
  const counts = Array.from(found, ([value, groups]) => ({
    value: String(value),
    count: groups.length,
    n_groups: distinct(groups),
  }));
  counts.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return { size: records.length, n_groups, counts, n_missing: missing.length, n_groups_missing: distinct(missing) };
}
