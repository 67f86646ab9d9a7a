/** Mouse, pen and wheel on a pane, in shares of it. */

import { wheelPixels } from "../map/gestures.js";

/** @import {Hand} from "./types.js" */

/** @param {HTMLElement} pane @param {Hand} hand */
export function attachHand(pane, { drag, zoom, fit }) {
  const from = { x: 0, y: 0 };
  pane.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    pane.setPointerCapture(event.pointerId);
    [from.x, from.y] = [event.clientX, event.clientY];
  });
  pane.addEventListener("pointermove", (event) => {
    if (!pane.hasPointerCapture(event.pointerId)) return;
    drag((event.clientX - from.x) / pane.clientWidth, (event.clientY - from.y) / pane.clientHeight, event);
    [from.x, from.y] = [event.clientX, event.clientY];
  });
  pane.addEventListener("dblclick", fit);
  pane.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { left, top, width, height } = pane.getBoundingClientRect();
      zoom(
        (event.clientX - left) / width - 0.5,
        (event.clientY - top) / height - 0.5,
        Math.exp(-wheelPixels(event) * 0.0015),
      );
    },
    { passive: false },
  );
}
