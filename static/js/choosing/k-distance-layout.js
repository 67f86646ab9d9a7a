/**
 * The k-distance plot (Ester, Kriegel, Sander and Xu 1996): the distance of every image to its min_samples-th
 * neighbour, in order. Where eps cuts it, the images to the left are core. Lengths are shares of the plot, from its
 * lower left corner. Pure.
 */

/** @import {KDistance, SliderSpec} from "../types.js" */

/** Room above the curve, so that its end is seen. */
const ROOM = 1.06;

/** The distance at the top of the plot: what the slider cannot reach is not shown. @param {KDistance} curve @param {SliderSpec} spec  of eps */
export const topOf = ({ distance }, spec) => ROOM * Math.min(distance[distance.length - 1], spec.max);

/**
 * How many images are core at an eps: one number where every distance was served, else the least and the most.
 * @param {KDistance} curve @param {number} eps @returns {[number, number]}
 */
export function coreCount({ n, rank, distance }, eps) {
  const beyond = distance.findIndex((value) => value > eps);
  if (beyond < 0) return distance.length > 0 ? [n, n] : [0, 0];
  const before = beyond > 0 ? rank[beyond - 1] - rank[0] + 1 : 0;
  return [before, rank[beyond] - rank[0]];
}

/** The line through the distances, for a square of side 1 whose y goes down. @param {KDistance} curve @param {number} top */
export function curvePath({ n, rank, distance }, top) {
  const points = distance.map((value, i) => `${((rank[i] - rank[0] + 0.5) / n).toFixed(4)},${(1 - value / top).toFixed(4)}`);
  return points.length > 0 ? `M${points.join("L")}` : "";
}

/** The eps at a height, on a step of the slider. @param {number} share @param {number} top @param {SliderSpec} spec */
export function epsAt(share, top, spec) {
  const steps = Math.round((share * top) / spec.step);
  return Number(Math.min(spec.max, Math.max(spec.min, steps * spec.step)).toFixed(9));
}
