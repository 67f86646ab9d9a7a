/**
 * What a search has found, as a table, a heat map and parallel coordinates that show the same rows; loaded with the
 * first results.
 */

import { getAnswer, messageOf } from "../api.js";
import { createParallel } from "../tuning/parallel.js";
import { byId } from "../dom.js";
import { labelOf } from "../settings.js";
import { planeQuery } from "../url.js";
import { applySetting, bestAt, formatRuns, isSetting } from "./grid.js";
import { createSearchMap } from "./heat-map.js";
import { bindMade } from "./made.js";
import { bindResultTable } from "./table.js";

/** @import {AppStore, SearchGrid, SearchResult, SearchRow} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip/panel.js" */

/** @param {AppStore} store @param {Tooltip} tooltip */
export function bindFound(store, tooltip) {
  /** What is shown, and what was asked for. @type {{result: SearchResult, grid: SearchGrid} | null} */
  let shown = null;
  const apply = (/** @type {SearchRow} */ row) => void (shown && applySetting(store, shown.result, row));
  const table = bindResultTable(apply, (row) => point(row, false));
  const map = createSearchMap(tooltip, applyCell);
  const parallel = createParallel(tooltip, { filter, point: (row) => point(row, true), apply });

  const showMade = bindMade(store, () => shown?.result.axes ?? []);

  /**
   * A cell names no value of the second axis of the clusters: the plane of its map knows the best one.
   * @param {number} along  of the map @param {number} first  of the clusters' first axis
   */
  async function applyCell(along, first) {
    if (!shown) return;
    const { result, grid } = shown;
    const { method, clustering, axes } = result;
    const { params } = store.get();
    const at = { ...params, method, clustering, n_components: 2, [axes[0]]: along, [axes[1]]: first };
    try {
      const plane = await getAnswer(`/api/plane?${planeQuery(at)}`);
      const best = bestAt(plane, first, grid.min_clusters, grid.max_clusters);
      applySetting(store, result, { ...at, ...(best && { [axes[2]]: best[axes[2]] }) });
    } catch (error) {
      store.set({ trouble: messageOf(error) });
    }
  }

  /** @param {(row: SearchRow) => boolean} keeps */
  function filter(keeps) {
    table.filter(keeps);
    if (!shown) return;
    const { results, axes } = shown.result;
    const kept = new Set(results.filter(keeps).map((row) => row[axes[0]]));
    map.filter((along) => kept.size === results.length || kept.has(along));
  }

  /** @param {SearchRow | null} row @param {boolean} far */
  function point(row, far) {
    table.point(row, far);
    map.point(row);
    parallel.point(row);
  }

  const mark = () => {
    const { params } = store.get();
    const isApplied = (/** @type {SearchRow} */ row) => shown !== null && isSetting(shown.result, row, params);
    table.mark(isApplied);
    map.mark(params);
    parallel.mark(isApplied);
  };
  store.watch(["params", "scheme"], mark);

  /** @param {SearchResult} result @param {SearchGrid} grid */
  return (result, grid) => {
    const { results, method, clustering, axes, without_result } = result;
    const n_images = store.get().cohort?.n_images ?? 0;
    shown = { result, grid };
    byId("search-found").hidden = results.length === 0;
    // What was asked is known by then: its room is for what was found.
    byId("search-asked", HTMLDetailsElement).open = results.length === 0;
    byId("search-of").textContent = `${labelOf("clustering", clustering)} on ${labelOf("method", method)} maps`;
    map.show(result);
    table.show(result, n_images);
    parallel.show(result, n_images);
    const without = byId("search-without");
    without.hidden = without_result.length === 0;
    const runs = formatRuns(without_result, grid.ranges[axes[0]]?.step || 1);
    without.textContent = `Without an admissible setting: ${axes[0]} ${runs}.`;
    showMade();
    mark();
  };
}
