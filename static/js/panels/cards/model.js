/**
 * What a cluster's bars show, as numbers: counts, what an even spread would give, and the missing that is always there.
 * Pure.
 */

import { groupNoun, plural } from "../../format.js";

/** @import {Bar, Breakdown, ClusterSummary, EnrichedCell} from "../../types.js" */

/** A cluster of fewer images does not set the scale of all cards: its bars may end where the others do. */
export const FEW = 10;

/**
 * @param {ClusterSummary} summary @param {Breakdown} breakdown @param {number} nImages
 * @param {number} most  bars before the rest is summed @returns {{bars: Bar[], longest: number}}
 */
export function barsOf(summary, breakdown, nImages, most) {
  const totals = new Map(breakdown.totals.map(({ value, count }) => [value, count]));
  const expected = (/** @type {number} */ total) => (nImages > 0 ? (summary.size * total) / nImages : 0);
  // A sum of one would hide a name that fits.
  const named = summary.counts.length <= most + 1 ? summary.counts : summary.counts.slice(0, most);
  const rest = summary.counts.slice(named.length);
  // None where some would be expected is a finding too, and gets a bar of no length where there is room.
  const absent = breakdown.totals.filter(
    ({ value, count }) => expected(count) >= 1 && !summary.counts.some((one) => one.value === value),
  );
  /** @type {Bar[]} */
  const bars = [
    ...named,
    ...absent.slice(0, Math.max(0, most - named.length)).map(({ value }) => ({ value, count: 0, n_groups: 0 })),
  ].map(({ value, count, n_groups }) => ({
    name: value,
    count,
    groups: n_groups,
    expected: expected(totals.get(value) ?? 0),
    kind: "value",
  }));
  if (rest.length > 0) {
    const total = rest.reduce((sum, { value }) => sum + (totals.get(value) ?? 0), 0);
    bars.push({
      name: `${rest.length} others`,
      count: rest.reduce((sum, { count }) => sum + count, 0),
      groups: null,
      expected: expected(total),
      kind: "rest",
    });
  }
  bars.push({
    name: "missing",
    count: summary.n_missing,
    groups: summary.n_groups_missing,
    expected: expected(breakdown.n_missing),
    kind: "missing",
  });
  return { bars, longest: bars.reduce((longest, bar) => Math.max(longest, bar.count, bar.expected), 1) };
}

/**
 * What a bar's tip says: counts and, once it is tested, how far from chance they are.
 * @param {Bar} bar @param {string | null} groupColumn @param {EnrichedCell} [cell] @param {string} [against]
 */
export function barTip(bar, groupColumn, cell, against = "if spread evenly") {
  const patients = bar.groups === null || !groupColumn ? "" : ` from ${groupNoun(groupColumn, bar.groups)}`;
  const counts = `${bar.name}: ${plural(bar.count, "image")}${patients}.`;
  return cell?.sentence ?? `${counts} ${bar.expected.toFixed(1)} expected ${against}.`;
}
