/** The grid of a search: how many settings it has, whether it can be run, and what is asked for. Pure. */

import { formatEps } from "../format.js";
import { labelOf } from "../settings.js";
import { changeParams } from "../store.js";
import { bodyOf, clusterQuery } from "../url.js";

/** @import {AppStore, Measure, Params, Plane, PlaneCell, Range} from "../types.js" */
/** @import {SearchAxis, SearchGrid, SearchMethods, SearchRow, SortKey} from "../types.js" */

/**
 * What a setting can be ranked by: its name, and whether less is better.
 * @type {Readonly<Record<Measure, {name: string, lowerIsBetter: boolean}>>}
 */
export const MEASURES = Object.freeze({
  score: { name: "score", lowerIsBetter: true },
  silhouette: { name: "silhouette", lowerIsBetter: false },
  davies_bouldin: { name: "Davies-Bouldin", lowerIsBetter: true },
  calinski_harabasz: { name: "Calinski-Harabasz", lowerIsBetter: false },
  dbcv: { name: "DBCV", lowerIsBetter: false },
});

/** How many values numpy.arange gives: rounded up, so that `stop` itself is left out. @param {Range} range */
export function arangeCount({ start, stop, step }) {
  if (!(step > 0) || !Number.isFinite(start) || !Number.isFinite(stop)) return 0;
  return Math.max(0, Math.ceil((stop - start) / step));
}

/** None where the methods cannot be searched. @param {Pick<SearchGrid, "ranges">} grid */
export function settingsCount({ ranges }) {
  const counts = Object.values(ranges).map(arangeCount);
  return counts.reduce((product, values) => product * values, Math.min(1, counts.length));
}

/** @param {SearchGrid} grid */
export function isRunnable(grid) {
  return settingsCount(grid) > 0 && grid.min_clusters >= 1 && grid.max_clusters >= grid.min_clusters;
}

/** What is searched, or why nothing is. @param {SearchMethods} methods */
export function sentenceOf({ method, clustering, axes }) {
  const map = labelOf("method", method);
  if (axes.length === 0) return `A search goes from map to map, and ${map} has one alone: choose another method.`;
  return (
    `${labelOf("clustering", clustering)} on the 2-D ${map} map of every ${axes[0]}; the best of each is kept. ` +
    "The best of so many looks good even where there are no clusters: “Is it luck?” says how good."
  );
}

/**
 * The body of a request: the parameters on the screen, and ranges in place of those that it goes along. Its maps are
 * 2-D whatever is on the screen.
 * @param {SearchGrid} grid @param {Params} params @returns {Record<string, unknown>}
 */
export function searchBody({ ranges, min_clusters, max_clusters }, params) {
  const query = clusterQuery({ ...params, own: [] }, "");
  for (const key of ["n_components", "breakdown", ...Object.keys(ranges)]) query.delete(key);
  return { ...bodyOf(query), ...ranges, min_clusters, max_clusters };
}

/**
 * A new order; equal rows keep the search's own, best first, and what has no value comes last.
 * @param {readonly SearchRow[]} rows @param {SortKey} key @param {boolean} descending
 */
export function sortRows(rows, key, descending) {
  const sign = descending ? -1 : 1;
  const at = (/** @type {SearchRow} */ row) => (typeof row[key] === "number" ? sign * row[key] : Infinity);
  return rows.toSorted((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
}

/**
 * The best admissible cell of a plane at one value of its first axis.
 * @param {Plane} plane @param {number} value @param {number} fewest @param {number} most
 */
export function bestAt(plane, value, fewest, most) {
  const cells = plane.cells.filter(
    (cell) => isSame(cell[plane.axes[0]], value) && cell.n_clusters >= fewest && cell.n_clusters <= most,
  );
  return cells.reduce(
    (/** @type {PlaneCell | null} */ best, cell) => (best === null || cell.score < best.score ? cell : best),
    null,
  );
}

/** Why a row is not to be trusted. @param {SearchRow} row @param {number} nImages */
export function degenerateReason(row, nImages) {
  return (
    `perplexity ${row.perplexity} is above a third of ${nImages} images: ` +
    "every image is every other's neighbour, and the map loses its meaning"
  );
}

/**
 * A setting of a search of these methods, which makes 2-D maps alone.
 * @param {AppStore} store @param {SearchMethods} methods @param {Readonly<Record<string, any>>} setting
 */
export const applySetting = (store, { method, clustering, axes }, setting) =>
  changeParams(store, {
    method,
    clustering,
    n_components: 2,
    ...Object.fromEntries(axes.map((axis) => [axis, setting[axis]])),
  });

/** Whether it is what the page shows. @param {SearchMethods} methods @param {SearchRow} row @param {Params} params */
export const isSetting = ({ method, clustering, axes }, row, params) =>
  params.method === method &&
  params.clustering === clustering &&
  params.n_components === 2 &&
  axes.every((axis) => isSame(row[axis], params[axis]));

/** But for the last digits that binary fractions leave. @param {number | undefined} a @param {number | undefined} b */
const isSame = (a = NaN, b = NaN) => Math.abs(a - b) < 1e-9;

/** @param {SearchAxis} axis @param {number} [value] */
export const valueText = (axis, value = NaN) => (axis === "eps" ? formatEps(value) : String(value));

/** A setting in words. @param {readonly SearchAxis[]} axes @param {{[A in SearchAxis]?: number}} setting */
export const placeText = (axes, setting) => axes.map((axis) => `${axis} ${valueText(axis, setting[axis])}`).join(" · ");

/** For a narrow column: perplexity → "perp.", min_samples → "min_s.", n_neighbors → "neig.". @param {string} axis */
export function shortName(axis) {
  const [first, ...others] = axis.replace(/^n_/, "").split("_");
  if (others.length > 0) return `${first}_${others.map((word) => word[0]).join("")}.`;
  return first.length > 5 ? `${first.slice(0, 4)}.` : first;
}

/** 1, 2, 3, 176 → "1–3, 176". @param {readonly number[]} values  ascending @param {number} step */
export function formatRuns(values, step) {
  /** @type {[number, number][]} */
  const runs = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last && Math.abs(value - last[1] - step) < step * 1e-6) last[1] = value;
    else runs.push([value, value]);
  }
  return runs.map(([first, last]) => (first === last ? short(first) : `${short(first)}–${short(last)}`)).join(", ");
}

/** Without the last digits that binary fractions leave. @param {number} value */
const short = (value) => String(Number(value.toFixed(6)));
