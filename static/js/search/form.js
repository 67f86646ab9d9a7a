/**
 * The ranges of a search, as numpy.arange takes them. The template has those of every method, filled with its grid;
 * those of the methods on the screen are shown.
 */

import { byId, find } from "../dom.js";
import { count } from "../format.js";
import { arangeCount } from "./grid.js";

/** @import {AppStore, Params, Range, SearchAxis, SearchGrid} from "../types.js" */

/** @param {AppStore} store @param {() => void} onChange  of a range, or of the methods @returns {() => SearchGrid} */
export function bindSearchForm(store, onChange) {
  const form = byId("search-form");
  const groups = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll(".ranges"));
  form.addEventListener("input", () => {
    const { params } = store.get();
    const { ranges } = readGrid(form, params);
    byId("search-asked").hidden = Object.keys(ranges).length === 0;
    for (const group of groups) {
      group.hidden = !isOf(group, params);
      if (!group.hidden) showCounts(group, ranges);
    }
    onChange();
  });
  store.watch(["params"], ({ params }) => {
    if ([...groups].some((group) => group.hidden === isOf(group, params))) form.dispatchEvent(new Event("input"));
  });
  return () => readGrid(form, store.get().params);
}

/** Whether ranges are those of the methods on the screen. @param {HTMLElement} group @param {Params} params */
const isOf = ({ dataset }, { method, clustering }) => dataset.method === (dataset.part === "map" ? method : clustering);

/** @param {HTMLElement} group @param {SearchGrid["ranges"]} ranges */
function showCounts(group, ranges) {
  for (const [axis, range] of Object.entries(ranges)) {
    const node = group.querySelector(`[data-count="${axis}"]`);
    if (!node) continue;
    const values = arangeCount(range);
    node.textContent = values ? count(values) : "none";
    for (const input of group.querySelectorAll(`[name^="${axis}-"]`))
      input.setAttribute("aria-invalid", String(values === 0));
  }
}

/** @param {HTMLElement} form @param {Params} params @returns {SearchGrid} */
function readGrid(form, params) {
  const { method, clustering } = params;
  const number = (/** @type {string} */ name, /** @type {ParentNode} */ within = form) => {
    const text = find(within, `[name="${name}"]`, HTMLInputElement).value.trim();
    return text === "" ? NaN : Number(text);
  };
  const groups = /** @type {HTMLElement[]} */ ([...form.querySelectorAll(".ranges")]).filter((one) =>
    isOf(one, params),
  );
  /** @type {(group: HTMLElement) => [SearchAxis, Range][]} */
  const rangesOf = (group) =>
    [...group.querySelectorAll("[data-count]")].map((node) => {
      const axis = /** @type {SearchAxis} */ (node.getAttribute("data-count"));
      const end = (/** @type {string} */ name) => number(`${axis}-${name}`, group);
      return [axis, { start: end("start"), stop: end("stop"), step: end("step") }];
    });
  // Without an axis of the map there is no search.
  const searched = groups.some(({ dataset }) => dataset.part === "map") ? groups.flatMap(rangesOf) : [];
  return {
    method,
    clustering,
    axes: searched.map(([axis]) => axis),
    ranges: Object.fromEntries(searched),
    min_clusters: number("min_clusters"),
    max_clusters: number("max_clusters"),
  };
}
