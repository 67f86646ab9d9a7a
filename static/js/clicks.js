/** A click where the hand stayed. */

/** A hand that moves further than this, in pixels, has drawn something. */
const STILL = 3;

/**
 * Browsers call it a click too when a hand goes down here and up elsewhere within the same box: that is a drag, and
 * applies nothing. What comes from the keyboard has no place, and is a click.
 * @param {HTMLElement} node @param {(event: MouseEvent) => void} listener
 */
export function onClick(node, listener) {
  /** @type {{x: number, y: number} | null} */
  let down = null;
  node.addEventListener("pointerdown", ({ clientX, clientY }) => (down = { x: clientX, y: clientY }), true);
  node.addEventListener("click", (event) => {
    const moved = event.detail > 0 && down ? Math.hypot(event.clientX - down.x, event.clientY - down.y) : 0;
    if (moved <= STILL) listener(event);
  });
}
