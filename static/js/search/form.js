/** The ranges of a search, as numpy.arange takes them. The template has the fields, filled with the notebook's grid. */

import { byId, find } from "../dom.js";
import { count } from "../format.js";
import { arangeCount } from "./grid.js";

/** @import {Range, SearchGrid} from "../types.js" */

const AXES = /** @type {const} */ (["perplexity", "eps", "min_samples"]);

/** @param {() => void} onChange @returns {() => SearchGrid} */
export function bindSearchForm(onChange) {
  const form = byId("search-form");
  form.addEventListener("input", () => {
    const grid = readGrid(form);
    for (const axis of AXES) {
      const values = arangeCount(grid[axis]);
      find(form, `[data-count="${axis}"]`).textContent = values ? count(values) : "none";
      for (const input of form.querySelectorAll(`[name^="${axis}-"]`))
        input.setAttribute("aria-invalid", String(values === 0));
    }
    onChange();
  });
  return () => readGrid(form);
}

/** @param {HTMLElement} form @returns {SearchGrid} */
function readGrid(form) {
  const number = (/** @type {string} */ name) => {
    const text = find(form, `[name="${name}"]`, HTMLInputElement).value.trim();
    return text === "" ? NaN : Number(text);
  };
  /** @returns {Range} */
  const range = (/** @type {string} */ axis) => ({
    start: number(`${axis}-start`),
    stop: number(`${axis}-stop`),
    step: number(`${axis}-step`),
  });
  return {
    perplexity: range("perplexity"),
    eps: range("eps"),
    min_samples: range("min_samples"),
    min_clusters: number("min_clusters"),
    max_clusters: number("max_clusters"),
  };
}
