/**
 * eps × min_samples on the map that is shown: where in the plane the setting stands, and what the others would give.
 */

import { createPreview } from "../../tuning/preview.js";
import { byId, el, find } from "../../dom.js";
import { formatEps, plural } from "../../format.js";
import { changeParams } from "../../store.js";
import { part } from "../../parts.js";
import { token } from "../../theme.js";
import { createHeatCanvas } from "../../heat/canvas.js";
import { placeOn, strength } from "../../heat/layout.js";

/** @import {HeatPicture, Page, Params, Place, Plane, PlaneCell, PlaneView} from "../../types.js" */

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
  /** What the plane is drawn by instead of the score. @type {PlaneView | null} */
  let view = null;
  const select = byId("plane-of", HTMLSelectElement);
  select.addEventListener(
    "change",
    async () => {
      const { bindPlaneEvidence } = await part(import("./evidence.js"));
      bindPlaneEvidence(store, select, (found) => {
        view = found;
        draw();
      });
    },
    { once: true },
  );
  const heat = createHeatCanvas(canvas, {
    enter: (column, row, event) => {
      const { plane } = store.get();
      if (!plane) return;
      tooltip.at(event, tell(plane, column, row));
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
    const cell = cellOf(plane, column, row);
    preview.settle();
    changeParams(store, Object.fromEntries(plane.axes.map((axis) => [axis, cell[axis]])));
  }

  function label() {
    const { plane, params } = store.get();
    if (!plane) return;
    const { column, row } = cursor ?? placeOf(plane, params);
    const here = tell(plane, column, row).replaceAll("\n", ", ");
    canvas.setAttribute("aria-label", `Score for every ${plane.axes.join(" and ")}. ${here}`);
  }

  canvas.addEventListener("blur", leave);
  canvas.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const { plane, params } = store.get();
    if (!plane) return;
    if (step) {
      const { column, row } = cursor ?? placeOf(plane, params);
      cursor = { column: within(column + step[0], columnsOf(plane)), row: within(row + step[1], rowsOf(plane)) };
      const cell = cellOf(plane, cursor.column, cursor.row);
      heat.point(cursor);
      preview.point(cell);
      tooltip.show(canvas.getBoundingClientRect(), tell(plane, cursor.column, cursor.row));
      label();
    } else if (cursor && (event.key === "Enter" || event.key === " ")) apply(cursor.column, cursor.row);
    else if (cursor && event.key === "Escape") leave();
    else return;
    event.preventDefault();
  });

  function draw() {
    const { plane, params } = store.get();
    heat.show(plane && pictureOf(plane, params, view));
  }

  /** @param {Plane} plane @param {number} column @param {number} row */
  const tell = (plane, column, row) =>
    [describe(plane, cellOf(plane, column, row)), view?.tell(column, row)].filter(Boolean).join("\n");

  store.watch(["plane", "params", "scheme"], ({ plane }) => {
    draw();
    if (!plane) return;
    const columns = columnsOf(plane);
    const ticks = [columns[0], columns[columns.length - 1]].map((value) => tickOf(plane, value));
    byId("plane-axes").textContent = plane.axes.join(" × ");
    const up = rowsOf(plane);
    byId("plane-second").replaceChildren(
      ...[up[0], plane.axes[1], up[up.length - 1]].map((text) => el("span", {}, String(text))),
    );
    axis.replaceChildren(...[ticks[0], plane.axes[0], ticks[1]].map((text) => el("span", {}, text)));
    label();
  });
}

/** The values of its first axis. @param {Plane} plane @returns {number[]} */
const columnsOf = (plane) => plane[plane.axes[0]] ?? [];

/** The values of its second axis. @param {Plane} plane @returns {number[]} */
const rowsOf = (plane) => plane[plane.axes[1]] ?? [];

/** @param {Plane} plane @param {number} value */
const tickOf = (plane, value) => (plane.axes[0] === "eps" ? formatEps(value) : String(value));

/** @param {Plane} plane @param {Params} params @returns {Place}  the nearest cell */
const placeOf = (plane, params) => ({
  column: Math.round(placeOn(columnsOf(plane), params[plane.axes[0]])),
  row: Math.round(placeOn(rowsOf(plane), params[plane.axes[1]])),
});

/** @type {Readonly<Record<string, readonly [number, number]>>} */
const STEPS = Object.freeze({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** @param {number} index @param {readonly unknown[]} axis */
const within = (index, axis) => Math.min(axis.length - 1, Math.max(0, index));

/** @param {Plane} plane @param {number} column @param {number} row @returns {PlaneCell} */
function cellOf(plane, column, row) {
  return plane.cells[column * rowsOf(plane).length + row];
}

/** @param {PlaneCell} cell */
function isSought(cell) {
  return cell.n_clusters >= CLUSTERS.min && cell.n_clusters <= CLUSTERS.max;
}

/** @param {Pick<Plane, "axes">} plane @param {PlaneCell} cell */
export function describe({ axes }, cell) {
  const text = (/** @type {typeof axes[0]} */ axis, value = NaN) => (axis === "eps" ? formatEps(value) : value);
  const place = axes.map((axis) => `${axis} ${text(axis, cell[axis])}`);
  const found = `${plural(cell.n_clusters, "cluster")} · ${cell.n_noise} in no group`;
  return `${place.join(" · ")}\n${found} · score ${cell.score}`;
}

/** @param {Plane} plane @param {Params} params @param {PlaneView | null} view @returns {HeatPicture} */
function pictureOf(plane, params, view) {
  const scores = plane.cells.filter(isSought).map((cell) => cell.score);
  const [best, worst] = [Math.min(...scores), Math.max(...scores)];
  const [sought, pale] = [token("--accent"), token("--line")];
  return {
    columns: columnsOf(plane).length,
    rows: rowsOf(plane).length,
    cell: (column, row) => {
      if (view) {
        const opacity = view.strength(column, row);
        return { colour: opacity === null ? pale : sought, opacity: opacity ?? 0.35 };
      }
      const cell = cellOf(plane, column, row);
      if (isSought(cell)) return { colour: sought, opacity: strength(cell.score, best, worst) };
      return { colour: pale, opacity: cell.n_clusters < 1 ? 0.35 : cell.n_clusters < 2 ? 0.6 : 1 };
    },
    marked: {
      column: placeOn(columnsOf(plane), params[plane.axes[0]]),
      row: placeOn(rowsOf(plane), params[plane.axes[1]]),
    },
    ink: token("--ink"),
    halo: token("--panel"),
  };
}
