/**
 * The k-distance plot (Ester, Kriegel, Sander and Xu 1996): the distance of every image to its min_samples-th
 * neighbour, in order. Where eps cuts it, the images to the left are core. Pure.
 */

/** @import {KDistance} from "../types.js" */

/** Room above the curve, so that its end is seen. */
const ROOM = 1.06;

/**
 * The distance at the top of the plot, a multiple of eps's step: what its slider cannot reach is not shown.
 * @param {KDistance} curve @param {number} most @param {number} step
 */
export const topOf = ({ distance }, most, step) =>
  Number((Math.ceil((ROOM * Math.min(distance[distance.length - 1], most)) / step) * step).toFixed(9));

/**
 * How many images are core at an eps: one number where every distance was served, else the least and the most.
 * @param {KDistance} curve @param {number} eps @returns {[number, number]}
 */
export function coreCount({ n, rank, distance }, eps) {
  const beyond = distance.findIndex((value) => value > eps);
  if (beyond < 0) return [n, n];
  return [beyond > 0 ? rank[beyond - 1] - rank[0] + 1 : 0, rank[beyond] - rank[0]];
}

/**
 * The line through the distances, for a square of side 1 whose y goes down.
 * @param {KDistance} curve @param {number} top
 */
export function curvePath({ n, rank, distance }, top) {
  const at = (/** @type {number} */ value, /** @type {number} */ i) =>
    `${((rank[i] - rank[0] + 0.5) / n).toFixed(4)},${(1 - value / top).toFixed(4)}`;
  return `M${distance.map(at).join("L")}`;
}
