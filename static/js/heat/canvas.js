/**
 * A heat map on a canvas: sharp on every screen, drawn again when its size or the theme changes, pointed at by cell.
 */

import { onClick } from "../clicks.js";
import { cellAt, cellBox } from "./layout.js";

/** @import {HeatLayout, HeatPicture, Place} from "../types.js" */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{enter: (column: number, row: number, event: MouseEvent) => void, leave: () => void,
 *   pick: (column: number, row: number) => void}} events
 */
export function createHeatCanvas(canvas, events) {
  /** @type {HeatPicture | null} */
  let picture = null;
  /** @type {Place | null} */
  let pointed = null;
  /** @returns {HeatLayout} */
  const layout = () => ({
    columns: picture?.columns ?? 1,
    rows: picture?.rows ?? 1,
    width: canvas.clientWidth,
    height: canvas.clientHeight,
    gap: canvas.clientWidth / (picture?.columns ?? 1) >= 6 ? 1 : 0,
  });
  const redraw = () => paint(canvas, layout(), picture, pointed);
  /** @param {Place | null} place */
  const point = (place) => {
    if (place?.column === pointed?.column && place?.row === pointed?.row) return;
    pointed = place;
    redraw();
  };
  /** @param {MouseEvent} event */
  const under = (event) => {
    const box = canvas.getBoundingClientRect();
    return picture && cellAt(layout(), event.clientX - box.left, event.clientY - box.top);
  };
  canvas.addEventListener("pointermove", (event) => {
    const cell = under(event);
    point(cell);
    if (cell) events.enter(cell.column, cell.row, event);
    else events.leave();
  });
  canvas.addEventListener("pointerleave", () => {
    point(null);
    events.leave();
  });
  onClick(canvas, (event) => {
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
    point,
  };
}

/**
 * @param {HTMLCanvasElement} canvas @param {HeatLayout} layout @param {HeatPicture | null} picture
 * @param {Place | null} pointed
 */
function paint(canvas, layout, picture, pointed) {
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
      context.fillRect(
        left,
        top,
        Math.round((box.x + box.width) * ratio) - left,
        Math.round((box.y + box.height) * ratio) - top,
      );
    }
  }
  context.scale(ratio, ratio);
  if (pointed) mark(context, layout, picture, pointed, [3, 2]);
  if (picture.marked) mark(context, layout, picture, picture.marked);
}

/**
 * @param {CanvasRenderingContext2D} context @param {HeatLayout} layout @param {HeatPicture} picture
 * @param {Place} place @param {readonly number[]} [dash]
 */
function mark(context, layout, picture, place, dash = []) {
  const cell = cellBox(layout, place.column, place.row);
  // On a dense heat map a cell is a hair's breadth: the mark stays large enough to be found.
  const width = Math.max(cell.width, 7);
  const height = Math.max(cell.height, 7);
  const x = Math.min(layout.width - width - 1, Math.max(1, cell.x + (cell.width - width) / 2));
  const y = Math.min(layout.height - height - 1, Math.max(1, cell.y + (cell.height - height) / 2));
  context.globalAlpha = 1;
  for (const [colour, line] of /** @type {const} */ ([
    [picture.halo, 4],
    [picture.ink, 1.75],
  ])) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.setLineDash(colour === picture.ink ? [...dash] : []);
    context.strokeRect(x, y, width, height);
  }
}
