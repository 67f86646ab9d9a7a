/** The search: ranges, progress, and results that become the map at a click. */

import { cancelJob, followJob, getPlane, startSearch } from "../api.js";
import { byId, el } from "../dom.js";
import { count, formatDuration, formatRuns, plural } from "../format.js";
import { projectionQuery } from "../url.js";
import { createSearchForm } from "./form.js";
import { bestAtEps, settingsCount } from "./grid.js";
import { createSearchMap } from "./heat-map.js";
import { createResultTable } from "./table.js";

/** @import {AppState, Job, Params, SearchGrid, SearchResult} from "../types.js" */
/** @import {Store} from "../store.js" */
/** @import {Tooltip} from "../panels/tooltip.js" */

const SAY =
  "DBSCAN on the 2-D t-SNE map of every perplexity; the best score of each is kept, lower is better. The best of so many looks good even where there are no clusters: look at the images before believing it.";

/** @param {Store<AppState>} store @param {Tooltip} tooltip */
export function bindSearch(store, tooltip) {
  const panel = byId("search", HTMLElement);
  const opener = byId("search-open", HTMLButtonElement);
  const run = createRun(store);
  const table = createResultTable(apply);
  const map = createSearchMap(tooltip, applyCell);
  const without = el("p", { class: "search-say", hidden: true });
  const results = el("div", { class: "search-body", hidden: true }, map.element, without, table.element);
  const form = createSearchForm((grid, runnable) => {
    const label = `Search ${count(settingsCount(grid))} settings`;
    opener.textContent = label;
    run.offer(grid, runnable);
  });
  panel.append(
    el("header", { class: "search-head" }, el("h2", {}, "Search for settings"), el("button", { type: "button", class: "button", "aria-label": "Close the search", onclick: () => open(false) }, "✕")),
    el("div", { class: "search-body search-top" }, el("p", { class: "search-say" }, SAY), form.element, run.element),
    results,
  );
  form.announce();

  /** @param {boolean} wanted */
  function open(wanted) {
    panel.hidden = !wanted;
    byId("desk", HTMLElement).dataset.search = wanted ? "open" : "closed";
    opener.setAttribute("aria-expanded", String(wanted));
    (wanted ? panel.querySelector("input") : opener)?.focus();
  }

  /** @param {{perplexity: number, eps: number, min_samples: number}} row  with the exact numbers of the search */
  function apply({ perplexity, eps, min_samples }) {
    store.set({ params: { ...store.get().params, method: "tsne", n_components: 2, perplexity, eps, min_samples } });
  }

  /** A cell names no min_samples: the plane of its map knows the best one. @param {number} perplexity @param {number} eps */
  async function applyCell(perplexity, eps) {
    const { min_clusters, max_clusters } = form.read();
    const query = projectionQuery({ ...store.get().params, method: "tsne", n_components: 2, perplexity });
    try {
      const plane = await getPlane(query, new AbortController().signal);
      const best = bestAtEps(plane, eps, min_clusters, max_clusters);
      apply({ perplexity, eps, min_samples: best?.min_samples ?? store.get().params.min_samples });
    } catch (error) {
      store.set({ trouble: error instanceof Error ? error.message : String(error) });
    }
  }

  run.onResult((result) => {
    results.hidden = false;
    map.show(result);
    table.show(result.results, store.get().cohort?.n_images ?? 0);
    without.hidden = result.without_result.length === 0;
    without.textContent = `Without an admissible setting: perplexity ${formatRuns(result.without_result, form.read().perplexity.step || 1)}.`;
    mark();
  });

  const mark = () => {
    const { params } = store.get();
    table.mark((row) => isSetting(row, params));
    map.mark(params);
  };
  store.on(["params", "scheme"], mark);
  store.on(["cohort"], ({ cohort }) => {
    opener.disabled = cohort?.state !== "ready" || cohort.n_images < 2;
  });
  opener.addEventListener("click", () => open(opener.getAttribute("aria-expanded") !== "true"));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  });
}

/** @param {{perplexity: number, eps: number, min_samples: number}} row @param {Params} params */
function isSetting(row, params) {
  const sameMap = params.method === "tsne" && params.n_components === 2 && row.perplexity === params.perplexity;
  return sameMap && Math.abs(row.eps - params.eps) < 1e-9 && row.min_samples === params.min_samples;
}

/** The job: one button that starts and cancels, a bar, and a line that says how it goes. @param {Store<AppState>} store */
function createRun(store) {
  const button = el("button", { type: "button", class: "button primary", id: "search-start" }, "Start");
  const progress = el("progress", { hidden: true, "aria-label": "Search" });
  const status = el("p", { class: "search-status", id: "search-status", role: "status" });
  /** @type {SearchGrid | null} */
  let grid = null;
  /** @type {string | null} */
  let jobId = null;
  /** @type {(result: SearchResult) => void} */
  let deliver = () => {};

  /** @param {string | null} id */
  function running(id) {
    jobId = id;
    button.textContent = id === null ? "Start" : "Cancel";
    button.classList.toggle("primary", id === null);
    progress.hidden = id === null;
  }

  /** @param {Job} job */
  function take(job) {
    progress.max = Math.max(1, job.total);
    progress.value = job.done;
    status.textContent = describe(job);
    if (job.state === "running" || job.state === "queued") return;
    running(null);
    if (job.state === "done" && job.result) deliver(job.result);
  }

  button.addEventListener("click", async () => {
    if (jobId !== null) return cancelJob(jobId);
    if (!grid) return;
    status.textContent = "";
    try {
      const { id } = await startSearch({ ...grid, ...mapParameters(store.get().params) });
      running(id);
      progress.removeAttribute("value");
      followJob(id, take);
    } catch (error) {
      status.textContent = error instanceof Error ? error.message : String(error);
    }
  });

  return {
    element: el("div", { class: "search-run" }, button, progress, status),
    /** @param {SearchGrid} next @param {boolean} runnable */
    offer(next, runnable) {
      grid = next;
      button.disabled = jobId === null && !runnable;
    },
    /** @param {(result: SearchResult) => void} listener */
    onResult(listener) {
      deliver = listener;
    },
  };
}

/** The projection's parameters that a search keeps; its maps are 2-D t-SNE whatever is on the screen. @param {Params} params */
function mapParameters(params) {
  const query = projectionQuery({ ...params, method: "tsne", n_components: 2 });
  for (const key of ["perplexity", "method", "n_components"]) query.delete(key);
  const numbers = ["max_iter", "random_state", "learning_rate", "early_exaggeration"];
  return Object.fromEntries([...query].map(([key, value]) => [key, numbers.includes(key) ? Number(value) : value]));
}

/** @param {Job} job */
export function describe(job) {
  const told = typeof job.error === "string" ? job.error : job.error?.message;
  if (job.state === "failed") return told ?? "The search failed; the terminal says why.";
  if (job.state === "cancelled") return `Cancelled after ${count(job.done)} of ${plural(job.total, "setting")}.`;
  if (job.state === "done") return `${plural(job.result?.n_settings ?? job.total, "setting")} in ${formatDuration(job.result?.elapsed_ms ?? 0)}.`;
  const left = job.eta_ms === null ? "" : ` · ${formatDuration(job.eta_ms)} left`;
  return `${count(job.done)} of ${count(job.total)}${left}`;
}
