/**
 * Which points of a map may show a picture without covering another's. Pure; units are the caller's.
 *
 * Pictures are squares, placed at a ladder of sizes, each a quarter of an octave smaller than the one before. Whoever
 * has a place at one size keeps it at the next, where there is more room for others, by priority. So whoever is shown
 * stays when the map is enlarged, others join, and moving the map changes nothing: the answer does not depend on what
 * part of it is seen (as labels of dynamic maps are filtered; Been, Daiches and Yap 2006).
 */

/** @import {Placement} from "./types.js" */

const PER_OCTAVE = 4;
/** From a quarter of the map's extent down to a 512th: about what separates neighbours at the largest zoom. */
const FIRST = 2 * PER_OCTAVE;
const LAST = 9 * PER_OCTAVE;
/** No size has been small enough yet. */
export const NEVER = 255;

/**
 * @param {Float32Array} xy @param {Uint32Array} order  the points that take part, the most important first
 * @returns {Placement}
 */
export function startPlacement(xy, order) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const i of order) {
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis], xy[2 * i + axis]);
      high[axis] = Math.max(high[axis], xy[2 * i + axis]);
    }
  }
  const extent = Math.max(high[0] - low[0], high[1] - low[1], 1e-9);
  return {
    xy,
    order,
    low,
    extent,
    level: new Uint8Array(xy.length / 2).fill(NEVER),
    current: FIRST,
    next: 0,
    placed: [],
    grid: new Uint32Array(0),
  };
}

/**
 * The level whose squares are `side` wide or a little wider: points up to it can be shown.
 * @param {Placement} placement @param {number} side
 */
export function levelFor(placement, side) {
  return Math.min(LAST, Math.floor(PER_OCTAVE * Math.log2(placement.extent / side) + 1e-6));
}

/**
 * Places on, down to `level`, looking at no more than `most` points: a large map is spread over several frames.
 * @param {Placement} placement @param {number} level @param {number} most
 * @returns {boolean}  whether that level is done
 */
export function placeMore(placement, level, most) {
  const { order } = placement;
  let left = most;
  while (placement.current <= level && left > 0) {
    const side = placement.extent * 2 ** (-placement.current / PER_OCTAVE);
    // A cell is as large as a square, so it holds one at most, and squares that overlap lie in neighbouring cells.
    const cells = Math.ceil(placement.extent / side) + 1;
    if (placement.next === 0) {
      placement.grid = new Uint32Array(cells * cells);
      for (const i of placement.placed) put(placement, i, side, cells);
    }
    const end = Math.min(order.length, placement.next + left);
    left -= end - placement.next;
    for (; placement.next < end; placement.next++) {
      const i = order[placement.next];
      if (placement.level[i] !== NEVER || taken(placement, i, side, cells)) continue;
      placement.level[i] = placement.current;
      placement.placed.push(i);
      put(placement, i, side, cells);
    }
    if (end < order.length) return false;
    placement.current += 1;
    placement.next = 0;
  }
  return placement.current > level;
}

/**
 * Numbers in the grid count from 1.
 * @param {Placement} placement @param {number} i @param {number} side @param {number} cells
 */
function put({ xy, low, grid }, i, side, cells) {
  grid[Math.floor((xy[2 * i] - low[0]) / side) + cells * Math.floor((xy[2 * i + 1] - low[1]) / side)] = i + 1;
}

/**
 * Whether somebody's square overlaps that of `i`.
 * @param {Placement} placement @param {number} i @param {number} side @param {number} cells
 */
function taken({ xy, low, grid }, i, side, cells) {
  const x = xy[2 * i];
  const y = xy[2 * i + 1];
  const column = Math.floor((x - low[0]) / side);
  const row = Math.floor((y - low[1]) / side);
  for (let r = Math.max(0, row - 1); r <= Math.min(cells - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(cells - 1, column + 1); c++) {
      const j = grid[c + cells * r] - 1;
      if (j >= 0 && Math.max(Math.abs(x - xy[2 * j]), Math.abs(y - xy[2 * j + 1])) < side) return true;
    }
  }
  return false;
}
