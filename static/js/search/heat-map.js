/** perplexity × eps: the best admissible setting of each pair, over all min_samples. */

import { byId, el } from "../dom.js";
import { formatEps } from "../format.js";
import { createHeatCanvas } from "../heat/canvas.js";
import { placeOn, strength } from "../heat/layout.js";
import { token } from "../theme.js";
import { MEASURES } from "./grid.js";

/** @import {HeatPicture, Params, SearchResult, SearchRow} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip/panel.js" */

/** @param {Tooltip} tooltip @param {(perplexity: number, eps: number) => void} apply */
export function createSearchMap(tooltip, apply) {
  /** @type {SearchResult | null} */
  let result = null;
  /** @type {Params | null} */
  let params = null;
  /** @type {((perplexity: number) => boolean)} */
  let isKept = () => true;
  const heat = createHeatCanvas(byId("search-map", HTMLCanvasElement), {
    enter: (column, row, event) => {
      if (result) tooltip.at(event, sentence(result, column, row));
    },
    leave: () => tooltip.hide(),
    pick: (column, row) => {
      if (result) apply(result.heat_map.perplexity[column], result.heat_map.eps[row]);
    },
  });
  const draw = () => {
    if (result) heat.show(picture(result, params, isKept));
  };
  return {
    /** @param {SearchResult} next */
    show(next) {
      result = next;
      const { perplexity } = next.heat_map;
      const { name, lowerIsBetter } = measureOf(next);
      const ends = [
        perplexity[0],
        `perplexity → · eps ↑ · stronger blue: ${lowerIsBetter ? "lower" : "higher"} ${name}`,
        perplexity.at(-1),
      ];
      byId("search-axis").replaceChildren(...ends.map((text) => el("span", {}, String(text ?? ""))));
      draw();
    },
    /** @param {Params} next */
    mark(next) {
      params = next;
      draw();
    },
    /** Pales what is not kept. @param {(perplexity: number) => boolean} test */
    filter(test) {
      isKept = test;
      draw();
    },
    /** @param {SearchRow | null} row */
    point(row) {
      const { perplexity, eps } = result?.heat_map ?? { perplexity: [], eps: [] };
      heat.point(row && { column: placeOn(perplexity, row.perplexity), row: placeOn(eps, row.eps) });
    },
  };
}

/** @param {SearchResult} result */
const measureOf = (result) => MEASURES[result.rank_by ?? "score"];

/** @param {SearchResult} result @param {number} column @param {number} row */
function sentence(result, column, row) {
  const { perplexity, eps, score } = result.heat_map;
  const best = score[column][row];
  const says =
    best === null ? "no admissible setting" : `best ${measureOf(result).name} ${Number(best.toPrecision(4))}`;
  return `perplexity ${perplexity[column]} · eps ${formatEps(eps[row])}\n${says}`;
}

/**
 * @param {SearchResult} result @param {Params | null} params @param {(perplexity: number) => boolean} isKept
 * @returns {HeatPicture}
 */
function picture(result, params, isKept) {
  const { perplexity, eps, score } = result.heat_map;
  const scores = score.flat().filter((value) => value !== null);
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const [best, worst] = measureOf(result).lowerIsBetter ? [least, most] : [most, least];
  const [sought, pale] = [token("--accent"), token("--line")];
  const inside =
    params &&
    params.method === "tsne" &&
    params.perplexity >= perplexity[0] &&
    params.perplexity <= perplexity[perplexity.length - 1];
  return {
    columns: perplexity.length,
    rows: eps.length,
    cell: (column, row) => {
      const value = score[column][row];
      const opacity = isKept(perplexity[column]) ? 1 : 0.2;
      return value === null
        ? { colour: pale, opacity: 0.5 * opacity }
        : { colour: sought, opacity: strength(value, best, worst) * opacity };
    },
    marked: inside ? { column: placeOn(perplexity, params.perplexity), row: placeOn(eps, params.eps) } : null,
    ink: token("--ink"),
    halo: token("--panel"),
  };
}
