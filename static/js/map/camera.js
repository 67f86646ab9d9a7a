/**
 * The camera as an immutable value, and the arithmetic between world and screen.
 *
 * World units are standard deviations of the projection (what DBSCAN measures `eps` in). `x` and `y` move the
 * centre of the view away from the centre of the frame, in the plane of the screen; `yaw` and `pitch` turn a
 * 3-D map and are ignored on a flat one. Nothing here knows of the DOM or of GL.
 */

/** @import {Camera, Frame, Turn, Viewport} from "./types.js" */

/** Turned a little, so that a 3-D map does not open looking like a flat one. @type {Camera} */
export const HOME = Object.freeze({ x: 0, y: 0, zoom: 1, yaw: 0.5, pitch: 0.35 });

export const MIN_ZOOM = 0.25;
export const MAX_ZOOM = 400;

/** Room round the outermost points, as a share of the viewport; in CSS pixels at least half a picture and its frame. */
const MARGIN = 0.08;
const LEAST_MARGIN = 20;

/** Distance of the eye in units of the frame: far enough that the perspective only hints at depth. */
const EYE_DISTANCE = 4;
/** What is farthest away still shows a little of its colour. */
export const FOG = 0.7;

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** CSS pixels per world unit. @param {Camera} camera @param {Viewport} viewport */
export function pixelsPerUnit(camera, viewport) {
  const { width, height, frame } = viewport;
  const room = (/** @type {number} */ side) => Math.max(1, side - 2 * Math.max(MARGIN * side, LEAST_MARGIN));
  return (camera.zoom * Math.min(room(width) / frame.halfWidth, room(height) / frame.halfHeight)) / 2;
}

/**
 * @param {Camera} camera @param {Viewport} viewport @param {number} dx @param {number} dy  CSS pixels @returns {Camera}
 */
export function pan(camera, viewport, dx, dy) {
  const scale = pixelsPerUnit(camera, viewport);
  return Object.freeze({ ...camera, x: camera.x - dx / scale, y: camera.y + dy / scale });
}

/**
 * Zooms so that what lies under the cursor stays under it.
 * @param {Camera} camera @param {Viewport} viewport @param {number} px @param {number} py @param {number} factor
 * @returns {Camera}
 */
export function zoomAbout(camera, viewport, px, py, factor) {
  const zoom = clamp(camera.zoom * factor, MIN_ZOOM, MAX_ZOOM);
  const before = pixelsPerUnit(camera, viewport);
  const after = before * (zoom / camera.zoom);
  const shift = 1 / before - 1 / after;
  return Object.freeze({
    ...camera,
    zoom,
    x: camera.x + (px - viewport.width / 2) * shift,
    y: camera.y - (py - viewport.height / 2) * shift,
  });
}

/**
 * A drag over about 600 pixels is half a turn.
 * @param {Camera} camera @param {number} dx @param {number} dy @returns {Camera}
 */
export function orbit(camera, dx, dy) {
  const turn = 0.005;
  const full = 2 * Math.PI;
  const yaw = (((camera.yaw + dx * turn) % full) + full) % full;
  return Object.freeze({ ...camera, yaw, pitch: clamp(camera.pitch + dy * turn, -Math.PI / 2, Math.PI / 2) });
}

/** @param {Camera} camera */
export function isHome(camera) {
  return /** @type {const} */ (["x", "y", "zoom", "yaw", "pitch"]).every(
    (key) => Math.abs(camera[key] - HOME[key]) < 1e-6,
  );
}

/**
 * The matrix that takes world coordinates to clip space, column by column as GL wants it.
 * Depth keeps its sign and scale whatever the zoom, so zooming in never clips a point away.
 * @param {Camera} camera @param {Viewport} viewport @returns {Float32Array}
 */
export function clipFromWorld(camera, viewport) {
  const { width, height, frame, flat } = viewport;
  const scale = pixelsPerUnit(camera, viewport);
  const sx = (2 * scale) / width;
  const sy = (2 * scale) / height;
  const [cx, cy, cz] = frame.centre;
  const rows = flat ? FLAT_ROWS : rotationRows(camera.yaw, camera.pitch);
  const depth = Math.max(frame.halfWidth, frame.halfHeight);
  const perspective = flat ? 0 : 1 / (EYE_DISTANCE * depth);
  const m = new Float32Array(16);
  for (let column = 0; column < 3; column++) {
    m[4 * column] = sx * rows[0][column];
    m[4 * column + 1] = sy * rows[1][column];
    m[4 * column + 2] = flat ? 0 : -rows[2][column] / (2 * depth);
    m[4 * column + 3] = -perspective * rows[2][column];
  }
  /** @param {number} row */
  const moved = (row) => rows[row][0] * cx + rows[row][1] * cy + rows[row][2] * cz;
  m[12] = -sx * (moved(0) + camera.x);
  m[13] = -sy * (moved(1) + camera.y);
  m[14] = flat ? 0 : moved(2) / (2 * depth);
  m[15] = 1 + perspective * moved(2);
  return m;
}

const FLAT_ROWS = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** Yaw about the vertical axis first, then pitch about the horizontal one. @param {number} yaw @param {number} pitch */
function rotationRows(yaw, pitch) {
  const cy = Math.cos(yaw);
  const sy = Math.sin(yaw);
  const cp = Math.cos(pitch);
  const sp = Math.sin(pitch);
  return [
    [cy, 0, sy],
    [sp * sy, cp, -sp * cy],
    [-cp * sy, sp, cp * cy],
  ];
}

/**
 * Where a world point lies on the screen, in CSS pixels from the top left, and its depth (larger is further away).
 * @param {Float32Array} matrix @param {Viewport} viewport @param {number} x @param {number} y @param {number} z
 * @returns {[number, number, number]}
 */
export function screenFromWorld(matrix, viewport, x, y, z) {
  const w = matrix[3] * x + matrix[7] * y + matrix[11] * z + matrix[15];
  const clipX = (matrix[0] * x + matrix[4] * y + matrix[8] * z + matrix[12]) / w;
  const clipY = (matrix[1] * x + matrix[5] * y + matrix[9] * z + matrix[13]) / w;
  return [((clipX + 1) * viewport.width) / 2, ((1 - clipY) * viewport.height) / 2, w];
}

/**
 * How much of a point sinks into the film, from 0 to 1: only what lies behind the middle of a 3-D map, where the depth
 * is 1.
 * @param {number} depth
 */
export function fogAt(depth) {
  const t = Math.min(1, Math.max(0, (((depth - 1) * EYE_DISTANCE) / 2 + 0.1) / 0.6));
  return FOG * t * t * (3 - 2 * t);
}

/**
 * The world point under a pixel of a flat map.
 * @param {Camera} camera @param {Viewport} viewport @param {number} px @param {number} py @returns {[number, number]}
 */
export function worldFromScreen(camera, viewport, px, py) {
  const scale = pixelsPerUnit(camera, viewport);
  const [cx, cy] = viewport.frame.centre;
  return [cx + camera.x + (px - viewport.width / 2) / scale, cy + camera.y - (py - viewport.height / 2) / scale];
}

/**
 * Which way each of the three axes of the served map points on the screen, as x to the right and y downwards, and how
 * near its tip is.
 * @param {Camera} camera @param {Turn} turn  of the drawing @returns {{x: number, y: number, near: number}[]}
 */
export function axisDirections(camera, turn) {
  const rows = rotationRows(camera.yaw, camera.pitch);
  const along = (/** @type {number} */ row, /** @type {number} */ axis) =>
    rows[row][0] * turn[axis] + rows[row][1] * turn[3 + axis] + rows[row][2] * turn[6 + axis];
  return [0, 1, 2].map((axis) => ({ x: along(0, axis), y: -along(1, axis), near: along(2, axis) }));
}

/**
 * Between two frames, for the animation from one map to the next.
 * @param {Frame} from @param {Frame} to @param {number} t @returns {Frame}
 */
export function mixFrames(from, to, t) {
  /** @param {number} a @param {number} b */
  const mix = (a, b) => a + (b - a) * t;
  return {
    centre: [mix(from.centre[0], to.centre[0]), mix(from.centre[1], to.centre[1]), mix(from.centre[2], to.centre[2])],
    halfWidth: mix(from.halfWidth, to.halfWidth),
    halfHeight: mix(from.halfHeight, to.halfHeight),
  };
}
