/** The search: ranges, progress, and results that become the map at a click. */

import { messageOf } from "../api.js";
import { byId, el } from "../dom.js";
import { count, formatDuration, plural } from "../format.js";
import { bindRun } from "../jobs.js";
import { part } from "../parts.js";
import { bindSearchForm } from "./form.js";
import { isRunnable, searchBody, sentenceOf, settingsCount } from "./grid.js";

/** @import {CurrentGrid, Page, SearchGrid, SearchResult} from "../types.js" */

/** @param {Page} page @returns {CurrentGrid} */
export function bindSearch({ store, tooltip }) {
  const panel = byId("search");
  const opener = byId("search-open", HTMLButtonElement);
  /** @type {Promise<(result: SearchResult, grid: SearchGrid) => void> | null} */
  let found = null;
  /** What the search that runs was asked for. @type {SearchGrid | null} */
  let asked = null;
  let tell = () => {};
  const runnable = () => isRunnable(grid()) && store.get().cohort?.state === "ready";
  const grid = bindSearchForm(store, () => {
    const now = grid();
    const settings = now.axes.length > 0 && el("span", { class: "roomy" }, ` ${count(settingsCount(now))} settings`);
    opener.replaceChildren("Search", settings || "");
    byId("search-say").textContent = sentenceOf(now);
    run.allow(runnable());
    tell();
  });
  const body = () => {
    asked = grid();
    return { ...searchBody(asked, store.get().params), rank_by: byId("rank_by", HTMLSelectElement).value };
  };
  const run = bindRun(byId("search-run"), { path: "/api/search", body, noun: "setting", done: show });

  /** @param {boolean} wanted */
  function open(wanted) {
    panel.hidden = !wanted;
    // One place beneath the map.
    if (wanted) store.set({ drawer: "closed" });
    opener.setAttribute("aria-expanded", String(wanted));
    const first = [...panel.querySelectorAll("input")].find((input) => input.checkVisibility());
    (wanted ? (first ?? byId("search-close")) : opener).focus();
  }

  /** @param {SearchResult} result */
  function show(result) {
    found ??= part(import("./found.js")).then(({ bindFound }) => bindFound(store, tooltip));
    const of = asked ?? grid();
    found.then((fill) => fill(result, of)).catch((error) => store.set({ trouble: messageOf(error) }));
    const took = `${plural(result.n_settings, "setting")} in ${formatDuration(result.elapsed_ms)}.`;
    return result.results.length > 0
      ? took
      : `${took} None of them finds as many clusters as wanted: widen the ranges, or the number of clusters.`;
  }

  store.watch(["cohort"], ({ cohort }) => {
    opener.disabled = cohort?.state !== "ready" || cohort.n_images < 2;
    byId("search-form").dispatchEvent(new Event("input"));
  });
  store.watch(["drawer"], ({ drawer }) => {
    if (drawer === "closed" || panel.hidden) return;
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  });
  opener.addEventListener("click", () => open(opener.getAttribute("aria-expanded") !== "true"));
  byId("search-close").addEventListener("click", () => open(false));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  });
  return {
    grid,
    body: () => searchBody(grid(), store.get().params),
    runnable,
    changed: (listener) => (tell = listener),
  };
}
