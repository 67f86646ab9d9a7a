/**
 * What a renderer of the map is. Both renderers (webgl.js, canvas2d.js) take typed arrays and numbers and draw;
 * neither knows of records, clusters, requests or the page.
 */

import { createCanvasRenderer } from "./canvas2d.js";
import { createWebglRenderer } from "./webgl.js";

/** @import {Renderer} from "./types.js" */

/** WebGL2 where there is any, Canvas 2D otherwise. @param {HTMLCanvasElement} canvas @returns {Renderer} */
export function createRenderer(canvas) {
  return createWebglRenderer(canvas) ?? createCanvasRenderer(canvas);
}
