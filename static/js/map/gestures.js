/**
 * Hand and keys on the map: drag, wheel, double-click and keys become new camera values, hovers and picks.
 * It knows the element and the camera's arithmetic, and nothing of what the map shows.
 */

import { HOME, orbit, pan, zoomAbout } from "./camera.js";

/** @import {GestureTarget} from "./types.js" */


/** Less movement than this between press and release is a click. */
const CLICK_PIXELS = 4;
const KEY_PAN_PIXELS = 60;
const KEY_ZOOM = 1.25;

/** @param {HTMLElement} element @param {GestureTarget} target */
export function attachGestures(element, target) {
  attachDrag(element, target);
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = placeIn(element, event);
    target.moveCamera(zoomAbout(target.camera(), target.viewport(), x, y, Math.exp(-wheelPixels(event) * 0.0015)));
    target.hoverAt(x, y);
  }, { passive: false });
  element.addEventListener("dblclick", () => target.moveCamera(HOME));
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (onKey(event, target)) event.preventDefault();
  });
}

/** @param {HTMLElement} element @param {GestureTarget} target */
function attachDrag(element, target) {
  /** @type {{x: number, y: number, travelled: number, panning: boolean} | null} */
  let drag = null;
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 && event.button !== 2) return;
    element.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, y: event.clientY, travelled: 0, panning: event.shiftKey || event.button === 2 };
  });
  element.addEventListener("pointermove", (event) => {
    const { x, y } = placeIn(element, event);
    if (!drag) return target.hoverAt(x, y);
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    drag = { ...drag, x: event.clientX, y: event.clientY, travelled: drag.travelled + Math.hypot(dx, dy) };
    if (drag.travelled < CLICK_PIXELS) return;
    element.classList.add("dragging");
    const turns = !target.viewport().flat && !drag.panning;
    target.moveCamera(turns ? orbit(target.camera(), dx, dy) : pan(target.camera(), target.viewport(), dx, dy));
  });
  element.addEventListener("pointerup", (event) => {
    const clicked = drag !== null && drag.travelled < CLICK_PIXELS && event.button === 0;
    drag = null;
    element.classList.remove("dragging");
    const { x, y } = placeIn(element, event);
    if (clicked) target.pickAt(x, y);
  });
  element.addEventListener("pointercancel", () => {
    drag = null;
    element.classList.remove("dragging");
  });
  element.addEventListener("pointerleave", () => target.leave());
  element.addEventListener("contextmenu", (event) => event.preventDefault());
}

/** @param {KeyboardEvent} event @param {GestureTarget} target @returns {boolean}  whether the key meant something here */
function onKey(event, target) {
  const camera = target.camera();
  const viewport = target.viewport();
  const arrow = ARROWS[event.key];
  if (arrow) {
    const turns = !viewport.flat && !event.shiftKey;
    const [dx, dy] = [arrow[0] * KEY_PAN_PIXELS, arrow[1] * KEY_PAN_PIXELS];
    target.moveCamera(turns ? orbit(camera, -dx, -dy) : pan(camera, viewport, dx, dy));
  } else if (event.key === "+" || event.key === "=" || event.key === "-") {
    const factor = event.key === "-" ? 1 / KEY_ZOOM : KEY_ZOOM;
    target.moveCamera(zoomAbout(camera, viewport, viewport.width / 2, viewport.height / 2, factor));
  } else if (event.key === "0") target.moveCamera(HOME);
  else if (event.key === "n") target.hoverNext(1);
  else if (event.key === "p") target.hoverNext(-1);
  else if (event.key === "Enter" || event.key === " ") target.pickHovered();
  else if (event.key === "Escape") target.leave();
  else return false;
  return true;
}

/** Which way the content moves: an arrow moves the view, so what is shown goes the other way. @type {Readonly<Record<string, readonly [number, number]>>} */
const ARROWS = Object.freeze({ ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** @param {HTMLElement} element @param {MouseEvent} event */
function placeIn(element, event) {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/** Wheels report pixels, lines or pages. @param {WheelEvent} event */
export function wheelPixels(event) {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
  return Math.max(-400, Math.min(400, event.deltaY * unit)) * (event.ctrlKey ? 4 : 1);
}
