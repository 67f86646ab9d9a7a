/**
 * Hand and keys on the map: drag, wheel, double-click and keys become new camera values, hovers, picks and outlines.
 * It knows the element and the camera's arithmetic, and nothing of what the map shows.
 */

import { HOME, orbit, pan, zoomAbout } from "./camera.js";
import { rectangle, simplified } from "./outline.js";

/** @import {GestureTarget, Tool} from "./types.js" */

/** Less movement than this between press and release is a click. */
const CLICK_PIXELS = 4;
/** A hand is no steadier than this. */
const PATH_PIXELS = 1;
const KEY_PAN_PIXELS = 60;
const KEY_ZOOM = 1.25;

/** @param {HTMLElement} element @param {GestureTarget} target */
export function attachGestures(element, target) {
  const cancelDrag = attachDrag(element, target);
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { x, y } = placeIn(element, event);
      target.moveCamera(zoomAbout(target.camera(), target.viewport(), x, y, Math.exp(-wheelPixels(event) * 0.0015)));
      target.hover(target.indexAt(x, y));
    },
    { passive: false },
  );
  element.addEventListener("dblclick", ({ shiftKey }) => shiftKey || target.moveCamera(HOME));
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.key === "Escape" && cancelDrag()) || onKey(event, target)) event.preventDefault();
  });
}

/**
 * @param {HTMLElement} element @param {GestureTarget} target
 * @returns {() => boolean}  breaks off what is being drawn, if anything is
 */
function attachDrag(element, target) {
  /** @type {{x: number, y: number, travelled: number, tool: Tool, turns: boolean, path: number[]} | null} */
  let drag = null;
  const end = () => {
    drag = null;
    element.classList.remove("dragging");
    target.outline(null);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 && event.button !== 2) return;
    element.setPointerCapture(event.pointerId);
    const { x, y } = placeIn(element, event);
    const tool = toolOf(event, target);
    drag = {
      x: event.clientX,
      y: event.clientY,
      travelled: 0,
      tool,
      turns: event.button === 0 && !target.viewport().flat,
      path: [x, y],
    };
  });
  element.addEventListener("pointermove", (event) => {
    const { x, y } = placeIn(element, event);
    element.classList.toggle("drawing", (drag?.tool ?? toolOf(event, target)) !== "pan");
    if (!drag) return target.hover(target.indexAt(x, y));
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    drag = { ...drag, x: event.clientX, y: event.clientY, travelled: drag.travelled + Math.hypot(dx, dy) };
    if (drag.tool === "lasso") drag.path.push(x, y);
    if (drag.tool === "rectangle") drag.path = rectangle(drag.path[0], drag.path[1], x, y);
    if (drag.travelled < CLICK_PIXELS) return;
    element.classList.add("dragging");
    if (drag.tool === "pan")
      target.moveCamera(drag.turns ? orbit(target.camera(), dx, dy) : pan(target.camera(), target.viewport(), dx, dy));
    else {
      target.hover(-1);
      target.outline(drag.path);
    }
  });
  element.addEventListener("pointerup", (event) => {
    const done = drag;
    end();
    if (!done) return;
    const { x, y } = placeIn(element, event);
    const drawn = done.travelled >= CLICK_PIXELS;
    if (drawn && done.tool !== "pan")
      target.choose(
        target.indicesWithin(simplified(done.path, PATH_PIXELS)),
        event.ctrlKey || event.metaKey ? "add" : "replace",
      );
    else if (!drawn && event.button === 0) press(target, target.indexAt(x, y), event.shiftKey);
  });
  element.addEventListener("pointercancel", end);
  element.addEventListener("pointerleave", () => target.hover(-1));
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  return () => {
    const drawing = drag !== null && drag.tool !== "pan";
    if (drawing) end();
    return drawing;
  };
}

/**
 * A point is opened, or selected and taken out again.
 * @param {GestureTarget} target @param {number} index @param {boolean} selects
 */
function press(target, index, selects) {
  if (index < 0) return;
  if (selects) target.choose([index], "toggle");
  else target.pick(index);
}

/**
 * The right button always moves the map, Shift always draws.
 * @param {PointerEvent} event @param {GestureTarget} target @returns {Tool}
 */
function toolOf(event, target) {
  if (event.button === 2) return "pan";
  if (event.shiftKey) return event.altKey ? "rectangle" : "lasso";
  return target.tool();
}

/**
 * @param {KeyboardEvent} event @param {GestureTarget} target @returns {boolean}  whether the key meant something here
 */
function onKey(event, target) {
  const camera = target.camera();
  const viewport = target.viewport();
  const hovered = target.hovered();
  const arrow = ARROWS[event.key];
  if (arrow) {
    const turns = !viewport.flat && !event.shiftKey;
    const [dx, dy] = [arrow[0] * KEY_PAN_PIXELS, arrow[1] * KEY_PAN_PIXELS];
    target.moveCamera(turns ? orbit(camera, -dx, -dy) : pan(camera, viewport, dx, dy));
  } else if (event.key === "+" || event.key === "=" || event.key === "-") {
    const factor = event.key === "-" ? 1 / KEY_ZOOM : KEY_ZOOM;
    target.moveCamera(zoomAbout(camera, viewport, viewport.width / 2, viewport.height / 2, factor));
  } else if (event.key === "0") target.moveCamera(HOME);
  else if (event.key === "n") target.hover(target.next(hovered, 1));
  else if (event.key === "p") target.hover(target.next(hovered, -1));
  else if (event.key === "Enter") press(target, hovered, false);
  else if (event.key === " " || event.key === "x") press(target, hovered, true);
  else if (event.key === "a" && hovered >= 0) target.choose(target.alike(hovered), "replace");
  else if (event.key === "Escape") {
    target.hover(-1);
    target.choose([], "replace");
  } else return false;
  return true;
}

/**
 * Which way the content moves: an arrow moves the view, so what is shown goes the other way.
 * @type {Readonly<Record<string, readonly [number, number]>>}
 */
const ARROWS = Object.freeze({ ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** @param {HTMLElement} element @param {MouseEvent} event */
function placeIn(element, event) {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/** Wheels report pixels, lines or pages. @param {WheelEvent} event */
export function wheelPixels(event) {
  const unit =
    event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
  return Math.max(-400, Math.min(400, event.deltaY * unit)) * (event.ctrlKey ? 4 : 1);
}
