/** From a map to one of more or fewer points: who is on both moves, who joins is simply there. Pure. */

/** @import {Positions} from "./types.js" */

/** @param {Positions} positions @param {readonly number[]} places @returns {Positions} */
export function pointsAt({ xyz, flat }, places) {
  return {
    xyz: Float32Array.from({ length: 3 * places.length }, (_, k) => xyz[3 * places[Math.floor(k / 3)] + (k % 3)]),
    count: places.length,
    flat,
  };
}

/**
 * Both maps, of the points that are on both.
 * @param {Positions} next @param {Positions} before
 * @param {readonly number[]} was  for each point of `next` its place in `before`, or -1
 * @returns {[Positions, Positions]}
 */
export function shared(next, before, was) {
  const both = [...was.keys()].filter((i) => was[i] >= 0);
  return [
    pointsAt(next, both),
    pointsAt(
      before,
      both.map((i) => was[i]),
    ),
  ];
}

/**
 * As many points as `next`, each where it was before.
 * @param {Positions} next @param {Positions} before @param {readonly number[]} was @returns {Positions}
 */
export function startOf(next, before, was) {
  return {
    ...next,
    xyz: next.xyz.map((value, k) =>
      was[Math.floor(k / 3)] >= 0 ? before.xyz[3 * was[Math.floor(k / 3)] + (k % 3)] : value,
    ),
  };
}
