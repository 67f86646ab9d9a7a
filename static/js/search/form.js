/** The ranges of a search, as numpy.arange takes them. */

import { el, find } from "../dom.js";
import { count } from "../format.js";
import { NOTEBOOK_GRID, arangeCount, isRunnable } from "./grid.js";

/** @import {Range, SearchGrid} from "../types.js" */

const AXES = /** @type {const} */ (["perplexity", "eps", "min_samples"]);
const PARTS = /** @type {const} */ (["start", "stop", "step"]);

/** @param {(grid: SearchGrid, runnable: boolean) => void} onChange */
export function createSearchForm(onChange) {
  const head = ["", ...PARTS, "values"].map((text) => el("span", { class: `column${text === "" ? "" : " number"}` }, text === "stop" ? "stop, excluded" : text));
  const form = el(
    "div",
    { class: "search-form" },
    ...head,
    ...AXES.flatMap((axis) => [
      el("span", {}, axis),
      ...PARTS.map((part) => numberInput(`${axis}-${part}`, `${axis} ${part}`, NOTEBOOK_GRID[axis][part])),
      el("span", { class: "number", "data-count": axis }),
    ]),
    el("span", {}, "clusters"),
    numberInput("min_clusters", "fewest clusters", NOTEBOOK_GRID.min_clusters),
    numberInput("max_clusters", "most clusters", NOTEBOOK_GRID.max_clusters),
    el("span", { class: "column" }, "inclusive"),
    el("span", {}),
  );

  const changed = () => {
    const grid = readGrid(form);
    for (const axis of AXES) {
      const values = arangeCount(grid[axis]);
      find(form, `[data-count="${axis}"]`, HTMLElement).textContent = values ? count(values) : "none";
      for (const part of PARTS) find(form, `[name="${axis}-${part}"]`, HTMLInputElement).setAttribute("aria-invalid", String(values === 0));
    }
    onChange(grid, isRunnable(grid));
  };
  form.addEventListener("input", changed);
  return { element: form, read: () => readGrid(form), announce: changed };
}

/** @param {string} name @param {string} label @param {number} value */
function numberInput(name, label, value) {
  return el("input", { type: "text", inputmode: "decimal", autocomplete: "off", name, "aria-label": label, value });
}

/** @param {HTMLElement} form @returns {SearchGrid} */
function readGrid(form) {
  const number = (/** @type {string} */ name) => {
    const text = find(form, `[name="${name}"]`, HTMLInputElement).value.trim();
    return text === "" ? NaN : Number(text);
  };
  /** @returns {Range} */
  const range = (/** @type {string} */ axis) => ({ start: number(`${axis}-start`), stop: number(`${axis}-stop`), step: number(`${axis}-step`) });
  return { perplexity: range("perplexity"), eps: range("eps"), min_samples: range("min_samples"), min_clusters: number("min_clusters"), max_clusters: number("max_clusters") };
}
