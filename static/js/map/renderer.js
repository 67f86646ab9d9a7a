/**
 * What a renderer of the map is. Both renderers (webgl.js, canvas2d.js) take typed arrays and numbers and draw;
 * neither knows of records, clusters, requests or the page.
 */

/**
 * @typedef {object} PointStyle  how each point looks; all arrays have one entry (colours: four) a point
 * @property {Uint8Array} colours  red, green, blue, opacity
 * @property {Float32Array} sizes  diameter in CSS pixels at zoom 1
 * @property {Uint8Array} shapes  values of `Shape`
 * @property {Uint32Array} order  indices in the order of drawing: what matters most comes last
 */

/**
 * @typedef {object} FrameState  everything that one drawing depends on besides the buffers
 * @property {Float32Array} matrix  clip_from_world
 * @property {import("./camera.js").Viewport} viewport
 * @property {number} progress  0 shows the positions moved from, 1 those moved to
 * @property {number} pointScale
 * @property {number} hovered  index of the point under the cursor, or -1
 * @property {readonly [number, number, number]} film  background, 0…255
 * @property {readonly [number, number, number]} ink  outline of the hovered point, 0…255
 */

/**
 * @typedef {object} Renderer
 * @property {"webgl2" | "canvas2d"} kind
 * @property {(from: Float32Array, to: Float32Array) => void} setPositions  three numbers a point
 * @property {(style: PointStyle) => void} setStyle
 * @property {(focus: Uint8Array | null) => void} setFocus  1 keeps a point, 0 dims it; null dims none
 * @property {(width: number, height: number, pixelRatio: number) => void} resize
 * @property {(frame: FrameState) => void} draw
 */

import { createCanvasRenderer } from "./canvas2d.js";
import { createWebglRenderer } from "./webgl.js";

/** WebGL2 where there is any, Canvas 2D otherwise. @param {HTMLCanvasElement} canvas @returns {Renderer} */
export function createRenderer(canvas) {
  return createWebglRenderer(canvas) ?? createCanvasRenderer(canvas);
}
