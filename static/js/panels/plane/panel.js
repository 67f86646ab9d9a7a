/** eps × min_samples on the map that is shown: where in the plane the setting stands, and what the others would give. */

import { createPreview } from "../../tuning/preview.js";
import { byId, el, find } from "../../dom.js";
import { formatEps, plural } from "../../format.js";
import { changeParams } from "../../store.js";
import { token } from "../../theme.js";
import { createHeatCanvas } from "../../heat/canvas.js";
import { placeOn, strength } from "../../heat/layout.js";

/** @import {HeatPicture, Page, Place, Plane, PlaneCell, PlaneSetting} from "../../types.js" */

/** The number of clusters that the search looks for, and so what is worth a colour. */
const CLUSTERS = { min: 3, max: 8 };

/** @param {Page} page */
export function bindPlane({ store, tooltip }) {
  const box = byId("plane-box");
  const canvas = find(box, "canvas", HTMLCanvasElement);
  const axis = find(box, ".plane-x");
  const preview = createPreview(store);
  /** Where the keyboard points; from nowhere, it sets out from the setting. @type {Place | null} */
  let cursor = null;
  const heat = createHeatCanvas(canvas, {
    enter: (column, row, event) => {
      const { plane } = store.get();
      if (!plane) return;
      tooltip.at(event, describe(cellOf(plane, column, row)));
      preview.point(cellOf(plane, column, row));
    },
    leave,
    pick: apply,
  });

  function leave() {
    cursor = null;
    heat.point(null);
    preview.point(null);
    tooltip.hide();
    label();
  }

  /** @param {number} column @param {number} row */
  function apply(column, row) {
    const { plane } = store.get();
    if (!plane) return;
    const { eps, min_samples } = cellOf(plane, column, row);
    preview.settle();
    changeParams(store, { eps, min_samples });
  }

  function label() {
    const { plane, params } = store.get();
    if (!plane) return;
    const { column, row } = cursor ?? placeOf(plane, params);
    canvas.setAttribute(
      "aria-label",
      `Score for every eps and min_samples. ${describe(cellOf(plane, column, row)).replaceAll("\n", ", ")}`,
    );
  }

  canvas.addEventListener("blur", leave);
  canvas.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const { plane, params } = store.get();
    if (!plane) return;
    if (step) {
      const { column, row } = cursor ?? placeOf(plane, params);
      cursor = { column: within(column + step[0], plane.eps), row: within(row + step[1], plane.min_samples) };
      const cell = cellOf(plane, cursor.column, cursor.row);
      heat.point(cursor);
      preview.point(cell);
      tooltip.show(canvas.getBoundingClientRect(), describe(cell));
      label();
    } else if (cursor && (event.key === "Enter" || event.key === " ")) apply(cursor.column, cursor.row);
    else if (cursor && event.key === "Escape") leave();
    else return;
    event.preventDefault();
  });

  store.on(["plane", "params", "scheme"], ({ plane, params }) => {
    heat.show(plane && pictureOf(plane, params.eps, params.min_samples));
    if (!plane) return;
    const ticks = [formatEps(plane.eps[0]), "eps", formatEps(plane.eps[plane.eps.length - 1])];
    axis.replaceChildren(...ticks.map((text) => el("span", {}, text)));
    label();
  });
}

/** @param {Plane} plane @param {PlaneSetting} setting @returns {Place}  the nearest cell */
const placeOf = (plane, { eps, min_samples }) => ({
  column: Math.round(placeOn(plane.eps, eps)),
  row: Math.round(placeOn(plane.min_samples, min_samples)),
});

/** @type {Readonly<Record<string, readonly [number, number]>>} */
const STEPS = Object.freeze({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** @param {number} index @param {readonly unknown[]} axis */
const within = (index, axis) => Math.min(axis.length - 1, Math.max(0, index));

/** @param {Plane} plane @param {number} column @param {number} row @returns {PlaneCell} */
function cellOf(plane, column, row) {
  return plane.cells[column * plane.min_samples.length + row];
}

/** @param {PlaneCell} cell */
function isSought(cell) {
  return cell.n_clusters >= CLUSTERS.min && cell.n_clusters <= CLUSTERS.max;
}

/** @param {PlaneCell} cell */
export function describe(cell) {
  return `eps ${formatEps(cell.eps)} · min_samples ${cell.min_samples}\n${plural(cell.n_clusters, "cluster")} · ${cell.n_noise} noise · score ${cell.score}`;
}

/** @param {Plane} plane @param {number} eps @param {number} minSamples @returns {HeatPicture} */
function pictureOf(plane, eps, minSamples) {
  const scores = plane.cells.filter(isSought).map((cell) => cell.score);
  const [best, worst] = [Math.min(...scores), Math.max(...scores)];
  const [sought, pale] = [token("--accent"), token("--line")];
  return {
    columns: plane.eps.length,
    rows: plane.min_samples.length,
    cell: (column, row) => {
      const cell = cellOf(plane, column, row);
      if (isSought(cell)) return { colour: sought, opacity: strength(cell.score, best, worst) };
      return { colour: pale, opacity: cell.n_clusters < 1 ? 0.35 : cell.n_clusters < 2 ? 0.6 : 1 };
    },
    marked: { column: placeOn(plane.eps, eps), row: placeOn(plane.min_samples, minSamples) },
    ink: token("--ink"),
    halo: token("--panel"),
  };
}
