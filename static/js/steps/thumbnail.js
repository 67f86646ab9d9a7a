/** A small map: its points in their colours, without pictures. */

import { PER_IMAGE, encodeClusters } from "../colour/encode.js";
import { encodingOf } from "../colour/follow.js";
import { frameOf } from "../map/points.js";
import { HATCHED, SHAPE_PATHS } from "../map/shapes.js";

/** @import {AppState} from "../types.js" */
/** @import {Drawn} from "./looked.js" */

const MARGIN = 5;
/** A dot here to one on the map, in width. */
const SCALE = 0.36;
/** A small map of many is drawn of some of them. */
const MOST = 2000;

/**
 * @param {HTMLCanvasElement} canvas  with the size that it is shown at @param {Drawn} drawn
 * @param {Pick<AppState, "cohort" | "colour" | "scheme">} state @returns {boolean}  whether there was room
 */
export function drawThumbnail(canvas, { positions, clusters, records, tints }, { cohort, colour, scheme }) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || width === 0) return false;
  const ratio = Math.min(devicePixelRatio || 1, 2);
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  // Of what is measured on one map nothing is known on the others.
  const { style } =
    colour in PER_IMAGE
      ? encodeClusters(clusters, scheme, [], tints)
      : encodingOf({ cohort, colour, scheme, tints }, clusters, records);
  const { centre, halfWidth, halfHeight } = frameOf(positions);
  const scale = Math.min((width / 2 - MARGIN) / halfWidth, (height / 2 - MARGIN) / halfHeight);
  const every = Math.ceil(positions.count / MOST);
  for (const i of style.order) {
    if (i % every > 0) continue;
    const [red, green, blue, alpha] = style.colours.subarray(4 * i, 4 * i + 4);
    const size = (SCALE * style.sizes[i]) / 2;
    const x = width / 2 + (positions.xyz[3 * i] - centre[0]) * scale;
    const y = height / 2 - (positions.xyz[3 * i + 1] - centre[1]) * scale;
    context.setTransform(ratio * size, 0, 0, ratio * size, ratio * x, ratio * y);
    context.fillStyle = `rgb(${red} ${green} ${blue} / ${alpha / 255})`;
    context.fill(pathOf(style.shapes[i] % HATCHED), "evenodd");
  }
  return true;
}

/** @type {Map<number, Path2D>} */
const paths = new Map();

/** @param {number} shape */
function pathOf(shape) {
  const path = paths.get(shape) ?? new Path2D(SHAPE_PATHS[shape]);
  paths.set(shape, path);
  return path;
}
