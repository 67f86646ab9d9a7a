/** The move from one map to the next: where the points come from, where they go, and how far they are. Pure. */

import { mixFrames } from "./camera.js";
import { frameOf, mixPositions } from "./points.js";

/** @import {Frame, Positions, Transition} from "./types.js" */

/** A map that is simply there. @param {Positions} positions @returns {Transition} */
export function standing(positions) {
  const frame = frameOf(positions);
  return { from: positions.xyz, to: positions, fromFrame: frame, toFrame: frame, startedAt: 0, duration: 0 };
}

/**
 * From wherever the points are now, so that a new map in mid-flight does not jump. Maps of different size or
 * dimension have nothing to move: the new one is simply there.
 * @param {Transition} current @param {Positions} to @param {number} now @param {number} duration @returns {Transition}
 */
export function moveTo(current, to, now, duration) {
  if (duration === 0 || current.to.count !== to.count || to.count === 0 || current.to.flat !== to.flat)
    return standing(to);
  const t = progressAt(current, now);
  return {
    from: t < 1 ? mixPositions(current.from, current.to.xyz, t) : current.to.xyz,
    to,
    fromFrame: frameAt(current, now),
    toFrame: frameOf(to),
    startedAt: now,
    duration,
  };
}

/** Slow at both ends. @param {Transition} transition @param {number} now */
export function progressAt(transition, now) {
  const { startedAt, duration } = transition;
  const t = duration > 0 ? Math.min(1, Math.max(0, (now - startedAt) / duration)) : 1;
  return t * t * (3 - 2 * t);
}

/** @param {Transition} transition @param {number} now @returns {Frame} */
export function frameAt(transition, now) {
  return mixFrames(transition.fromFrame, transition.toFrame, progressAt(transition, now));
}
