/** What the colours and marks mean, with counts. Pointing at an entry dims the rest of the map. */

import { byId, el, markIcon } from "../dom.js";
import { count } from "../format.js";
import { SHAPE_PATHS, Shape } from "../map/shapes.js";
import { token } from "../theme.js";

/** @import {AppStore, Entry, Focus, Legend} from "../types.js" */

/** @param {AppStore} store */
export function bindLegend(store) {
  const box = byId("legend");
  store.on(["encoding"], ({ encoding, colour }) => {
    box.hidden = encoding === null;
    if (encoding) fill(box, encoding.legend, colour === "cluster", (focus) => store.set({ focus }));
  });
}

/** @param {HTMLElement} box @param {Legend} legend @param {boolean} clusters @param {(focus: Focus | null) => void} setFocus */
function fill(box, legend, clusters, setFocus) {
  const entries = legend.entries.map((entry, index) => entryRow(entry, index, setFocus));
  box.replaceChildren(
    ...(clusters ? [] : [el("p", { class: "legend-title" }, legend.title)]),
    ...(legend.ramp ? [rampCanvas(legend.ramp.colours), el("p", { class: "legend-ends" }, el("span", {}, legend.ramp.low), el("span", {}, legend.ramp.high))] : []),
    ...entries,
    marksRow(clusters, legend.shaded),
  );
}

/** @param {Entry} entry @param {number} index @param {(focus: Focus | null) => void} setFocus */
function entryRow(entry, index, setFocus) {
  const dim = () => setFocus({ kind: "entry", index });
  const undim = () => setFocus(null);
  const diameter = entry.kind === "noise" ? 7 : 11;
  return el(
    "button",
    { type: "button", class: "legend-entry", "data-kind": entry.kind, title: entry.name, onpointerenter: dim, onpointerleave: undim, onfocus: dim, onblur: undim },
    markIcon(SHAPE_PATHS[entry.shape], entry.colour, diameter),
    el("span", { class: "legend-name" }, entry.name),
    el("span", { class: "legend-count" }, count(entry.count)),
  );
}

/** @param {readonly string[]} colours */
function rampCanvas(colours) {
  const canvas = el("canvas", { class: "legend-ramp", width: 168, height: 10, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const gradient = context.createLinearGradient(0, 0, 168, 0);
  colours.forEach((colour, i) => gradient.addColorStop(i / (colours.length - 1), colour));
  context.fillStyle = gradient;
  context.fillRect(0, 0, 168, 10);
  return canvas;
}

/** Noise has its own entry where clusters are coloured. @param {boolean} clusters @param {number} shaded */
function marksRow(clusters, shaded) {
  const ink = token("--muted");
  const dot = SHAPE_PATHS[Shape.circle];
  return el(
    "p",
    { class: "legend-marks" },
    el("span", {}, markIcon(dot, ink, 10), "core"),
    el("span", {}, markIcon(dot, ink, 6, 0.5), "border"),
    !clusters && el("span", {}, markIcon(dot, ink, 5), "noise"),
    shaded > 0 && el("span", { class: "legend-shaded", title: "In half of the runs or more these images were found elsewhere." }, el("i", {}), `unstable ${count(shaded)}`),
  );
}
