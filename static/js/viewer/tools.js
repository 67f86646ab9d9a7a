/** The head of the light table: which buttons are pressed, and the window as two numbers. */

import { byId } from "../dom.js";
import { windowOf } from "./greys.js";
import { windowed } from "./sight.js";

/** @import {Look, Sight} from "./types.js" */

/**
 * @param {HTMLDialogElement} dialog @param {(change: Look) => void} look  in all linked panes alike
 */
export function createTools(dialog, look) {
  const width = byId("viewer-width", HTMLInputElement);
  const level = byId("viewer-level", HTMLInputElement);
  dialog.addEventListener("input", ({ target }) => {
    if (target !== width && target !== level) return;
    const [wide, high] = [width.valueAsNumber, level.valueAsNumber];
    // Empty while it is being typed.
    if (wide + high >= 0)
      look((sight, { greys }) => windowed(sight, (256 * wide) / greys, (256 * high) / greys, greys));
  });

  /**
   * @param {Record<string, unknown>} states  by what a button does @param {Sight} sight
   * @param {number} greys  that the picture has
   */
  return function show(states, sight, greys) {
    for (const button of dialog.querySelectorAll("button")) {
      const state = states[button.dataset.do ?? ""];
      if (state !== undefined) button.setAttribute("aria-pressed", String(String(state) === (button.value || "true")));
    }
    const now = windowOf(sight, greys);
    [width.max, level.max] = [String(2 * greys), String(greys - 1)];
    // A number is not rewritten under the hand that types it.
    if (document.activeElement !== width) width.value = String(Math.round(now.width));
    if (document.activeElement !== level) level.value = String(Math.round(now.level));
  };
}
