/** The grid of a search: how many settings it has, and whether it can be run. Pure. */

import { changeParams } from "../store.js";

/** @import {AppStore, Measure, Plane, PlaneCell, Range, SearchGrid, SearchRow, SortKey} from "../types.js" */

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

/** @param {SearchGrid} grid */
export function settingsCount(grid) {
  return arangeCount(grid.perplexity) * arangeCount(grid.eps) * arangeCount(grid.min_samples);
}

/** @param {SearchGrid} grid */
export function isRunnable(grid) {
  return settingsCount(grid) > 0 && grid.min_clusters >= 1 && grid.max_clusters >= grid.min_clusters;
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
 * The best admissible cell of a plane at one eps.
 * @param {Plane} plane @param {number} eps @param {number} fewest @param {number} most
 */
export function bestAtEps(plane, eps, fewest, most) {
  const cells = plane.cells.filter(
    (cell) => Math.abs((cell.eps ?? NaN) - eps) < 1e-9 && cell.n_clusters >= fewest && cell.n_clusters <= most,
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
 * A setting of the search, which makes 2-D t-SNE maps alone.
 * @param {AppStore} store @param {{perplexity: number, eps: number, min_samples: number}} setting
 */
export const applySetting = (store, { perplexity, eps, min_samples }) =>
  changeParams(store, { method: "tsne", n_components: 2, clustering: "dbscan", perplexity, eps, min_samples });

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
