/** A share from 0 to 1 as a line of the left column: name, place on a track, number; a range as a band. */

import { el } from "../dom.js";
import { decimal } from "../format.js";

/**
 * @param {string} name @param {number | null} value
 * @param {{low?: number | null, high?: number | null, tick?: number | null, tip: string}} more  `tick`: what chance
 *   would give
 */
export function meter(name, value, { low = 0, high = value, tick, tip }) {
  const track = el("span", { class: "bar-track" });
  const at = (/** @type {string} */ kind, /** @type {number} */ left, /** @type {number} */ width) => {
    const part = el("span", { class: kind });
    Object.assign(part.style, { left: `${100 * clamp(left)}%`, width: width ? `${100 * clamp(width)}%` : "" });
    track.append(part);
  };
  at("bar-fill", low ?? 0, (high ?? 0) - (low ?? 0));
  if (high !== value && value !== null) at("bar-middle", value, 0);
  if (typeof tick === "number") at("bar-tick", tick, 0);
  return el(
    "div",
    { class: "meter", role: "listitem", tabindex: 0, "aria-label": `${name} ${decimal(value)}`, "data-tip": tip },
    el("span", { class: "bar-name" }, name),
    track,
    el("span", {}, decimal(value)),
  );
}

/** @param {number} share */
const clamp = (share) => Math.min(1, Math.max(0, share));
