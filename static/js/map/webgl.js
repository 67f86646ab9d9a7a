/**
 * The map in WebGL2: all points in one draw call, the move from the last map to the next done by the vertex shader.
 * 100,000 points upload once for each change; panning and zooming change one matrix.
 */

import { createBackdrop } from "./backdrop.js";
import { FOG } from "./camera.js";
import { FRAGMENT_SHADER, VERTEX_SHADER } from "./shaders.js";

/** @import {FrameState, PointStyle, Renderer} from "./types.js" */

/** From so many points on, moving a picture of them is what keeps up with the hand. */
const MANY = 20_000;

/**
 * Without multisampling: the fragment shader softens edges itself, at a quarter of the cost.
 * @param {HTMLCanvasElement} canvas @returns {Renderer | null}  null where WebGL2 is missing
 */
export function createWebglRenderer(canvas) {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, powerPreference: "low-power" });
  if (!gl) return null;
  let scene = buildScene(gl);
  /**
   * What was last uploaded, so that a lost context can be filled again.
   * @type {{from?: Float32Array, to?: Float32Array, style?: PointStyle, focus: Uint8Array | null, frame?: FrameState}}
   */
  const kept = { focus: null };

  /** @type {Renderer} */
  const renderer = {
    kind: "webgl2",
    setPositions(from, to) {
      Object.assign(kept, { from, to });
      scene.backdrop.forget();
      upload(gl, scene.buffers.from, from);
      upload(gl, scene.buffers.to, to);
    },
    setStyle(style) {
      kept.style = style;
      upload(gl, scene.buffers.colour, style.colours);
      upload(gl, scene.buffers.size, style.sizes);
      upload(gl, scene.buffers.shape, style.shapes);
      gl.bindVertexArray(scene.vertexArray);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, style.order, gl.DYNAMIC_DRAW);
      renderer.setFocus(kept.focus);
    },
    setFocus(focus) {
      kept.focus = focus;
      const count = kept.style?.sizes.length ?? 0;
      upload(gl, scene.buffers.focus, focus && focus.length === count ? focus : new Uint8Array(count).fill(1));
      scene.backdrop.forget();
    },
    resize(width, height, pixelRatio) {
      canvas.width = Math.max(1, Math.round(width * pixelRatio));
      canvas.height = Math.max(1, Math.round(height * pixelRatio));
    },
    draw(frame) {
      kept.frame = frame;
      if (!kept.style || !kept.to) return clear(gl, frame);
      const count = kept.style.order.length;
      if (!frame.viewport.flat || frame.progress < 1 || count < MANY) return drawScene(gl, scene, frame, count);
      scene.backdrop.show(frame, (larger, width, height) => drawScene(gl, scene, larger, count, width, height));
      if (frame.hovered >= 0) drawHovered(gl, scene, frame);
    },
  };

  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextrestored", () => {
    scene = buildScene(gl);
    if (kept.from && kept.to) renderer.setPositions(kept.from, kept.to);
    if (kept.style) renderer.setStyle(kept.style);
    if (kept.frame) renderer.draw(kept.frame);
  });
  return renderer;
}

/** Name in the shader, components, GL type, scaled to 0…1. */
const ATTRIBUTES = /** @type {const} */ ({
  from: ["from_position", 3, "FLOAT", false],
  to: ["to_position", 3, "FLOAT", false],
  colour: ["colour", 4, "UNSIGNED_BYTE", true],
  size: ["size", 1, "FLOAT", false],
  shape: ["shape", 1, "UNSIGNED_BYTE", false],
  focus: ["focus", 1, "UNSIGNED_BYTE", false],
});

const UNIFORMS = /** @type {const} */ ([
  "clip_from_world",
  "progress",
  "pixel_scale",
  "max_size",
  "hovered",
  "fog",
  "film",
  "ink",
  "opaque",
  "stripe",
]);

/** @param {WebGL2RenderingContext} gl */
function buildScene(gl) {
  const program = linkProgram(gl);
  const vertexArray = gl.createVertexArray();
  gl.bindVertexArray(vertexArray);
  /** @type {Record<string, WebGLBuffer | null>} */
  const buffers = {};
  for (const [key, [name, components, type, normalised]] of Object.entries(ATTRIBUTES)) {
    const location = gl.getAttribLocation(program, name);
    buffers[key] = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[key]);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, components, gl[type], normalised, 0, 0);
  }
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  const uniforms = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]));
  const maxSize = gl.getParameter(gl.ALIASED_POINT_SIZE_RANGE)[1];
  return { program, vertexArray, buffers, uniforms, maxSize, backdrop: createBackdrop(gl) };
}

/** @param {WebGL2RenderingContext} gl */
function linkProgram(gl) {
  const program = gl.createProgram();
  for (const [type, source] of /** @type {const} */ ([
    [gl.VERTEX_SHADER, VERTEX_SHADER],
    [gl.FRAGMENT_SHADER, FRAGMENT_SHADER],
  ])) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error("The graphics driver gave no shader.");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const logs = (gl.getAttachedShaders(program) ?? []).map((shader) => gl.getShaderInfoLog(shader));
    throw new Error(`The map's shaders do not build: ${[...logs, gl.getProgramInfoLog(program)].join(" ")}`);
  }
  return program;
}

/** @param {WebGL2RenderingContext} gl @param {WebGLBuffer | null} buffer @param {Float32Array | Uint8Array} data */
function upload(gl, buffer, data) {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
}

/** @param {WebGL2RenderingContext} gl @param {FrameState} frame */
function clear(gl, frame, width = gl.drawingBufferWidth, height = gl.drawingBufferHeight) {
  gl.viewport(0, 0, width, height);
  gl.clearColor(frame.film[0] / 255, frame.film[1] / 255, frame.film[2] / 255, 1);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
}

/**
 * @param {WebGL2RenderingContext} gl @param {ReturnType<typeof buildScene>} scene @param {FrameState} frame
 * @param {number} count @param {number} [width]  of what is drawn on @param {number} [height]
 */
function drawScene(gl, scene, frame, count, width, height) {
  clear(gl, frame, width, height);
  use(gl, scene, frame);
  gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 0);
}

/**
 * Alone, over what is there.
 * @param {WebGL2RenderingContext} gl @param {ReturnType<typeof buildScene>} scene @param {FrameState} frame
 */
function drawHovered(gl, scene, frame) {
  gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
  use(gl, scene, frame);
  gl.drawArrays(gl.POINTS, frame.hovered, 1);
}

/** @param {WebGL2RenderingContext} gl @param {ReturnType<typeof buildScene>} scene @param {FrameState} frame */
function use(gl, scene, frame) {
  const { uniforms } = scene;
  const flat = frame.viewport.flat;
  gl.useProgram(scene.program);
  gl.bindVertexArray(scene.vertexArray);
  gl.uniformMatrix4fv(uniforms.clip_from_world, false, frame.matrix);
  gl.uniform1f(uniforms.progress, frame.progress);
  gl.uniform1f(uniforms.pixel_scale, frame.pointScale * (gl.drawingBufferWidth / frame.viewport.width));
  gl.uniform1f(uniforms.stripe, 4 * (gl.drawingBufferWidth / frame.viewport.width));
  gl.uniform1f(uniforms.max_size, scene.maxSize);
  gl.uniform1i(uniforms.hovered, frame.hovered);
  gl.uniform1f(uniforms.fog, flat ? 0 : FOG);
  gl.uniform3f(uniforms.film, frame.film[0] / 255, frame.film[1] / 255, frame.film[2] / 255);
  gl.uniform3f(uniforms.ink, frame.ink[0] / 255, frame.ink[1] / 255, frame.ink[2] / 255);
  gl.uniform1i(uniforms.opaque, flat ? 0 : 1);
  // On a flat map the order of drawing decides what is on top; in space the depth does.
  toggle(gl, gl.DEPTH_TEST, !flat);
  toggle(gl, gl.BLEND, flat);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
}

/** @param {WebGL2RenderingContext} gl @param {number} capability @param {boolean} on */
function toggle(gl, capability, on) {
  if (on) gl.enable(capability);
  else gl.disable(capability);
}
