/** The settings that were looked at, each once, in the order in which they first came. Pure. */

import { clusterQuery } from "../url.js";

/** @import {Clusters, ImageRecord, Params} from "../types.js" */
/** @import {Positions} from "../map/types.js" */

/**
 * What a small map is drawn of.
 * @typedef {{positions: Positions, clusters: Clusters, records: readonly ImageRecord[],
 *   tints: readonly number[]}} Drawn
 *
 * A setting; of one that was kept, and not shown since, nothing is drawn.
 * @typedef {{key: string, params: Params, name: string, isKept: boolean, drawn: Drawn | null}} Looked
 */

/** Two settings are one where the server would be asked the same. @param {Params} params */
export const keyOf = (params) => clusterQuery(params, "").toString();

/** More are not found again by looking at them. */
const MOST = 30;

/**
 * With the setting at its place. Of too many the first goes that is not kept and is not beside the map.
 * @param {readonly Looked[]} all @param {Pick<Looked, "key" | "params" | "drawn">} one @param {string} pinned  its key
 * @returns {readonly Looked[]}
 */
export function withLooked(all, one, pinned) {
  const known = all.find(({ key }) => key === one.key);
  if (known) return all.map((other) => (other === known ? { ...known, ...one } : other));
  const next = [...all, { ...one, name: "", isKept: false }];
  const goes = next.length > MOST ? next.findIndex(({ key, name, isKept }) => !name && !isKept && key !== pinned) : -1;
  return next.filter((_, i) => i !== goes);
}

/** @param {readonly Looked[]} all @param {string} key @param {string} name @returns {readonly Looked[]} */
export const renamed = (all, key, name) => all.map((one) => (one.key === key ? { ...one, name } : one));

/**
 * With those that are kept: each under its name, and what is kept no more without one; of that what was not shown
 * here leaves the strip.
 * @param {readonly Looked[]} all @param {readonly Pick<Looked, "key" | "params" | "name">[]} kept
 * @returns {readonly Looked[]}
 */
export function withKept(all, kept) {
  const names = new Map(kept.map(({ key, name }) => [key, name]));
  const here = all
    .map((one) => ({
      ...one,
      isKept: names.has(one.key),
      name: names.get(one.key) ?? (one.isKept ? "" : one.name),
    }))
    .filter((one) => one.isKept || one.drawn !== null);
  const known = new Set(here.map(({ key }) => key));
  const more = kept.filter(({ key }) => !known.has(key)).map((one) => ({ ...one, isKept: true, drawn: null }));
  return [...more, ...here];
}
