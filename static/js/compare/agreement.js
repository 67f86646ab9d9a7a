/**
 * How far two labelings of the same images agree, and who is elsewhere in the second: clusters have no names of their
 * own, so those of B are first matched to those of A, so that the pairs share as many images as they can. Pure.
 */

import { assigned } from "../colour/assignment.js";

/** @import {Agreement, Flow} from "../types.js" */

/** @param {readonly number[]} a  -1 is noise @param {readonly number[]} b  of the same images @returns {Agreement} */
export function compare(a, b) {
  const flows = flowsOf(a, b);
  const partner = matching(flows);
  const same = (/** @type {number} */ from, /** @type {number} */ to) =>
    from < 0 ? to < 0 : to >= 0 && partner.get(from) === to;
  const changed = a.flatMap((label, i) => (same(label, b[i]) ? [] : [i]));
  const clustered = a.flatMap((label, i) => (label >= 0 && b[i] >= 0 ? [i] : []));
  return {
    ari: adjustedRand(flows),
    ariWithoutNoise: clustered.length < 2 ? null : adjustedRand(flows.filter(({ from, to }) => from >= 0 && to >= 0)),
    changed,
    flows: flows.map((flow) => ({ ...flow, kept: same(flow.from, flow.to) })),
  };
}

/**
 * How many images go from which cluster to which, by the number of the first, then the largest.
 * @param {readonly number[]} a @param {readonly number[]} b
 */
function flowsOf(a, b) {
  /** @type {Map<string, {from: number, to: number, count: number}>} */
  const cells = new Map();
  a.forEach((from, i) => {
    const key = `${from} ${b[i]}`;
    const cell = cells.get(key) ?? { from, to: b[i], count: 0 };
    cell.count += 1;
    cells.set(key, cell);
  });
  // Noise comes last, as in every legend.
  const place = (/** @type {number} */ label) => (label < 0 ? Infinity : label);
  return [...cells.values()].sort((p, q) =>
    p.from === q.from ? q.count - p.count || place(p.to) - place(q.to) || 0 : place(p.from) - place(q.from),
  );
}

/**
 * The adjusted Rand index (Hubert and Arabie 1985), as scikit-learn's `adjusted_rand_score`: 1 for the same
 * partition, about 0 for unrelated ones.
 * @param {readonly Pick<Flow, "from" | "to" | "count">[]} flows
 */
export function adjustedRand(flows) {
  const pairs = (/** @type {number} */ n) => (n * (n - 1)) / 2;
  const pairsOf = (/** @type {Iterable<number>} */ counts) => [...counts].reduce((sum, n) => sum + pairs(n), 0);
  const together = pairsOf(flows.map(({ count }) => count));
  const onlyA = pairsOf(sums(flows, "from").values()) - together;
  const onlyB = pairsOf(sums(flows, "to").values()) - together;
  if (onlyA === 0 && onlyB === 0) return 1;
  const apart = pairs(flows.reduce((sum, { count }) => sum + count, 0)) - together - onlyA - onlyB;
  return (
    (2 * (together * apart - onlyA * onlyB)) /
    ((together + onlyB) * (onlyB + apart) + (together + onlyA) * (onlyA + apart))
  );
}

/** @param {readonly Pick<Flow, "from" | "to" | "count">[]} flows @param {"from" | "to"} side */
function sums(flows, side) {
  /** @type {Map<number, number>} */
  const found = new Map();
  for (const flow of flows) found.set(flow[side], (found.get(flow[side]) ?? 0) + flow.count);
  return found;
}

/**
 * For clusters of A those of B that are the same: no cluster twice, and noise is none.
 * @param {readonly Pick<Flow, "from" | "to" | "count">[]} flows
 */
function matching(flows) {
  /** @type {Map<number, Map<number, number>>} */
  const shared = new Map();
  for (const { from, to, count } of flows) {
    if (from < 0 || to < 0) continue;
    if (!shared.has(from)) shared.set(from, new Map());
    shared.get(from)?.set(to, count);
  }
  const partners = assigned([...shared.values()]);
  return new Map(Array.from(shared.keys(), (from, k) => [from, partners[k]]));
}
