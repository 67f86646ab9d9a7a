/** The grid of a search: how many settings it has, and whether it can be run. Pure. */

/** @import {Plane, PlaneCell, Range, SearchGrid, SearchRow} from "../types.js" */

/** The notebook's grid: 179 × 19 × 15 = 51,015 settings. @type {Readonly<SearchGrid>} */
export const NOTEBOOK_GRID = Object.freeze({
  perplexity: { start: 1, stop: 180, step: 1 },
  eps: { start: 0.1, stop: 2, step: 0.1 },
  min_samples: { start: 5, stop: 20, step: 1 },
  min_clusters: 3,
  max_clusters: 8,
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

/** @typedef {"perplexity" | "eps" | "min_samples" | "n_clusters" | "n_noise" | "score"} SortKey */

/** A new order; equal rows keep the search's own: best first. @param {readonly SearchRow[]} rows @param {SortKey} key @param {boolean} descending */
export function sortRows(rows, key, descending) {
  const sign = descending ? -1 : 1;
  return rows.map((row, i) => /** @type {const} */ ([row, i])).sort((a, b) => sign * (a[0][key] - b[0][key]) || a[1] - b[1]).map(([row]) => row);
}

/** The best admissible cell of a plane at one eps. @param {Plane} plane @param {number} eps @param {number} fewest @param {number} most */
export function bestAtEps(plane, eps, fewest, most) {
  const cells = plane.cells.filter((cell) => Math.abs(cell.eps - eps) < 1e-9 && cell.n_clusters >= fewest && cell.n_clusters <= most);
  return cells.reduce((/** @type {PlaneCell | null} */ best, cell) => (best === null || cell.score < best.score ? cell : best), null);
}

/** Why a row is not to be trusted. @param {SearchRow} row @param {number} nImages */
export function degenerateReason(row, nImages) {
  return `perplexity ${row.perplexity} is above a third of ${nImages} images: every image is every other's neighbour, and the map loses its meaning`;
}
