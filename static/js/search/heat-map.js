/** perplexity × eps: the best admissible score of each pair, over all min_samples. */

import { el } from "../dom.js";
import { formatEps } from "../format.js";
import { createHeatCanvas } from "../panels/heat-canvas.js";
import { placeOn, strength } from "../panels/heat-layout.js";
import { token } from "../theme.js";

/** @import {Params, SearchResult} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip.js" */

/** @param {Tooltip} tooltip @param {(perplexity: number, eps: number) => void} apply */
export function createSearchMap(tooltip, apply) {
  const canvas = el("canvas", { id: "search-map", role: "img", "aria-label": "Best score for every perplexity and eps; the table below holds the best of each perplexity" });
  const axis = el("p", { class: "search-axis" });
  /** @type {SearchResult | null} */
  let result = null;
  /** @type {Params | null} */
  let params = null;
  const heat = createHeatCanvas(canvas, {
    enter: (column, row, event) => {
      if (result) tooltip.show({ left: event.clientX + 10, right: event.clientX, top: event.clientY, bottom: event.clientY }, sentence(result, column, row));
    },
    leave: () => tooltip.hide(),
    pick: (column, row) => {
      if (result) apply(result.heat_map.perplexity[column], result.heat_map.eps[row]);
    },
  });
  const draw = () => {
    if (result) heat.show(picture(result, params));
  };
  return {
    element: el("div", { class: "search-map" }, canvas, axis),
    /** @param {SearchResult} next */
    show(next) {
      result = next;
      const { perplexity } = next.heat_map;
      axis.replaceChildren(...[perplexity[0], "perplexity → · eps ↑ · stronger blue: lower score", perplexity[perplexity.length - 1]].map((text) => el("span", {}, String(text ?? ""))));
      draw();
    },
    /** @param {Params} next */
    mark(next) {
      params = next;
      draw();
    },
  };
}

/** @param {SearchResult} result @param {number} column @param {number} row */
function sentence(result, column, row) {
  const { perplexity, eps, score } = result.heat_map;
  const best = score[column][row];
  return `perplexity ${perplexity[column]} · eps ${formatEps(eps[row])}\n${best === null ? "no admissible setting" : `best score ${best}`}`;
}

/** @param {SearchResult} result @param {Params | null} params @returns {import("../panels/heat-canvas.js").HeatPicture} */
function picture(result, params) {
  const { perplexity, eps, score } = result.heat_map;
  const scores = score.flat().filter((value) => value !== null);
  const best = scores.reduce((low, value) => Math.min(low, value), Infinity);
  const worst = scores.reduce((high, value) => Math.max(high, value), -Infinity);
  const [sought, pale] = [token("--accent"), token("--line")];
  const inside = params && params.method === "tsne" && params.perplexity >= perplexity[0] && params.perplexity <= perplexity[perplexity.length - 1];
  return {
    columns: perplexity.length,
    rows: eps.length,
    cell: (column, row) => {
      const value = score[column][row];
      return value === null ? { colour: pale, opacity: 0.5 } : { colour: sought, opacity: strength(value, best, worst) };
    },
    marked: inside ? { column: placeOn(perplexity, params.perplexity), row: placeOn(eps, params.eps) } : null,
    ink: token("--ink"),
    halo: token("--panel"),
  };
}
