/**
 * The axis of the maps × the first of the clusters, such as perplexity × eps: the best admissible setting of each pair,
 * over all values of the second.
 */

import { byId, el } from "../dom.js";
import { createHeatCanvas } from "../heat/canvas.js";
import { placeOn, strength } from "../heat/layout.js";
import { token } from "../theme.js";
import { MEASURES, placeText } from "./grid.js";

/** @import {HeatPicture, Params, Place, SearchResult, SearchRow} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip/panel.js" */

/** @param {Tooltip} tooltip @param {(along: number, first: number) => void} apply  told of the values */
export function createSearchMap(tooltip, apply) {
  /** @type {SearchResult | null} */
  let result = null;
  /** @type {Params | null} */
  let params = null;
  /** @type {((along: number) => boolean)} */
  let isKept = () => true;
  const canvas = byId("search-map", HTMLCanvasElement);
  const heat = createHeatCanvas(canvas, {
    enter: (column, row, event) => {
      if (result) tooltip.at(event, sentence(result, column, row));
    },
    leave: () => tooltip.hide(),
    pick: (column, row) => {
      if (result) apply(columnsOf(result)[column], rowsOf(result)[row]);
    },
  });
  const draw = () => {
    if (result) heat.show(picture(result, params, isKept));
  };
  return {
    /** @param {SearchResult} next */
    show(next) {
      result = next;
      const columns = columnsOf(next);
      const [along, first] = next.axes;
      const { name, lowerIsBetter } = measureOf(next);
      const ends = [
        columns[0],
        `${along} → · ${first} ↑ · stronger blue: ${lowerIsBetter ? "lower" : "higher"} ${name}`,
        columns.at(-1),
      ];
      const best = `The best setting for every ${along} and ${first}; the table below holds the best of each ${along}`;
      canvas.setAttribute("aria-label", best);
      byId("search-axis").replaceChildren(...ends.map((text) => el("span", {}, String(text ?? ""))));
      draw();
    },
    /** @param {Params} next */
    mark(next) {
      params = next;
      draw();
    },
    /** Pales what is not kept. @param {(along: number) => boolean} test */
    filter(test) {
      isKept = test;
      draw();
    },
    /** @param {SearchRow | null} row */
    point(row) {
      if (result) heat.point(row && placeOf(result, row));
    },
  };
}

/** The values along the maps. @param {SearchResult} result @returns {number[]} */
const columnsOf = ({ heat_map, axes }) => heat_map[axes[0]] ?? [];

/** The values of the clusters' first axis. @param {SearchResult} result @returns {number[]} */
const rowsOf = ({ heat_map, axes }) => heat_map[axes[1]] ?? [];

/** @param {SearchResult} result @param {Readonly<Record<string, any>>} setting @returns {Place} */
const placeOf = (result, setting) => ({
  column: placeOn(columnsOf(result), setting[result.axes[0]]),
  row: placeOn(rowsOf(result), setting[result.axes[1]]),
});

/** @param {SearchResult} result */
const measureOf = (result) => MEASURES[result.rank_by ?? "score"];

/** @param {SearchResult} result @param {number} column @param {number} row */
function sentence(result, column, row) {
  const [along, first] = result.axes;
  const best = result.heat_map.score[column][row];
  const says =
    best === null ? "no admissible setting" : `best ${measureOf(result).name} ${Number(best.toPrecision(4))}`;
  const at = { [along]: columnsOf(result)[column], [first]: rowsOf(result)[row] };
  return `${placeText([along, first], at)}\n${says}`;
}

/**
 * @param {SearchResult} result @param {Params | null} params @param {(along: number) => boolean} isKept
 * @returns {HeatPicture}
 */
function picture(result, params, isKept) {
  const [columns, rows] = [columnsOf(result), rowsOf(result)];
  const { score } = result.heat_map;
  const scores = score.flat().filter((value) => value !== null);
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const [best, worst] = measureOf(result).lowerIsBetter ? [least, most] : [most, least];
  const [sought, pale] = [token("--accent"), token("--line")];
  const along = params?.[result.axes[0]];
  const inside =
    params &&
    params.method === result.method &&
    params.clustering === result.clustering &&
    along >= columns[0] &&
    along <= columns[columns.length - 1];
  return {
    columns: columns.length,
    rows: rows.length,
    cell: (column, row) => {
      const value = score[column][row];
      const opacity = isKept(columns[column]) ? 1 : 0.2;
      return value === null
        ? { colour: pale, opacity: 0.5 * opacity }
        : { colour: sought, opacity: strength(value, best, worst) * opacity };
    },
    marked: inside ? placeOf(result, params) : null,
    ink: token("--ink"),
    halo: token("--panel"),
  };
}
