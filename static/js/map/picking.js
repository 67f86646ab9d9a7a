/**
 * The nearest point to the cursor, by a grid of buckets: built once for a set of positions in O(n), asked in the
 * time that the few buckets under the cursor take, whatever n is. Pure; units are the caller's.
 */

/** @import {Grid} from "./types.js" */

/** About one point to a bucket; more buckets than this cost memory and save nothing. */
const MAX_SIDE = 512;

/**
 * @param {Float32Array} xy @param {Uint32Array} [indices]  of the points that can be found; all, if left out
 * @returns {Grid}
 */
export function buildGrid(xy, indices = Uint32Array.from({ length: xy.length / 2 }, (_, i) => i)) {
  const n = indices.length;
  const side = Math.max(1, Math.min(MAX_SIDE, Math.ceil(Math.sqrt(n))));
  const bounds = boundsOf(xy);
  const cellX = Math.max((bounds.maxX - bounds.minX) / side, 1e-12);
  const cellY = Math.max((bounds.maxY - bounds.minY) / side, 1e-12);
  const grid = {
    xy,
    side,
    minX: bounds.minX,
    minY: bounds.minY,
    cellX,
    cellY,
    starts: new Uint32Array(side * side + 1),
    members: new Uint32Array(n),
  };
  const bucketOf = indices.map((i) => column(grid, xy[2 * i]) + side * row(grid, xy[2 * i + 1]));
  for (const bucket of bucketOf) grid.starts[bucket + 1] += 1;
  for (let b = 0; b < side * side; b++) grid.starts[b + 1] += grid.starts[b];
  const next = grid.starts.slice();
  for (let k = 0; k < n; k++) grid.members[next[bucketOf[k]]++] = indices[k];
  return grid;
}

/**
 * The index of the nearest point no further than `radius`, or -1. Of equally near points the last drawn wins,
 * because it is the one that is seen.
 * @param {Grid} grid @param {number} x @param {number} y @param {number} radius
 */
export function nearest(grid, x, y, radius) {
  const { xy, starts, members, side } = grid;
  let best = -1;
  let bestSquared = radius * radius;
  const firstColumn = column(grid, x - radius);
  const lastColumn = column(grid, x + radius);
  const lastRow = row(grid, y + radius);
  for (let r = row(grid, y - radius); r <= lastRow; r++) {
    for (let k = starts[r * side + firstColumn]; k < starts[r * side + lastColumn + 1]; k++) {
      const i = members[k];
      const dx = xy[2 * i] - x;
      const dy = xy[2 * i + 1] - y;
      const squared = dx * dx + dy * dy;
      if (squared < bestSquared || (squared === bestSquared && i > best)) {
        best = i;
        bestSquared = squared;
      }
    }
  }
  return best;
}

/** @param {Grid} grid @param {number} x */
function column(grid, x) {
  return Math.max(0, Math.min(grid.side - 1, Math.floor((x - grid.minX) / grid.cellX)));
}

/** @param {Grid} grid @param {number} y */
function row(grid, y) {
  return Math.max(0, Math.min(grid.side - 1, Math.floor((y - grid.minY) / grid.cellY)));
}

/** @param {Float32Array} xy */
function boundsOf(xy) {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let i = 0; i < xy.length; i += 2) {
    minX = Math.min(minX, xy[i]);
    maxX = Math.max(maxX, xy[i]);
    minY = Math.min(minY, xy[i + 1]);
    maxY = Math.max(maxY, xy[i + 1]);
  }
  return xy.length ? { minX, minY, maxX, maxY } : { minX: 0, minY: 0, maxX: 0, maxY: 0 };
}
