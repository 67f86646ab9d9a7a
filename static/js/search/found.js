/**
 * What a search has found, as a table, a heat map and parallel coordinates that show the same rows; loaded with the
 * first results.
 */

import { getAnswer, messageOf } from "../api.js";
import { createParallel } from "../tuning/parallel.js";
import { byId } from "../dom.js";
import { projectionQuery } from "../url.js";
import { applySetting, bestAtEps, formatRuns } from "./grid.js";
import { createSearchMap } from "./heat-map.js";
import { bindResultTable } from "./table.js";

/** @import {AppStore, Params, SearchGrid, SearchResult, SearchRow} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip/panel.js" */

/** @param {AppStore} store @param {Tooltip} tooltip @param {() => SearchGrid} grid */
export function bindFound(store, tooltip, grid) {
  const apply = (/** @type {SearchRow} */ row) => applySetting(store, row);
  const table = bindResultTable(apply, (row) => point(row, false));
  const map = createSearchMap(tooltip, applyCell);
  const parallel = createParallel(tooltip, { filter, point: (row) => point(row, true), apply });
  /** @type {readonly SearchRow[]} */
  let rows = [];

  /**
   * A cell names no min_samples: the plane of its map knows the best one.
   * @param {number} perplexity @param {number} eps
   */
  async function applyCell(perplexity, eps) {
    const { min_clusters, max_clusters } = grid();
    const query = projectionQuery({ ...store.get().params, method: "tsne", n_components: 2, perplexity });
    try {
      const plane = await getAnswer(`/api/plane?${query}`);
      const best = bestAtEps(plane, eps, min_clusters, max_clusters);
      applySetting(store, { perplexity, eps, min_samples: best?.min_samples ?? store.get().params.min_samples });
    } catch (error) {
      store.set({ trouble: messageOf(error) });
    }
  }

  /** @param {(row: SearchRow) => boolean} keeps */
  function filter(keeps) {
    table.filter(keeps);
    const kept = new Set(rows.filter(keeps).map(({ perplexity }) => perplexity));
    map.filter((perplexity) => kept.size === rows.length || kept.has(perplexity));
  }

  /** @param {SearchRow | null} row @param {boolean} far */
  function point(row, far) {
    table.point(row, far);
    map.point(row);
    parallel.point(row);
  }

  const mark = () => {
    const { params } = store.get();
    const isApplied = (/** @type {SearchRow} */ row) => isSetting(row, params);
    table.mark(isApplied);
    map.mark(params);
    parallel.mark(isApplied);
  };
  store.watch(["params", "scheme"], mark);

  /** @param {SearchResult} result */
  return (result) => {
    const { results, rank_by = "score", without_result } = result;
    const n_images = store.get().cohort?.n_images ?? 0;
    rows = results;
    byId("search-found").hidden = rows.length === 0;
    map.show(result);
    table.show(results, n_images, rank_by);
    parallel.show(results, rank_by, n_images);
    const without = byId("search-without");
    without.hidden = without_result.length === 0;
    const runs = formatRuns(without_result, grid().perplexity.step || 1);
    without.textContent = `Without an admissible setting: perplexity ${runs}.`;
    mark();
  };
}

/** @param {{perplexity: number, eps: number, min_samples: number}} row @param {Params} params */
function isSetting(row, params) {
  const sameMap = params.method === "tsne" && params.n_components === 2 && row.perplexity === params.perplexity;
  return sameMap && Math.abs(row.eps - params.eps) < 1e-9 && row.min_samples === params.min_samples;
}
