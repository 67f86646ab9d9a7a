/**
 * Numbers and dates on the cards: small histograms in the same bins and on the same scale, with the cohort's own shape
 * behind each, and the axis written once, above them.
 */

import { el } from "../../dom.js";
import { count, plural } from "../../format.js";
import { filter } from "../../images/bars.js";
import { apartOf, axisTitle, binTip, fullHeight, highestOf, ticksOf } from "./spread-model.js";

/** @import {AppStore, Breakdown, CardLink, ClusterSummary, Cohort, EnrichedCell, ValueAxis} from "../../types.js" */

/**
 * The axis, and all images on it.
 * @param {Breakdown} breakdown @param {Cohort} cohort @param {string} scale
 */
export function axisOf(breakdown, { n_images }, scale) {
  const { axis, column } = breakdown;
  if (!axis || axis.bins.length === 0) return null;
  const full = fullHeight(highestOf(breakdown, n_images, scale), scale);
  // The cohort towers over its clusters: its shape fills a strip of its own.
  const own = Math.max(1, ...axis.spread.bins);
  const title = axisTitle(column, axis);
  return el(
    "figure",
    { class: "spread-axis", "aria-label": `${title}: all ${plural(n_images, "image")}` },
    el(
      "figcaption",
      {},
      el("b", {}, title),
      el("span", {}, `all ${count(n_images)}${axis.spread.median === null ? "" : ` · median ${axis.spread.median}`}`),
    ),
    el(
      "div",
      { class: "spread-bins", "aria-hidden": "true" },
      ...axis.bins.map(({ name }, i) => {
        const fill = el("span", { class: "spread-fill" });
        fill.style.height = `${(100 * axis.spread.bins[i]) / own}%`;
        return el(
          "span",
          { class: "spread-bin", "data-tip": `${name}: ${plural(axis.spread.bins[i], "image")}.` },
          fill,
        );
      }),
    ),
    el(
      "div",
      { class: "spread-ticks", "aria-hidden": "true" },
      ...ticksOf(axis).map(({ at, text }) => {
        const tick = el("span", { class: at === 1 ? "last" : at === 0 ? "first" : "" }, text);
        tick.style.left = `${100 * at}%`;
        return tick;
      }),
    ),
    el("p", { class: "spread-scale" }, `full height below: ${full}${scale === "share" ? " of a cluster" : ""}`),
  );
}

/**
 * The histogram of a card, what the tests say of its quarters, and its bins as links.
 * @param {AppStore} store @param {ClusterSummary} summary @param {Breakdown} breakdown @param {Cohort} cohort
 * @param {string} scale @param {string} colour
 */
export function spreadOf(store, summary, breakdown, cohort, scale, colour) {
  const { axis, column } = breakdown;
  const { spread, size, label } = summary;
  if (!axis || !spread || axis.bins.length === 0) return null;
  const { node, bins } = histogram(axis, spread.bins, size, cohort.n_images, {
    highest: highestOf(breakdown, cohort.n_images, scale) * (scale === "share" ? size : 1),
    colour,
  });
  /** @type {(CardLink | null)[]} */
  const links = bins.map((bin, i) =>
    spread.bins[i] > 0 ? { node: bin, button: bin, label, column, bin: axis.bins[i] } : null,
  );
  acrossBins(node, bins, (first, last) => {
    const bin = { from: axis.bins[first].from, to: axis.bins[last].to };
    filter(store, { node, button: node, label, column, bin });
  });
  const marks = el("span", { class: "spread-marks" });
  const median = spread.median === null ? "none has a place on the axis" : `median ${spread.median}`;
  return {
    node: el(
      "div",
      { class: "spread", role: "group", "aria-label": `by ${column}, ${median}` },
      node,
      el("p", { class: "spread-words" }, median, marks),
    ),
    links: links.filter((link) => link !== null),
    bars: apartOf(summary, breakdown, cohort.n_images),
    /** @param {readonly EnrichedCell[]} cells  of all clusters */
    show(cells) {
      marks.replaceChildren(
        ...cells
          .filter((cell) => cell.label === label && cell.mark)
          .map(({ mark, value, sentence }) =>
            el(
              "span",
              { class: `spread-mark ${mark}`, tabindex: 0, "data-tip": sentence },
              `${mark === "enriched" ? "▲" : "▼"} ${value}`,
            ),
          ),
      );
    },
  };
}

/**
 * Bars of some images, and behind them what as many of the others would be.
 * @param {ValueAxis} axis @param {readonly number[]} counts @param {number} size @param {number} nOthers
 * @param {{highest: number, colour: string, others?: readonly number[], against?: string}} look  against others than
 *   those of the axis they are to be looked at alone
 */
export function histogram(axis, counts, size, nOthers, { highest, colour, others, against }) {
  const bins = axis.bins.map(({ name }, i) => {
    const expected = nOthers > 0 ? (size * (others ?? axis.spread.bins)[i]) / nOthers : 0;
    const [fill, line] = [el("span", { class: "spread-fill" }), el("span", { class: "spread-expected" })];
    fill.style.height = `${Math.min(100, (100 * counts[i]) / highest)}%`;
    fill.classList.toggle("cut", counts[i] > highest);
    fill.style.setProperty("--of", colour);
    line.style.bottom = `${(100 * expected) / highest}%`;
    const tip = binTip(name, counts[i], size, expected, against);
    if (others) return el("span", { class: "spread-bin", "data-tip": tip }, fill, line);
    return el(
      "button",
      {
        type: "button",
        class: "spread-bin",
        tabindex: i === 0 ? 0 : -1,
        "aria-label": tip,
        "data-tip": tip,
        "aria-disabled": String(counts[i] === 0),
      },
      fill,
      line,
    );
  });
  return { node: el("div", { class: "spread-bins" }, ...bins), bins };
}

/**
 * One stop of the keyboard for all bins; the arrows go on. From where the hand goes down to where it comes up is one
 * filter.
 * @param {HTMLElement} box @param {readonly HTMLElement[]} bins @param {(first: number, last: number) => void} put
 */
function acrossBins(box, bins, put) {
  const placeOf = (/** @type {Event} */ { target }) =>
    bins.findIndex((bin) => bin.contains(/** @type {Node} */ (target)));
  box.addEventListener("keydown", (event) => {
    const at = placeOf(event);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bins.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(bins.length - 1, next));
    bins.forEach((bin, i) => (bin.tabIndex = i === to ? 0 : -1));
    bins[to].focus();
  });
  let start = -1;
  box.addEventListener("pointerdown", (event) => (start = event.button === 0 ? placeOf(event) : -1));
  box.addEventListener("pointerup", (event) => {
    const end = placeOf(event);
    if (start >= 0 && end >= 0 && end !== start) put(Math.min(start, end), Math.max(start, end));
    start = -1;
  });
}
