/** eps × min_samples on the map that is shown: where in the plane the setting stands, and what the others would give. */

import { el, find } from "../dom.js";
import { formatEps, plural } from "../format.js";
import { changeParams } from "../store.js";
import { token } from "../theme.js";
import { createHeatCanvas } from "./heat-canvas.js";
import { placeOn, strength } from "./heat-layout.js";

/** @import {AppStore, HeatPicture, Plane, PlaneCell} from "../types.js" */
/** @import {Tooltip} from "./tooltip.js" */

/** The number of clusters that the search looks for, and so what is worth a colour. */
const CLUSTERS = { min: 3, max: 8 };

/** @param {AppStore} store @param {HTMLElement} box @param {Tooltip} tooltip */
export function bindPlane(store, box, tooltip) {
  const canvas = find(box, "canvas", HTMLCanvasElement);
  const axis = find(box, ".plane-x");
  const heat = createHeatCanvas(canvas, {
    enter: (column, row, event) => {
      const { plane } = store.get();
      if (plane) tooltip.at(event, describe(cellOf(plane, column, row)));
    },
    leave: () => tooltip.hide(),
    pick: apply,
  });

  /** @param {number} column @param {number} row */
  function apply(column, row) {
    const { plane } = store.get();
    if (!plane) return;
    const { eps, min_samples } = cellOf(plane, column, row);
    changeParams(store, { eps, min_samples });
  }

  canvas.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const { plane, params } = store.get();
    if (!step || !plane) return;
    event.preventDefault();
    const column = Math.round(placeOn(plane.eps, params.eps)) + step[0];
    const row = Math.round(placeOn(plane.min_samples, params.min_samples)) + step[1];
    apply(within(column, plane.eps), within(row, plane.min_samples));
  });

  store.on(["plane", "params", "scheme"], ({ plane, params }) => {
    heat.show(plane && pictureOf(plane, params.eps, params.min_samples));
    if (!plane) return;
    const ticks = [formatEps(plane.eps[0]), "eps", formatEps(plane.eps[plane.eps.length - 1])];
    axis.replaceChildren(...ticks.map((text) => el("span", {}, text)));
    const column = Math.round(placeOn(plane.eps, params.eps));
    const row = Math.round(placeOn(plane.min_samples, params.min_samples));
    canvas.setAttribute("aria-label", `Score for every eps and min_samples. ${describe(cellOf(plane, column, row)).replaceAll("\n", ", ")}`);
  });
}

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
function describe(cell) {
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
