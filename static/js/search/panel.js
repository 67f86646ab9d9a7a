/** The search: ranges, progress, and results that become the map at a click. */

import { getAnswer, messageOf } from "../api.js";
import { byId } from "../dom.js";
import { count, formatDuration, formatRuns, plural } from "../format.js";
import { bindRun } from "../jobs.js";
import { applySetting } from "../store.js";
import { bodyOf, projectionQuery } from "../url.js";
import { bindSearchForm } from "./form.js";
import { bestAtEps, isRunnable, settingsCount } from "./grid.js";
import { createSearchMap } from "./heat-map.js";
import { bindResultTable } from "./table.js";

/** @import {AppStore, CurrentGrid, Params, SearchResult, SearchRow} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip.js" */

/** @param {AppStore} store @param {Tooltip} tooltip @returns {CurrentGrid} */
export function bindSearch(store, tooltip) {
  const panel = byId("search");
  const opener = byId("search-open", HTMLButtonElement);
  const table = bindResultTable((row) => applySetting(store, row), (row) => point(row, false));
  const map = createSearchMap(tooltip, applyCell);
  /** Loaded with the first results. @type {ReturnType<typeof import("../choosing/parallel.js").createParallel> | null} */
  let parallel = null;
  /** @type {readonly SearchRow[]} */
  let rows = [];
  let tell = () => {};
  const runnable = () => isRunnable(grid()) && store.get().cohort?.state === "ready";
  const grid = bindSearchForm(() => {
    opener.textContent = `Search ${count(settingsCount(grid()))} settings`;
    run.allow(runnable());
    tell();
  });
  const body = () => ({ ...grid(), ...mapParameters(store.get().params), rank_by: byId("rank_by", HTMLSelectElement).value });
  const run = bindRun(byId("search-run"), { path: "/api/search", body, noun: "setting", done: show });

  /** @param {boolean} wanted */
  function open(wanted) {
    panel.hidden = !wanted;
    byId("desk").dataset.search = wanted ? "open" : "closed";
    opener.setAttribute("aria-expanded", String(wanted));
    (wanted ? panel.querySelector("input") : opener)?.focus();
  }

  /** A cell names no min_samples: the plane of its map knows the best one. @param {number} perplexity @param {number} eps */
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

  /** @param {SearchResult} result */
  function show(result) {
    rows = result.results;
    byId("search-found").hidden = rows.length === 0;
    map.show(result);
    table.show(result.results, store.get().cohort?.n_images ?? 0, result.rank_by ?? "score");
    const without = byId("search-without");
    without.hidden = result.without_result.length === 0;
    without.textContent = `Without an admissible setting: perplexity ${formatRuns(result.without_result, grid().perplexity.step || 1)}.`;
    mark();
    void showParallel(result);
    const took = `${plural(result.n_settings, "setting")} in ${formatDuration(result.elapsed_ms)}.`;
    return rows.length > 0 ? took : `${took} None of them finds as many clusters as wanted: widen the ranges, or the number of clusters.`;
  }

  /** @param {SearchResult} result */
  async function showParallel({ results, rank_by = "score" }) {
    try {
      const { createParallel } = await import("../choosing/parallel.js");
      parallel ??= createParallel(tooltip, { filter, point: (row) => point(row, true), apply: (row) => applySetting(store, row) });
      parallel.show(results, rank_by, store.get().cohort?.n_images ?? 0);
      mark();
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
    parallel?.point(row);
  }

  const mark = () => {
    const { params } = store.get();
    const isApplied = (/** @type {SearchRow} */ row) => isSetting(row, params);
    table.mark(isApplied);
    map.mark(params);
    parallel?.mark(isApplied);
  };
  store.on(["params", "scheme"], mark);
  store.on(["cohort"], ({ cohort }) => {
    opener.disabled = cohort?.state !== "ready" || cohort.n_images < 2;
    byId("search-form").dispatchEvent(new Event("input"));
  });
  opener.addEventListener("click", () => open(opener.getAttribute("aria-expanded") !== "true"));
  byId("search-close").addEventListener("click", () => open(false));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  });
  return { body: () => ({ ...grid(), ...mapParameters(store.get().params) }), runnable, changed: (listener) => (tell = listener) };
}

/** @param {{perplexity: number, eps: number, min_samples: number}} row @param {Params} params */
function isSetting(row, params) {
  const sameMap = params.method === "tsne" && params.n_components === 2 && row.perplexity === params.perplexity;
  return sameMap && Math.abs(row.eps - params.eps) < 1e-9 && row.min_samples === params.min_samples;
}

/** The projection's parameters that a search keeps; its maps are 2-D t-SNE whatever is on the screen. @param {Params} params */
function mapParameters(params) {
  const query = projectionQuery({ ...params, method: "tsne", n_components: 2 });
  for (const key of ["perplexity", "method", "n_components"]) query.delete(key);
  return bodyOf(query);
}
