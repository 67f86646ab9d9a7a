/** What a cluster's bars show, as numbers: counts, what an even spread would give, and the missing that is always there. Pure. */

/** @import {Breakdown, ClusterSummary} from "../types.js" */

/**
 * @typedef {object} Bar
 * @property {string} name
 * @property {number} count
 * @property {number | null} groups  null for a sum of several values, whose patients may overlap
 * @property {number} expected  the cluster's size times the value's share of the whole cohort
 * @property {"value" | "rest" | "missing"} kind
 */

/** @param {ClusterSummary} summary @param {Breakdown} breakdown @param {number} nImages @param {number} most  bars before the rest is summed @returns {{bars: Bar[], longest: number}} */
export function barsOf(summary, breakdown, nImages, most) {
  const totals = new Map(breakdown.totals.map(({ value, count }) => [value, count]));
  const expected = (/** @type {number} */ total) => (nImages > 0 ? (summary.size * total) / nImages : 0);
  // A sum of one would hide a name that fits.
  const named = summary.counts.length <= most + 1 ? summary.counts : summary.counts.slice(0, most);
  const rest = summary.counts.slice(named.length);
  /** @type {Bar[]} */
  const bars = named.map(({ value, count, n_groups }) => ({ name: value, count, groups: n_groups, expected: expected(totals.get(value) ?? 0), kind: "value" }));
  if (rest.length > 0) {
    const total = rest.reduce((sum, { value }) => sum + (totals.get(value) ?? 0), 0);
    bars.push({ name: `${rest.length} others`, count: rest.reduce((sum, { count }) => sum + count, 0), groups: null, expected: expected(total), kind: "rest" });
  }
  bars.push({ name: "missing", count: summary.n_missing, groups: summary.n_groups_missing, expected: expected(breakdown.n_missing), kind: "missing" });
  return { bars, longest: bars.reduce((longest, bar) => Math.max(longest, bar.count, bar.expected), 1) };
}
