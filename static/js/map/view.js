/**
 * The map on its canvas: holds the camera, the positions and the style, draws when one of them has changed, and
 * answers what lies under the cursor. It knows points by their index only.
 */

import { HOME, clipFromWorld, pixelsPerUnit, screenFromWorld, worldFromScreen } from "./camera.js";
import { attachGestures } from "./gestures.js";
import { pointsWithin } from "./outline.js";
import { buildGrid, nearest } from "./picking.js";
import { createPictureLayer } from "./pictures.js";
import { pointScale } from "./points.js";
import { createRenderer } from "./renderer.js";
import { frameAt, moveTo, progressAt, standing } from "./transition.js";

/** @import {Camera, Grid, MapEvents, Marks, PictureSource, Place, PointStyle, Positions, Viewport} from "./types.js" */

const MOVE_MS = 250;
const PICK_PIXELS = 12;

/** @typedef {ReturnType<typeof createMapView>} MapView */

/**
 * @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} over  for the pictures, of the same size
 * @param {MapEvents} events
 */
export function createMapView(canvas, over, events) {
  const renderer = createRenderer(canvas);
  const pictures = createPictureLayer(over);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let transition = standing({ xyz: new Float32Array(0), count: 0, flat: true });
  let camera = HOME;
  let hovered = -1;
  /** @type {PointStyle | null} */
  let style = null;
  let key = "";
  let frames = 0;
  let scheduled = false;
  /** @type {{film: readonly [number, number, number], ink: readonly [number, number, number]}} */
  let surface = { film: [0, 0, 0], ink: [255, 255, 255] };
  /** Who draws above the map. */
  const listeners = [events.drawn];
  /**
   * Built when first asked for; forgotten when positions, who is drawn, or on a 3-D map the camera, have changed.
   * @type {Grid | null}
   */
  let grid = null;

  const size = () => ({ width: canvas.clientWidth || 1, height: canvas.clientHeight || 1 });
  /** @returns {Viewport} */
  const viewport = (now = performance.now()) => ({
    ...size(),
    frame: frameAt(transition, now),
    flat: transition.to.flat,
  });

  function schedule() {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(draw);
  }

  /** @param {number} now */
  function draw(now) {
    scheduled = false;
    if (!style) return;
    const progress = progressAt(transition, now);
    const view = viewport(now);
    const scale = pointScale(transition.to.count, camera.zoom, Math.min(view.width, view.height));
    const frame = {
      matrix: clipFromWorld(camera, view),
      viewport: view,
      progress,
      pointScale: scale,
      hovered,
      ...surface,
    };
    renderer.draw(frame);
    if (
      pictures.draw(frame, {
        zoom: camera.zoom,
        pixelsPerUnit: pixelsPerUnit(camera, view),
        now,
        still: still.matches,
        held: canvas.classList.contains("dragging"),
      })
    )
      schedule();
    frames += 1;
    canvas.dataset.frames = String(frames);
    if (progress < 1) schedule();
    else {
      canvas.dataset.points = String(transition.to.count);
      canvas.dataset.drawnKey = key;
    }
    for (const listener of listeners) listener();
  }

  function pickingGrid() {
    if (grid) return grid;
    const { xyz, count, flat } = transition.to;
    const xy = new Float32Array(2 * count);
    const view = viewport(Infinity);
    const matrix = clipFromWorld(camera, view);
    for (let i = 0; i < count; i++) {
      const at = flat
        ? [xyz[3 * i], xyz[3 * i + 1]]
        : screenFromWorld(matrix, view, xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2]);
      xy[2 * i] = at[0];
      xy[2 * i + 1] = at[1];
    }
    grid = buildGrid(xy, style?.order);
    return grid;
  }

  /** @param {readonly number[]} path  in CSS pixels */
  function indicesWithin(path) {
    const view = viewport(Infinity);
    const { xy, members } = pickingGrid();
    const corner = (/** @type {number} */ k) => worldFromScreen(camera, view, path[k], path[k + 1]);
    const outline = view.flat ? path.flatMap((_, k) => (k % 2 ? [] : corner(k))) : path;
    return Array.from(pointsWithin(xy, members, outline).sort());
  }

  /** @param {number} x @param {number} y @returns {number} */
  function indexAt(x, y) {
    const pictured = pictures.at(x, y);
    if (pictured >= 0 || !pictures.hasDots()) return pictured;
    const view = viewport(Infinity);
    if (!view.flat) return nearest(pickingGrid(), x, y, PICK_PIXELS);
    const [wx, wy] = worldFromScreen(camera, view, x, y);
    return nearest(pickingGrid(), wx, wy, PICK_PIXELS / pixelsPerUnit(camera, view));
  }

  /**
   * Where the points lie on the canvas now, and how wide they or their pictures are, in CSS pixels.
   * @returns {(index: number) => Place}
   */
  function places() {
    const now = performance.now();
    const progress = progressAt(transition, now);
    const view = viewport(now);
    const matrix = clipFromWorld(camera, view);
    const scale = pointScale(transition.to.count, camera.zoom, Math.min(view.width, view.height));
    const { from, to } = transition;
    const boxes = pictures.boxes();
    return (index) => {
      const mixed = (/** @type {number} */ axis) =>
        from[3 * index + axis] + (to.xyz[3 * index + axis] - from[3 * index + axis]) * progress;
      const [x, y, depth] = screenFromWorld(matrix, view, mixed(0), mixed(1), mixed(2));
      const side = boxes.get(index)?.side;
      return { x, y, depth, pictured: side !== undefined, size: side ?? ((style?.sizes[index] ?? 0) * scale) / depth };
    };
  }

  /** @param {Camera} next */
  function moveCamera(next) {
    camera = next;
    if (!transition.to.flat) grid = null;
    schedule();
  }

  /** @param {number} index */
  function setHovered(index) {
    if (index === hovered) return;
    hovered = index;
    schedule();
  }

  /** Pictures alone leave nothing for the renderer to draw but the film. */
  function dress() {
    if (style) renderer.setStyle(pictures.hasDots() ? style : { ...style, order: new Uint32Array(0) });
    schedule();
  }

  attachGestures(canvas, {
    ...events,
    camera: () => camera,
    viewport,
    moveCamera: (next) => {
      moveCamera(next);
      events.camera(next);
    },
    hovered: () => hovered,
    indexAt,
    indicesWithin,
  });

  const fit = () => {
    const { width, height } = size();
    const ratio = Math.min(devicePixelRatio || 1, 3);
    renderer.resize(width, height, ratio);
    pictures.resize(width, height, ratio);
    if (!transition.to.flat) grid = null;
    // At once: a resized canvas is empty, and waiting for the next frame would show it so.
    draw(performance.now());
  };
  // Fires once for the first size too.
  new ResizeObserver(fit).observe(canvas);
  canvas.addEventListener("webglcontextrestored", schedule);
  canvas.dataset.renderer = renderer.kind;

  return {
    kind: renderer.kind,
    /** @param {Positions} positions @param {number} [duration]  of the way there, in milliseconds */
    setPositions(positions, duration = MOVE_MS) {
      if (positions === transition.to) return;
      transition = moveTo(transition, positions, performance.now(), still.matches ? 0 : duration);
      grid = null;
      renderer.setPositions(transition.from, positions.xyz);
      pictures.setPositions(transition.from, positions);
      schedule();
    },
    /** @param {PointStyle} next @param {string} name  what is drawn, written on the canvas once it is */
    setStyle(next, name) {
      key = name;
      style = next;
      grid = null;
      pictures.set({ style });
      dress();
    },
    /** What stands for a point. @param {Marks} marks */
    setMarks(marks) {
      pictures.set({ marks });
      dress();
    },
    /** @param {PictureSource | null} source */
    setPictures(source) {
      pictures.set({ source });
      schedule();
    },
    /** The points whose pictures come before all others. @param {readonly number[]} first */
    setFirst(first) {
      pictures.set({ first });
      schedule();
    },
    refresh: schedule,
    /** After every frame. @param {() => void} listener */
    onDrawn: (listener) => listeners.push(listener),
    /** @param {Uint8Array | null} focus */
    setFocus(focus) {
      renderer.setFocus(focus);
      pictures.set({ focus });
      schedule();
    },
    /** @param {typeof surface} next */
    setSurface(next) {
      surface = next;
      schedule();
    },
    setCamera: moveCamera,
    setHovered,
    places,
    boxes: pictures.boxes,
    /** @param {number} index */
    screenOf: (index) => places()(index),
    pixelsPerUnit: () => pixelsPerUnit(camera, viewport()),
    /**
     * From places of a flat map that stands still to the canvas, in CSS pixels; null while it moves or has depth.
     * @returns {((x: number, y: number) => [number, number]) | null}
     */
    settledPlace() {
      if (!transition.to.flat || progressAt(transition, performance.now()) < 1) return null;
      const view = viewport(Infinity);
      const matrix = clipFromWorld(camera, view);
      return (x, y) => {
        const at = screenFromWorld(matrix, view, x, y, 0);
        return [at[0], at[1]];
      };
    },
    size,
  };
}
