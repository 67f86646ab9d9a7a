/**
 * The best setting of every map as lines over parallel axes, the better third of them stronger. A range drawn
 * on an axis keeps the rows within it, here and wherever else the rows are shown. Loaded with the first results.
 */

import { onClick } from "../clicks.js";
import { trustworthyPerplexity } from "../controls/slider-maths.js";
import { byId, el, find } from "../dom.js";
import { describe } from "../panels/plane/panel.js";
import { shortName } from "../search/grid.js";
import { axesOf, nextValue, passes, pathOf, rowAt, valueAt, yOf } from "./parallel-layout.js";

/** @import {Axis, Brushes, SearchResult, SearchRow, SortKey} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip/panel.js" */

/** How near a line has to be pointed at, in pixels; a hand that moves less than this on an axis has clicked. */
const REACH = 9;
const CLICK = 3;

/**
 * @param {Tooltip} tooltip
 * @param {{filter: (keeps: (row: SearchRow) => boolean) => void, point: (row: SearchRow | null) => void,
 *   apply: (row: SearchRow) => void}} events
 */
export function createParallel(tooltip, { filter, point, apply }) {
  const box = byId("parallel");
  const clear = byId("parallel-clear");
  /** Best first. @type {readonly SearchRow[]} */
  let rows = [];
  /** @type {readonly SearchRow[]} */
  let kept = [];
  /** @type {Axis[]} */
  let axes = [];
  /** What the search went along. @type {SearchResult["axes"] | null} */
  let along = null;
  /** @type {Brushes} */
  const brushes = new Map();

  /** @param {string} name @param {readonly SearchRow[]} wanted */
  const trace = (name, wanted) => find(box, `.${name}`, SVGPathElement).setAttribute("d", pathOf(axes, wanted));

  /** @param {SortKey} [key]  none for all of them @param {readonly [number, number]} [range]  none for no range */
  function brush(key, range) {
    if (key && range) brushes.set(key, range);
    else if (key) brushes.delete(key);
    else brushes.clear();
    kept = rows.filter((row) => passes(row, brushes));
    const within = new Set(kept);
    const better = new Set(rows.slice(0, Math.ceil(rows.length / 3)));
    trace(
      "out",
      rows.filter((row) => !within.has(row)),
    );
    trace(
      "kept",
      kept.filter((row) => !better.has(row)),
    );
    trace(
      "better",
      kept.filter((row) => better.has(row)),
    );
    clear.hidden = brushes.size === 0;
    byId("parallel-kept").textContent = clear.hidden ? "" : `${kept.length} of ${rows.length}`;
    axes.forEach(showRange);
    filter((row) => within.has(row));
  }

  /** @param {Axis} axis */
  const rangeOf = ({ key, values }) => brushes.get(key) ?? [values[0], values[values.length - 1]];

  /** @param {Axis} axis */
  function showRange(axis) {
    const node = find(box, `[data-key="${axis.key}"]`);
    const [low, high] = rangeOf(axis);
    const mark = find(node, ".brush");
    mark.hidden = !brushes.has(axis.key);
    mark.style.top = `${100 * yOf(axis, high)}%`;
    mark.style.bottom = `${100 - 100 * yOf(axis, low)}%`;
    node.setAttribute("aria-valuenow", String(high));
    node.setAttribute("aria-valuetext", `${short(low)} to ${short(high)}: ${kept.length} of ${rows.length} settings`);
  }

  /** @param {Axis} axis @param {number} i @param {number} untrusted  share of it, from its top */
  function axisNode(axis, i, untrusted) {
    const [low, high] = rangeOf(axis);
    const name = axis.key.replace(/^n_/, "");
    const node = el(
      "div",
      {
        class: "axis",
        "data-key": axis.key,
        role: "slider",
        tabindex: 0,
        "aria-label": `range of ${name}`,
        "aria-orientation": "vertical",
        "aria-valuemin": low,
        "aria-valuemax": high,
        "aria-describedby": "parallel-help",
      },
      el("b", { title: name }, shortName(name)),
      el("i", {}, short(high)),
      el("span", { class: "hatched" }),
      el("span", { class: "brush" }),
      el("i", {}, short(low)),
    );
    node.style.left = `${(100 * i) / (axes.length - 1)}%`;
    node.style.setProperty("--untrusted", `${100 * untrusted}%`);
    bindAxis(node, axis);
    return node;
  }

  /** @param {HTMLElement} node @param {Axis} axis */
  function bindAxis(node, axis) {
    let from = 0;
    node.addEventListener("pointerdown", (event) => {
      node.setPointerCapture(event.pointerId);
      from = event.clientY;
      brush(axis.key);
    });
    node.addEventListener("pointermove", ({ pointerId, clientY }) => {
      if (!node.hasPointerCapture(pointerId) || Math.abs(clientY - from) < CLICK) return;
      const { top, height } = node.getBoundingClientRect();
      const [low, high] = [Math.max(from, clientY), Math.min(from, clientY)].map((y) =>
        valueAt(axis, (y - top) / height),
      );
      brush(axis.key, [low, high]);
    });
    node.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
      const [low, high] = rangeOf(axis);
      if (step && event.shiftKey) brush(axis.key, [Math.min(high, nextValue(axis, low, step)), high]);
      else if (step) brush(axis.key, [low, Math.max(low, nextValue(axis, high, step))]);
      else if (event.key === "Delete") brush(axis.key);
      else return;
      event.preventDefault();
    });
  }

  /** @param {MouseEvent} event */
  function under(event) {
    const { left, top, width, height } = box.getBoundingClientRect();
    return rowAt(axes, kept, (event.clientX - left) / width, (event.clientY - top) / height, REACH / height);
  }
  box.addEventListener("pointermove", (event) => {
    const row = event.buttons ? null : under(event);
    if (row && along) {
      const [map, first, second] = along;
      tooltip.at(event, `${map} ${row[map]}\n${describe({ axes: [first, second] }, row)}`);
    } else tooltip.hide();
    point(row);
  });
  box.addEventListener("pointerleave", () => {
    tooltip.hide();
    point(null);
  });
  onClick(box, (event) => {
    const row = under(event);
    if (row && !(/** @type {Element} */ (event.target).closest(".axis"))) apply(row);
  });
  clear.addEventListener("click", () => brush());

  return {
    /** @param {SearchResult} next @param {number} nImages */
    show({ results, axes: next, rank_by = "score" }, nImages) {
      rows = results;
      along = next;
      axes = axesOf(rows, next, rank_by);
      brushes.clear();
      byId("parallel-box").hidden = rows.length === 0;
      box.querySelectorAll(".axis").forEach((node) => node.remove());
      const untrusted = (/** @type {Axis} */ axis) =>
        axis.key === "perplexity" ? yOf(axis, trustworthyPerplexity(nImages)) : 0;
      box.append(...axes.map((axis, i) => axisNode(axis, i, untrusted(axis))));
      brush();
    },
    /** @param {SearchRow | null} row */
    point: (row) => trace("pointed", row ? [row] : []),
    /** @param {(row: SearchRow) => boolean} isApplied */
    mark: (isApplied) => trace("applied", rows.filter(isApplied)),
  };
}

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(3)));
