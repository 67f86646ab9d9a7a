/**
 * The map in Canvas 2D, for browsers without WebGL2: the same interface and the same picture, slower beyond some
 * thousands of points.
 */

import { screenFromWorld } from "./camera.js";
import { mixPositions } from "./points.js";
import { HATCHED, SHAPE_PATHS, Shape } from "./shapes.js";

/** @import {FrameState, PointStyle, Renderer} from "./types.js" */

/** @param {HTMLCanvasElement} canvas @returns {Renderer} */
export function createCanvasRenderer(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  const paths = Object.values(Shape).map((shape) => new Path2D(SHAPE_PATHS[shape]));
  /** @type {Float32Array} */
  let from = new Float32Array(0);
  let to = from;
  /** @type {PointStyle | null} */
  let style = null;
  /** @type {Uint8Array | null} */
  let focus = null;
  let ratio = 1;

  return {
    kind: "canvas2d",
    setPositions(nextFrom, nextTo) {
      from = nextFrom;
      to = nextTo;
    },
    setStyle(next) {
      style = next;
    },
    setFocus(next) {
      focus = next;
    },
    resize(width, height, pixelRatio) {
      ratio = pixelRatio;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    },
    draw(frame) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalAlpha = 1;
      context.fillStyle = css(frame.film);
      context.fillRect(0, 0, canvas.width, canvas.height);
      if (!style || to.length === 0) return;
      const positions = frame.progress < 1 ? mixPositions(from, to, frame.progress) : to;
      drawPoints(context, paths, ratio, frame, positions, style, focus);
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context @param {Path2D[]} paths @param {number} ratio
 * @param {FrameState} frame @param {Float32Array} positions @param {PointStyle} style @param {Uint8Array | null} focus
 */
function drawPoints(context, paths, ratio, frame, positions, style, focus) {
  const { matrix, viewport, hovered } = frame;
  const at = Array.from(
    style.order,
    (i) =>
      /** @type {const} */ ([
        i,
        screenFromWorld(matrix, viewport, positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]),
      ]),
  );
  if (!viewport.flat) at.sort((a, b) => b[1][2] - a[1][2]);
  const last = at.findIndex(([i]) => i === hovered);
  if (last >= 0) at.push(...at.splice(last, 1));
  for (const [i, [x, y, depth]] of at) {
    const radius = (style.sizes[i] * frame.pointScale * (i === hovered ? 1.5 : 1)) / 2 / depth;
    const dimmed = focus && !focus[i] && i !== hovered ? 0.15 : 1;
    context.setTransform(radius * ratio, 0, 0, radius * ratio, x * ratio, y * ratio);
    context.globalAlpha = i === hovered ? 1 : (style.colours[4 * i + 3] / 255) * dimmed;
    context.fillStyle = `rgb(${style.colours[4 * i]} ${style.colours[4 * i + 1]} ${style.colours[4 * i + 2]})`;
    const path = paths[style.shapes[i] % HATCHED];
    context.fill(path, "evenodd");
    if (style.shapes[i] >= HATCHED) hatch(context, path, radius, frame.film);
    if (i === hovered) {
      context.globalAlpha = 1;
      context.lineWidth = 2 / radius;
      context.strokeStyle = css(frame.ink);
      context.stroke(path);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context @param {Path2D} path @param {number} radius
 * @param {readonly [number, number, number]} film
 */
function hatch(context, path, radius, film) {
  context.save();
  context.clip(path, "evenodd");
  context.strokeStyle = css(film);
  context.lineWidth = 1.4 / radius;
  context.beginPath();
  for (let at = -2; at <= 2; at += 2.8 / radius) {
    context.moveTo(at - 1, 1);
    context.lineTo(at + 1, -1);
  }
  context.stroke();
  context.restore();
}

/** @param {readonly [number, number, number]} rgb */
function css(rgb) {
  return `rgb(${rgb.join(" ")})`;
}
