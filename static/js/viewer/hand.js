/** Mouse, pen, fingers and wheel on a pane, in shares of it: two fingers zoom and move. */

import { wheelPixels } from "../map/gestures.js";

/** @import {Hand, Point} from "./types.js" */

/** Of a wheel; and of two fingers on a pad, which browsers tell as a wheel with Ctrl held. */
const [WHEEL, PINCH] = [0.0015, 0.01];

/** @param {HTMLElement} pane @param {Hand} hand */
export function attachHand(pane, { press, drag, zoom, pan, hover, fit }) {
  /** Where each finger is, by its number. @type {Map<number, Point>} */
  const down = new Map();
  /** @param {MouseEvent} event @returns {Point}  from the middle */
  const placeOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = pane.getBoundingClientRect();
    return { x: (clientX - left) / width - 0.5, y: (clientY - top) / height - 0.5 };
  };
  /** As long as it is wide, whatever the shape of the pane. */
  const apart = () => {
    const [a, b] = [...down.values()];
    return Math.hypot((a.x - b.x) * pane.clientWidth, (a.y - b.y) * pane.clientHeight);
  };
  const middle = () => {
    const [a, b] = [...down.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  pane.addEventListener("pointerdown", (event) => {
    if (event.button > 1 || down.size === 2) return;
    pane.setPointerCapture(event.pointerId);
    down.set(event.pointerId, placeOf(event));
    press(placeOf(event), down.size);
  });
  pane.addEventListener("pointermove", (event) => {
    const to = placeOf(event);
    hover(to);
    const from = down.get(event.pointerId);
    if (!from) return;
    if (down.size === 1) {
      down.set(event.pointerId, to);
      return drag(to.x - from.x, to.y - from.y, event, to);
    }
    const [before, centre] = [apart(), middle()];
    down.set(event.pointerId, to);
    const now = middle();
    pan(now.x - centre.x, now.y - centre.y);
    if (before > 0) zoom(now.x, now.y, apart() / before);
  });
  const up = (/** @type {PointerEvent} */ { pointerId }) => down.delete(pointerId);
  pane.addEventListener("pointerup", up);
  pane.addEventListener("pointercancel", up);
  pane.addEventListener("pointerleave", () => hover(null));
  pane.addEventListener("dblclick", fit);
  pane.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { x, y } = placeOf(event);
      zoom(x, y, Math.exp(-wheelPixels(event) * (event.ctrlKey ? PINCH : WHEEL)));
    },
    { passive: false },
  );
}
