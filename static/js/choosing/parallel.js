/**
 * The best setting of every perplexity as lines over parallel axes. A range drawn on an axis keeps the rows within
 * it, here and wherever else the rows are shown. Loaded with the first results of a search.
 */

import { trustworthyPerplexity } from "../controls/slider-maths.js";
import { byId, el, find } from "../dom.js";
import { formatEps, plural } from "../format.js";
import { MEASURES } from "../search/grid.js";
import { axesOf, nextValue, passes, pathOf, rowAt, valueAt, yOf } from "./parallel-layout.js";

/** @import {Axis, Brushes, Measure, SearchRow, SortKey} from "../types.js" */
/** @import {Tooltip} from "../panels/tooltip.js" */

/** How near a line has to be pointed at, in pixels; a hand that moves less than this on an axis has clicked. */
const REACH = 9;
const CLICK = 3;

/** Thirds of the rows, the best drawn last. */
const THIRDS = ["third", "second", "first"];

/**
 * @param {Tooltip} tooltip
 * @param {{filter: (keeps: (row: SearchRow) => boolean) => void, point: (row: SearchRow | null) => void, apply: (row: SearchRow) => void}} events
 */
export function createParallel(tooltip, events) {
  const box = byId("parallel");
  const lines = (/** @type {string} */ name) => find(box, `path.${name}`, SVGPathElement);
  const clear = byId("parallel-clear", HTMLButtonElement);
  /** Best first. @type {readonly SearchRow[]} */
  let rows = [];
  /** @type {Axis[]} */
  let axes = [];
  /** @type {Brushes} */
  let brushes = new Map();
  /** @type {SearchRow | null} */
  let pointed = null;
  const kept = () => rows.filter((row) => passes(row, brushes));

  function draw() {
    const within = kept();
    lines("out").setAttribute("d", pathOf(axes, rows.filter((row) => !within.includes(row))));
    THIRDS.forEach((name, k) => {
      const part = rows.filter((_, i) => Math.floor((3 * i) / rows.length) === THIRDS.length - 1 - k);
      lines(name).setAttribute("d", pathOf(axes, part.filter((row) => within.includes(row))));
    });
    for (const axis of axes) showBrush(axis, within.length);
    byId("parallel-kept").textContent = brushes.size > 0 ? `${within.length} of ${plural(rows.length, "setting")}` : "";
    clear.hidden = brushes.size === 0;
  }

  /** @param {Axis} axis @param {number} within */
  function showBrush(axis, within) {
    const node = find(box, `[data-key="${axis.key}"]`);
    const [low, high] = brushes.get(axis.key) ?? [axis.values[0], axis.values[axis.values.length - 1]];
    const brush = find(node, ".brush");
    brush.hidden = !brushes.has(axis.key);
    brush.style.top = `${100 * yOf(axis, high)}%`;
    brush.style.bottom = `${100 - 100 * yOf(axis, low)}%`;
    node.setAttribute("aria-valuenow", String(high));
    node.setAttribute("aria-valuetext", `${valueText(axis.key, low)} to ${valueText(axis.key, high)}: ${within} of ${plural(rows.length, "setting")}`);
  }

  /** @param {SortKey | null} key  null for all of them @param {[number, number]} [range] */
  function brush(key, range) {
    if (key && range) brushes.set(key, range);
    else if (key) brushes.delete(key);
    else brushes.clear();
    draw();
    const now = new Map(brushes);
    events.filter((row) => passes(row, now));
  }

  /** @param {Axis} axis @param {number} i @param {number} share  of the axis that is hatched, from its top */
  function axisNode(axis, i, share) {
    const ends = [axis.values[0], axis.values[axis.values.length - 1]];
    const name = axis.key in MEASURES ? MEASURES[/** @type {Measure} */ (axis.key)].name : axis.key.replace(/^n_/, "");
    const node = el(
      "div",
      { class: "axis", "data-key": axis.key, role: "slider", tabindex: 0, "aria-label": `range of ${name}`, "aria-orientation": "vertical", "aria-valuemin": ends[0], "aria-valuemax": ends[1], "aria-describedby": "parallel-help" },
      el("b", {}, name),
      el("i", {}, valueText(axis.key, ends[1])),
      share > 0 && el("span", { class: "untrusted" }),
      el("span", { class: "brush", hidden: true }),
      el("i", {}, valueText(axis.key, ends[0])),
    );
    node.style.left = `${(100 * i) / (axes.length - 1)}%`;
    node.style.setProperty("--untrusted", `${100 * share}%`);
    bindAxis(node, axis);
    return node;
  }

  /** @param {HTMLElement} node @param {Axis} axis */
  function bindAxis(node, axis) {
    let from = 0;
    const valueOf = (/** @type {PointerEvent} */ event) => valueAt(axis, (event.clientY - node.getBoundingClientRect().top) / node.clientHeight);
    node.addEventListener("pointerdown", (event) => {
      node.setPointerCapture(event.pointerId);
      from = event.clientY;
      brush(axis.key);
    });
    node.addEventListener("pointermove", (event) => {
      if (!node.hasPointerCapture(event.pointerId) || Math.abs(event.clientY - from) < CLICK) return;
      const top = node.getBoundingClientRect().top;
      const [one, other] = [valueAt(axis, (from - top) / node.clientHeight), valueOf(event)];
      brush(axis.key, [Math.min(one, other), Math.max(one, other)]);
    });
    node.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
      const [low, high] = brushes.get(axis.key) ?? [axis.values[0], axis.values[axis.values.length - 1]];
      if (step && event.shiftKey) brush(axis.key, [Math.min(high, nextValue(axis, low, step)), high]);
      else if (step) brush(axis.key, [low, Math.max(low, nextValue(axis, high, step))]);
      else if (["Escape", "Delete", "Backspace"].includes(event.key) && brushes.has(axis.key)) brush(axis.key);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /** @param {SearchRow | null} row */
  function point(row) {
    pointed = row;
    lines("pointed").setAttribute("d", row ? pathOf(axes, [row]) : "");
  }

  /** @param {MouseEvent} event */
  const under = (event) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    const y = (event.clientY - top) / height;
    return y > -0.05 && y < 1.05 ? rowAt(axes, kept(), (event.clientX - left) / width, y, REACH / height) : null;
  };
  box.addEventListener("pointermove", (event) => {
    const row = event.buttons === 0 ? under(event) : null;
    if (row) tooltip.at(event, sentence(row));
    else tooltip.hide();
    if (row !== pointed) events.point(row);
  });
  box.addEventListener("pointerleave", () => {
    tooltip.hide();
    events.point(null);
  });
  box.addEventListener("click", (event) => {
    const row = event.target instanceof Element && event.target.closest(".axis") ? null : under(event);
    if (row) events.apply(row);
  });
  clear.addEventListener("click", () => brush(null));

  return {
    point,
    /** @param {readonly SearchRow[]} next  best first @param {Measure} rankedBy @param {number} nImages */
    show(next, rankedBy, nImages) {
      rows = next;
      axes = axesOf(rows, rankedBy);
      byId("parallel-box").hidden = rows.length === 0;
      box.querySelectorAll(".axis").forEach((node) => node.remove());
      box.append(...axes.map((axis, i) => axisNode(axis, i, i === 0 ? Math.min(1, yOf(axis, trustworthyPerplexity(nImages))) : 0)));
      point(null);
      brush(null);
    },
    /** @param {(row: SearchRow) => boolean} isApplied */
    mark(isApplied) {
      lines("applied").setAttribute("d", pathOf(axes, rows.filter(isApplied)));
    },
  };
}

/** @param {SortKey} key @param {number} value */
const valueText = (key, value) => (key === "eps" ? formatEps(value) : String(Number(value.toPrecision(3))));

/** @param {SearchRow} row */
function sentence({ perplexity, eps, min_samples, n_clusters, n_noise, score }) {
  return `perplexity ${perplexity}\neps ${formatEps(eps)} · min_samples ${min_samples}\n${plural(n_clusters, "cluster")} · ${n_noise} noise · score ${score}`;
}
