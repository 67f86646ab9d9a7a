/** The search: ranges, progress, and results that become the map at a click. */

import { messageOf } from "../api.js";
import { byId, el } from "../dom.js";
import { count, formatDuration, plural } from "../format.js";
import { bindRun } from "../jobs.js";
import { part } from "../parts.js";
import { bodyOf, projectionQuery } from "../url.js";
import { bindSearchForm } from "./form.js";
import { isRunnable, settingsCount } from "./grid.js";

/** @import {CurrentGrid, Page, Params, SearchResult} from "../types.js" */

/** @param {Page} page @returns {CurrentGrid} */
export function bindSearch({ store, tooltip }) {
  const panel = byId("search");
  const opener = byId("search-open", HTMLButtonElement);
  /** @type {Promise<(result: SearchResult) => void> | null} */
  let found = null;
  let tell = () => {};
  const runnable = () => isRunnable(grid()) && store.get().cohort?.state === "ready";
  const grid = bindSearchForm(() => {
    opener.replaceChildren("Search", el("span", { class: "roomy" }, ` ${count(settingsCount(grid()))} settings`));
    run.allow(runnable());
    tell();
  });
  const body = () => ({
    ...grid(),
    ...mapParameters(store.get().params),
    rank_by: byId("rank_by", HTMLSelectElement).value,
  });
  const run = bindRun(byId("search-run"), { path: "/api/search", body, noun: "setting", done: show });

  /** @param {boolean} wanted */
  function open(wanted) {
    panel.hidden = !wanted;
    byId("desk").dataset.search = wanted ? "open" : "closed";
    opener.setAttribute("aria-expanded", String(wanted));
    (wanted ? panel.querySelector("input") : opener)?.focus();
  }

  /** @param {SearchResult} result */
  function show(result) {
    found ??= part(import("./found.js")).then(({ bindFound }) => bindFound(store, tooltip, grid));
    found.then((fill) => fill(result)).catch((error) => store.set({ trouble: messageOf(error) }));
    const took = `${plural(result.n_settings, "setting")} in ${formatDuration(result.elapsed_ms)}.`;
    return result.results.length > 0
      ? took
      : `${took} None of them finds as many clusters as wanted: widen the ranges, or the number of clusters.`;
  }

  store.watch(["cohort"], ({ cohort }) => {
    opener.disabled = cohort?.state !== "ready" || cohort.n_images < 2;
    byId("search-form").dispatchEvent(new Event("input"));
  });
  opener.addEventListener("click", () => open(opener.getAttribute("aria-expanded") !== "true"));
  byId("search-close").addEventListener("click", () => open(false));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  });
  return {
    body: () => ({ ...grid(), ...mapParameters(store.get().params) }),
    runnable,
    changed: (listener) => (tell = listener),
  };
}

/**
 * The projection's parameters that a search keeps; its maps are 2-D t-SNE whatever is on the screen.
 * @param {Params} params
 */
function mapParameters(params) {
  const query = projectionQuery({ ...params, method: "tsne", n_components: 2 });
  for (const key of ["perplexity", "method", "n_components"]) query.delete(key);
  return bodyOf(query);
}
