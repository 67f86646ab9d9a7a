/**
 * Lines of equal density of each group, on the map: they hold 50, 75 and 95% of its images. Loaded when they are first
 * wanted.
 */

import { swatch } from "../cards/panel.js";
import { byId, el } from "../../dom.js";
import { STRENGTHS, contoursOfGroups } from "../../map/contours.js";

/** @import {AppState, AppStore} from "../../types.js" */
/** @import {MapView} from "../../map/view.js" */

/** @param {AppStore} store @param {MapView} view */
export function bindContours(store, view) {
  const canvas = el("canvas", { class: "contours", id: "contours-drawn", "aria-hidden": "true" });
  byId("map").after(canvas);
  /** Of each group its lines, on the map. @type {{label: number, lines: number[][]}[]} */
  let groups = [];
  /** What they are of. @type {unknown[]} */
  let of = [];

  const draw = () => {
    const { contours, encoding, hidden } = store.get();
    const { width, height } = view.size();
    const ratio = Math.min(devicePixelRatio || 1, 3);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    const place = view.settledPlace();
    const shown = contours === "on" && place ? groups : [];
    canvas.dataset.groups = shown.map(({ label }) => label).join(" ");
    if (!context || !place) return;
    context.scale(ratio, ratio);
    context.lineWidth = 1.25;
    context.lineCap = "round";
    for (const { label, lines } of shown) {
      if (encoding?.legend.title === "cluster" && hidden.includes(label)) continue;
      context.strokeStyle = swatch(store, label).colour;
      lines.forEach((pieces, k) => {
        context.globalAlpha = STRENGTHS[k];
        context.beginPath();
        for (let i = 0; i < pieces.length; i += 4) {
          context.moveTo(...place(pieces[i], pieces[i + 1]));
          context.lineTo(...place(pieces[i + 2], pieces[i + 3]));
        }
        context.stroke();
      });
    }
  };

  /** @param {AppState} state */
  const follow = ({ clusters, drawn, contours }) => {
    if (contours !== "on" || !clusters || !drawn?.flat || drawn.count !== clusters.labels.length) {
      groups = [];
      of = [];
    } else if (of[0] !== clusters.labels || of[1] !== drawn.xyz) {
      of = [clusters.labels, drawn.xyz];
      groups = contoursOfGroups(clusters.labels, drawn.xyz);
    }
    view.refresh();
  };
  view.onDrawn(draw);
  store.watch(["clusters", "drawn", "contours", "hidden", "encoding"], follow);
  follow(store.get());
}
