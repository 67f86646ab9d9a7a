/** The images that belong together with one of them: what the arrow keys go through. Pure. */

/** @import {AppState} from "../types.js" */
/** @import {Sequence} from "./types.js" */

/**
 * The selection, if the image is one of several in it; else its cluster.
 * @param {Pick<AppState, "selection" | "clusters">} state @param {number} index @returns {Sequence}
 */
export function sequenceOf({ selection, clusters }, index) {
  if (selection.length > 1 && selection.includes(index)) return { members: selection, name: "the selection" };
  const label = clusters?.labels[index];
  if (!clusters || label === undefined) return { members: [], name: "" };
  const members = clusters.labels.flatMap((other, i) => (other === label ? [i] : []));
  return { members, name: label < 0 ? "no group" : `cluster ${label}` };
}

/**
 * Those that follow, round and round, the image itself left out.
 * @param {Sequence} sequence @param {number} index @param {number} n @param {1 | -1} [step]
 */
export function following({ members }, index, n, step = 1) {
  const at = members.indexOf(index);
  const length = members.length;
  if (at < 0) return [];
  return Array.from({ length: Math.min(n, length - 1) }, (_, k) => members[(at + step * (k + 1) + length) % length]);
}

/** "3 of 40 in cluster 1". @param {Sequence} sequence @param {number} index */
export function positionIn({ members, name }, index) {
  const at = members.indexOf(index);
  return at < 0 ? "" : `${at + 1} of ${members.length} in ${name}`;
}
