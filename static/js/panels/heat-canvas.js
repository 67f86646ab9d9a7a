/** A heat map on a canvas: sharp on every screen, drawn again when its size or the theme changes, pointed at by cell. */

import { cellAt, cellBox } from "./heat-layout.js";

/** @import {HeatLayout, HeatPicture} from "../types.js" */

/** @param {HTMLCanvasElement} canvas @param {{enter: (column: number, row: number, event: MouseEvent) => void, leave: () => void, pick: (column: number, row: number) => void}} events */
export function createHeatCanvas(canvas, events) {
  /** @type {HeatPicture | null} */
  let picture = null;
  /** @returns {HeatLayout} */
  const layout = () => ({
    columns: picture?.columns ?? 1,
    rows: picture?.rows ?? 1,
    width: canvas.clientWidth,
    height: canvas.clientHeight,
    gap: canvas.clientWidth / (picture?.columns ?? 1) >= 6 ? 1 : 0,
  });
  const redraw = () => paint(canvas, layout(), picture);
  /** @param {MouseEvent} event */
  const under = (event) => {
    const box = canvas.getBoundingClientRect();
    return picture && cellAt(layout(), event.clientX - box.left, event.clientY - box.top);
  };
  canvas.addEventListener("pointermove", (event) => {
    const cell = under(event);
    if (cell) events.enter(cell.column, cell.row, event);
    else events.leave();
  });
  canvas.addEventListener("pointerleave", events.leave);
  canvas.addEventListener("click", (event) => {
    const cell = under(event);
    if (cell) events.pick(cell.column, cell.row);
  });
  new ResizeObserver(redraw).observe(canvas);
  return {
    /** @param {HeatPicture | null} next */
    show(next) {
      picture = next;
      redraw();
    },
  };
}

/** @param {HTMLCanvasElement} canvas @param {HeatLayout} layout @param {HeatPicture | null} picture */
function paint(canvas, layout, picture) {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(layout.width * ratio));
  canvas.height = Math.max(1, Math.round(layout.height * ratio));
  const context = canvas.getContext("2d");
  if (!context || !picture) return;
  for (let column = 0; column < layout.columns; column++) {
    for (let row = 0; row < layout.rows; row++) {
      const box = cellBox(layout, column, row);
      const { colour, opacity } = picture.cell(column, row);
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      // From whole pixel to whole pixel: narrow cells would leave seams of half-covered ones.
      const [left, top] = [Math.round(box.x * ratio), Math.round(box.y * ratio)];
      context.fillRect(left, top, Math.round((box.x + box.width) * ratio) - left, Math.round((box.y + box.height) * ratio) - top);
    }
  }
  context.scale(ratio, ratio);
  if (picture.marked) mark(context, layout, picture, picture.marked);
}

/** @param {CanvasRenderingContext2D} context @param {HeatLayout} layout @param {HeatPicture} picture @param {{column: number, row: number}} place */
function mark(context, layout, picture, place) {
  const cell = cellBox(layout, place.column, place.row);
  // On a dense heat map a cell is a hair's breadth: the mark stays large enough to be found.
  const width = Math.max(cell.width, 7);
  const height = Math.max(cell.height, 7);
  const x = Math.min(layout.width - width - 1, Math.max(1, cell.x + (cell.width - width) / 2));
  const y = Math.min(layout.height - height - 1, Math.max(1, cell.y + (cell.height - height) / 2));
  context.globalAlpha = 1;
  for (const [colour, line] of /** @type {const} */ ([[picture.halo, 4], [picture.ink, 1.75]])) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(x, y, width, height);
  }
}
