/**
 * The axis of the maps × the first of the clusters, such as perplexity × eps: the best admissible setting of each pair,
 * over all values of the second. It is drawn from the first to the last value that has one: the rest would be empty.
 */

import { byId, el, find } from "../dom.js";
import { createHeatCanvas } from "../heat/canvas.js";
import { foundPart, placeOn, strength, tickPlaces } from "../heat/layout.js";
import { token } from "../theme.js";
import { MEASURES, placeText, valueText } from "./grid.js";

/** @import {HeatPicture, Params, Place, SearchAxis, SearchResult, SearchRow} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip/panel.js" */

/**
 * The part of a result that is drawn.
 * @typedef {{columns: number[], rows: number[], score: (number | null)[][]}} Part
 */

/** Numbers at the axes, at most: they have to be read. */
const MOST_ACROSS = 7;
const MOST_UP = 8;

/** @param {Tooltip} tooltip @param {(along: number, first: number) => void} apply  told of the values */
export function createSearchMap(tooltip, apply) {
  /** @type {{result: SearchResult, part: Part} | null} */
  let shown = null;
  /** @type {Params | null} */
  let params = null;
  /** @type {((along: number) => boolean)} */
  let isKept = () => true;
  const canvas = byId("search-map", HTMLCanvasElement);
  const box = /** @type {HTMLElement} */ (canvas.parentElement);
  const heat = createHeatCanvas(canvas, {
    enter: (column, row, event) => {
      if (shown) tooltip.at(event, sentence(shown.result, shown.part, column, row));
    },
    leave: () => tooltip.hide(),
    pick: (column, row) => {
      if (shown) apply(shown.part.columns[column], shown.part.rows[row]);
    },
  });
  const draw = () => {
    if (shown) heat.show(picture(shown.result, shown.part, params, isKept));
  };
  return {
    /** @param {SearchResult} next */
    show(next) {
      const part = partOf(next);
      shown = part && { result: next, part };
      box.hidden = !part;
      if (!part) return;
      const [along, first] = next.axes;
      const best = `The best setting for every ${along} and ${first}; the table holds the best of each ${along}`;
      canvas.setAttribute("aria-label", best);
      find(box, ".search-x").replaceChildren(...ticks(along, part.columns, MOST_ACROSS, "left"), el("b", {}, along));
      find(box, ".search-y").replaceChildren(...ticks(first, part.rows, MOST_UP, "bottom"), el("b", {}, first));
      byId("search-axis").replaceChildren(...legend(next, part));
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
      if (shown) heat.point(row && placeOf(shown.result, shown.part, row));
    },
  };
}

/** @param {SearchResult} result @returns {Part | null} */
function partOf({ heat_map, axes }) {
  const found = foundPart(heat_map.score);
  if (!found) return null;
  const [along, first] = [heat_map[axes[0]] ?? [], heat_map[axes[1]] ?? []];
  const { columns, rows } = found;
  return {
    columns: along.slice(columns[0], columns[1] + 1),
    rows: first.slice(rows[0], rows[1] + 1),
    score: heat_map.score.slice(columns[0], columns[1] + 1).map((column) => column.slice(rows[0], rows[1] + 1)),
  };
}

/**
 * Numbers in the middle of their cells.
 * @param {SearchAxis} axis @param {readonly number[]} values @param {number} most @param {"left" | "bottom"} side
 */
const ticks = (axis, values, most, side) =>
  tickPlaces(values, most).map((place) => {
    const node = el("span", {}, valueText(axis, values[place]));
    node.style[side] = `${(100 * (place + 0.5)) / values.length}%`;
    return node;
  });

/** What the colour says, in numbers, and what was not drawn. @param {SearchResult} result @param {Part} part */
function legend(result, part) {
  const { name, lowerIsBetter } = measureOf(result);
  const [best, worst] = endsOf(result, part);
  const { heat_map, axes } = result;
  const left = axes.slice(0, 2).flatMap((axis, i) => {
    const [all, drawn] = [heat_map[axis] ?? [], i === 0 ? part.columns : part.rows];
    if (all.length === drawn.length) return [];
    return [`${axis} from ${valueText(axis, drawn[0])} to ${valueText(axis, drawn.at(-1))} alone`];
  });
  return [
    el("span", {}, `stronger blue: ${lowerIsBetter ? "lower" : "higher"} ${name}`),
    el("span", { class: "search-ramp" }, number(worst), el("i", { "aria-hidden": "true" }), number(best)),
    ...(left.length > 0 ? [el("span", { class: "search-left" }, `Admissible: ${left.join(", ")}.`)] : []),
  ];
}

/** @param {number} value */
const number = (value) => String(Number(value.toPrecision(3)));

/**
 * The best and the worst of what is drawn.
 * @param {SearchResult} result @param {Part} part @returns {[number, number]}
 */
function endsOf(result, { score }) {
  const scores = score.flat().filter((value) => value !== null);
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  return measureOf(result).lowerIsBetter ? [least, most] : [most, least];
}

/** @param {SearchResult} result @param {Part} part @param {Readonly<Record<string, any>>} setting @returns {Place} */
const placeOf = ({ axes }, { columns, rows }, setting) => ({
  column: placeOn(columns, setting[axes[0]]),
  row: placeOn(rows, setting[axes[1]]),
});

/** @param {SearchResult} result */
const measureOf = (result) => MEASURES[result.rank_by ?? "score"];

/** @param {SearchResult} result @param {Part} part @param {number} column @param {number} row */
function sentence(result, { columns, rows, score }, column, row) {
  const [along, first] = result.axes;
  const best = score[column][row];
  const says =
    best === null ? "no admissible setting" : `best ${measureOf(result).name} ${Number(best.toPrecision(4))}`;
  return `${placeText([along, first], { [along]: columns[column], [first]: rows[row] })}\n${says}`;
}

/**
 * @param {SearchResult} result @param {Part} part @param {Params | null} params
 * @param {(along: number) => boolean} isKept @returns {HeatPicture}
 */
function picture(result, part, params, isKept) {
  const { columns, rows, score } = part;
  const [best, worst] = endsOf(result, part);
  const [sought, pale] = [token("--accent"), token("--line")];
  const isWithin = (/** @type {readonly number[]} */ values, /** @type {number} */ value) =>
    value >= values[0] - 1e-9 && value <= values[values.length - 1] + 1e-9;
  const inside =
    params &&
    params.method === result.method &&
    params.clustering === result.clustering &&
    isWithin(columns, params[result.axes[0]]) &&
    isWithin(rows, params[result.axes[1]]);
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
    marked: inside ? placeOf(result, part, params) : null,
    ink: token("--ink"),
    halo: token("--panel"),
  };
}
