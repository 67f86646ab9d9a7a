/**
 * Which mark of the palette each cluster has. It follows the images and not the number: a cluster takes the mark of the
 * one before it that it shares most images with, by assignment, and what is new one that is not in use. Pure.
 */

import { assigned } from "./assignment.js";

/**
 * Clusters that have marks already; `labels` are of the images that are to be coloured, -1 where one was noise or is
 * not among its images.
 * @typedef {{labels: readonly number[], tints: readonly number[]}} Coloured
 */

/**
 * @param {readonly number[]} labels @param {readonly Coloured[]} before  the first is followed before the second
 * @returns {readonly number[]}  for each cluster the place of its mark in the palette
 */
export function tintsOf(labels, before) {
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  /** @type {number[]} */
  const tints = new Array(count).fill(-1);
  for (const one of before) follow(labels, one, tints);
  const used = new Set(tints);
  let next = 0;
  for (let cluster = 0; cluster < count; cluster++) {
    if (tints[cluster] >= 0) continue;
    // Without anything before it, that is its own number.
    while (used.has(next)) next += 1;
    used.add(next);
    tints[cluster] = next;
  }
  return tints;
}

/**
 * Gives marks to clusters that have none yet.
 * @param {readonly number[]} labels @param {Coloured} before @param {number[]} tints
 */
function follow(labels, before, tints) {
  const used = new Set(tints);
  const open = [...tints.keys()].filter((cluster) => tints[cluster] < 0);
  /** @type {Map<number, Map<number, number>>} */
  const shared = new Map(open.map((cluster) => [cluster, new Map()]));
  labels.forEach((label, i) => {
    const tint = before.labels[i] < 0 ? undefined : (before.tints[before.labels[i]] ?? before.labels[i]);
    const row = shared.get(label);
    if (row && tint !== undefined && !used.has(tint)) row.set(tint, (row.get(tint) ?? 0) + 1);
  });
  assigned([...shared.values()]).forEach((tint, k) => {
    tints[open[k]] = tint;
  });
}

/**
 * The labels of images by their ids, as `records` has them.
 * @param {readonly {id: string}[]} records @param {{records: readonly {id: string}[], labels: readonly number[]}} of
 * @returns {readonly number[]}
 */
export function labelsAmong(records, of) {
  if (records === of.records) return of.labels;
  const label = new Map(of.records.map(({ id }, i) => [id, of.labels[i]]));
  return records.map(({ id }) => label.get(id) ?? -1);
}
