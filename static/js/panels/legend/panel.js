/**
 * What the colours and marks mean, with counts. Pointing at an entry dims the rest of the map, a click hides it, two
 * show it alone.
 */

import { marksOf } from "../../colour/palette.js";
import { byId, el, markIcon } from "../../dom.js";
import { count } from "../../format.js";
import { SHAPE_PATHS, Shape } from "../../map/shapes.js";
import { token } from "../../theme.js";

/** @import {AppState, AppStore, Entry, Legend} from "../../types.js" */

/** @param {AppStore} store */
export function bindLegend(store) {
  const box = byId("legend");
  store.watch(["encoding"], ({ encoding, colour }) => {
    box.hidden = encoding === null;
    if (encoding) fill(store, box, encoding.legend, colour);
  });
  // In place: an entry made anew would not hear its second click.
  store.watch(["encoding", "hidden"], ({ hidden }) => {
    box
      .querySelectorAll(".legend-entry")
      .forEach((entry, index) => entry.setAttribute("aria-pressed", String(!hidden.includes(index))));
  });
}

/** @param {AppStore} store @param {HTMLElement} box @param {Legend} legend @param {string} colour */
function fill(store, box, { title, entries, ramp, shaded }, colour) {
  const clusters = colour === "cluster";
  // The list of columns beside it says what it is of, but for what is no column.
  const told = !clusters && title !== colour && el("p", { class: "legend-title" }, title);
  const ends =
    ramp &&
    el("p", { class: "legend-ends" }, el("span", {}, ramp.low), rampCanvas(ramp.colours), el("span", {}, ramp.high));
  const again =
    clusters &&
    entries.length - 1 > marksOf(store.get().scheme) &&
    el("p", { class: "legend-title" }, `${marksOf(store.get().scheme)} marks: beyond, they come again`);
  const rows = entries.map((entry, index) => entryRow(store, entry, index, clusters));
  box.replaceChildren(...[told, ends, ...rows, again, marksRow(clusters, shaded)].filter((node) => !!node));
}

/** @param {AppStore} store @param {Entry} entry @param {number} index @param {boolean} clusters */
function entryRow(store, entry, index, clusters) {
  const dim = () => store.soon({ focus: { kind: "entry", index } });
  const undim = () => store.soon({ focus: null });
  const isolate = () => store.set({ hiddenEntries: isolated(store.get(), index) });
  const toggle = () => store.set({ hiddenEntries: toggled(store.get().hidden, index) });
  /** By keyboard, Shift stands for the second click. @param {Event} event */
  const onkeydown = (event) => {
    if (!(event instanceof KeyboardEvent && event.shiftKey && event.key === "Enter")) return;
    event.preventDefault();
    isolate();
  };
  const diameter = entry.kind === "noise" ? 7 : 11;
  const name = entry.kind === "noise" ? "in no group" : clusters ? entry.name.replace("Cluster ", "") : entry.name;
  const title = `${entry.name}: click to hide or show it, double-click or Shift+Enter to show it alone`;
  return el(
    "button",
    {
      type: "button",
      class: "legend-entry",
      "data-kind": entry.kind,
      title,
      onpointerenter: dim,
      onpointerleave: undim,
      onfocus: dim,
      onblur: undim,
      onclick: toggle,
      ondblclick: isolate,
      onkeydown,
    },
    markIcon(SHAPE_PATHS[entry.shape], entry.colour, diameter),
    el("span", { class: "legend-name" }, name, " ", clusters && el("span", { "data-said": index })),
    el("span", { class: "legend-count" }, count(entry.count)),
  );
}

/** @param {readonly number[]} hidden @param {number} index */
const toggled = (hidden, index) =>
  hidden.includes(index) ? hidden.filter((other) => other !== index) : [...hidden, index];

/** All but one are hidden, or none where that is so already. @param {Readonly<AppState>} state @param {number} index */
function isolated({ hidden, encoding }, index) {
  const legend = encoding?.legend;
  const others = [...(legend?.ramp ? [-1] : []), ...(legend?.entries.keys() ?? [])].filter((other) => other !== index);
  return others.every((other) => hidden.includes(other)) && !hidden.includes(index) ? [] : others;
}

/** @param {readonly string[]} colours */
function rampCanvas(colours) {
  const canvas = el("canvas", { class: "legend-ramp", width: 120, height: 10, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const gradient = context.createLinearGradient(0, 0, 120, 0);
  colours.forEach((colour, i) => gradient.addColorStop(i / (colours.length - 1), colour));
  context.fillStyle = gradient;
  context.fillRect(0, 0, 120, 10);
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
    !clusters && el("span", {}, markIcon(dot, ink, 5), "in no group"),
    shaded > 0 &&
      el(
        "span",
        { class: "legend-shaded", title: "In half of the runs or more these images were found elsewhere." },
        el("i", {}),
        `unstable ${count(shaded)}`,
      ),
  );
}
