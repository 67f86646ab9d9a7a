/** What lies over a film for a while: the magnifier, and a length that is measured. */

import { count } from "../format.js";

/** @import {ImageRecord} from "../types.js" */
/** @import {Film, Point} from "./types.js" */

/** @typedef {ImageRecord["spacing"]} Spacing */

/** Of the lens, in pixels of the page; and how much larger it shows. */
const [RADIUS, POWER] = [110, 2.5];

/** @typedef {{left: number, top: number, scale: number}} Place  of a film on its canvas */

/**
 * The film about a place of the canvas, larger, within the film: what is drawn there is still to get its window.
 * @param {CanvasRenderingContext2D} context @param {CanvasImageSource} image @param {Film} film @param {Place} place
 * @param {Point} at  in pixels of the canvas
 */
export function drawLens(context, image, film, { left, top, scale }, at) {
  context.save();
  context.beginPath();
  context.rect(left, top, film.width * scale, film.height * scale);
  context.clip();
  context.beginPath();
  context.arc(at.x, at.y, RADIUS * devicePixelRatio, 0, 2 * Math.PI);
  context.clip();
  context.fillRect(
    at.x - RADIUS * devicePixelRatio,
    at.y - RADIUS * devicePixelRatio,
    2 * RADIUS * devicePixelRatio,
    2 * RADIUS * devicePixelRatio,
  );
  const grown = (/** @type {number} */ from, /** @type {number} */ about) => about + (from - about) * POWER;
  context.drawImage(
    image,
    grown(left, at.x),
    grown(top, at.y),
    film.width * scale * POWER,
    film.height * scale * POWER,
  );
  context.restore();
}

/** Its edge, which no window changes. @param {CanvasRenderingContext2D} context @param {Point} at */
export function drawRim(context, at) {
  context.beginPath();
  context.arc(at.x, at.y, RADIUS * devicePixelRatio, 0, 2 * Math.PI);
  stroke(context);
}

/** Where the millimetres are that an attribute of DICOM counts. @type {Readonly<Record<string, string>>} */
const MEASURED = {
  PixelSpacing: "",
  ImagerPixelSpacing: " at the detector",
  NominalScannedPixelSpacing: " on the film",
};

/**
 * A line with its length: in pixels, and in millimetres where the file says how far these are apart.
 * @param {CanvasRenderingContext2D} context @param {Place} place @param {readonly [Point, Point]} line
 * @param {Spacing} spacing
 */
export function drawLength(context, { left, top, scale }, line, spacing) {
  const [a, b] = line.map(({ x, y }) => ({ x: left + x * scale, y: top + y * scale }));
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length === 0) return;
  // A stroke across each end.
  const [dx, dy] = [((b.y - a.y) / length) * 6 * devicePixelRatio, ((a.x - b.x) / length) * 6 * devicePixelRatio];
  context.beginPath();
  for (const [from, to] of [
    [a, b],
    [
      { x: a.x - dx, y: a.y - dy },
      { x: a.x + dx, y: a.y + dy },
    ],
    [
      { x: b.x - dx, y: b.y - dy },
      { x: b.x + dx, y: b.y + dy },
    ],
  ]) {
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
  }
  stroke(context);
  context.font = `${13 * devicePixelRatio}px system-ui, sans-serif`;
  context.textAlign = b.x >= a.x ? "left" : "right";
  const [x, y] = [b.x + Math.sign(b.x - a.x || 1) * 10 * devicePixelRatio, b.y + 4 * devicePixelRatio];
  context.lineWidth = 4 * devicePixelRatio;
  context.strokeStyle = "#000";
  context.strokeText(lengthText(line, spacing), x, y);
  context.fillStyle = "#ffe08a";
  context.fillText(lengthText(line, spacing), x, y);
  context.fillStyle = "#000";
}

/** @param {readonly [Point, Point]} line @param {Spacing} [spacing] */
export function lengthText([a, b], spacing) {
  const [across, down] = [b.x - a.x, b.y - a.y];
  const pixels = `${count(Math.round(Math.hypot(across, down)))} px`;
  if (!spacing) return pixels;
  const { columns_mm, rows_mm, attribute } = spacing;
  const length = Math.hypot(across * columns_mm, down * rows_mm);
  return `${pixels} · ${length.toFixed(1)} mm${MEASURED[attribute]} (${attribute})`;
}

/** Light on dark, so that it is seen on any film. @param {CanvasRenderingContext2D} context */
function stroke(context) {
  for (const [width, colour] of /** @type {const} */ ([
    [3, "#000"],
    [1.5, "#ffe08a"],
  ])) {
    context.lineWidth = width * devicePixelRatio;
    context.strokeStyle = colour;
    context.stroke();
  }
}
