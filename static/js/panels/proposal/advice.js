/** What to turn where there is nothing to compare, and the nearest setting on the same map that is otherwise. Pure. */

import { count, formatEps, plural } from "../../format.js";
import { placeOn } from "../../heat/layout.js";

/** @import {Clusters, Params, Plane, PlaneCell} from "../../types.js" */

/** More images than this share in no group leave nothing to look at. */
const MOST = 0.5;

/**
 * What the setting lacks, in a sentence; null where it has groups to look at.
 * @param {Pick<Clusters, "n_clusters" | "n_noise" | "labels">} clusters
 */
export function lackOf({ n_clusters, n_noise, labels }) {
  const n = labels.length;
  if (n === 0) return null;
  if (n_noise === n) return "Every image is in no group.";
  if (n_noise > MOST * n) return `Most images are in no group: ${count(n_noise)} of ${count(n)}.`;
  if (n_clusters > 1) return null;
  return n_noise === 0
    ? "All images are one group."
    : `All that are in a group are in one: ${count(n - n_noise)} images.`;
}

/** Whether the plane is that of the map on the screen. @param {Plane} plane @param {Params} shown */
const isOf = (plane, shown) =>
  plane.clustering === shown.clustering &&
  Object.entries(plane.params).every(([key, value]) => String(shown[key]) === String(value));

/**
 * The cell with two groups or more and half of the images in them that is the fewest steps of both axes away; of
 * equally near ones that which leaves fewest out.
 * @param {Plane} plane @param {Params} shown @param {number} n  images @returns {PlaneCell | null}
 */
export function nearestOtherwise(plane, shown, n) {
  const [columns, rows] = plane.axes.map((axis) => plane[axis] ?? []);
  const here = [placeOn(columns, shown[plane.axes[0]]), placeOn(rows, shown[plane.axes[1]])];
  /** @param {number} index */
  const steps = (index) => {
    const row = index % rows.length;
    return Math.abs((index - row) / rows.length - here[0]) + Math.abs(row - here[1]);
  };
  const found = plane.cells
    .map((cell, index) => ({ cell, steps: steps(index) }))
    .filter(({ cell }) => cell.n_clusters > 1 && cell.n_noise <= MOST * n)
    .sort((a, b) => a.steps - b.steps || a.cell.n_noise - b.cell.n_noise);
  return found[0]?.cell ?? null;
}

/**
 * @param {Clusters} clusters @param {Plane | null} plane @param {Params} shown
 * @returns {{says: string, cell: PlaneCell | null, offers: string, gives: string} | null}  null where nothing is
 *   lacking; the place that is offered, and what it gives
 */
export function adviceOn(clusters, plane, shown) {
  const says = lackOf(clusters);
  if (says === null) return null;
  // What a hand drew is on no plane.
  if (!plane || shown.own.length > 0 || !isOf(plane, shown)) return { says, cell: null, offers: "", gives: "" };
  const cell = nearestOtherwise(plane, shown, clusters.labels.length);
  const otherwise = `No ${plane.axes.join(" and ")} on this map has it otherwise: another map may.`;
  const gives = cell
    ? `: ${plural(cell.n_clusters, "group")}, ${count(cell.n_noise)} in none; the verdict says whether by luck.`
    : "";
  return { says, cell, offers: cell ? named(plane, cell) : otherwise, gives };
}

/** @param {Plane} plane @param {PlaneCell} cell */
function named({ axes }, cell) {
  const value = (/** @type {typeof axes[0]} */ axis) => (axis === "eps" ? formatEps(cell.eps ?? NaN) : cell[axis]);
  return axes.map((axis) => `${axis} ${value(axis)}`).join(", ");
}
