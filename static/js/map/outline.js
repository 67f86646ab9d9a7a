/**
 * Outlines drawn by hand, as x, y, x, y …, and which points lie within them. An outline closes itself, and what it
 * goes round twice is inside too (winding number, Sunday 2001). Pure; units are the caller's.
 */

/**
 * @param {number} x @param {number} y @param {number} otherX @param {number} otherY
 * @returns {number[]}  the rectangle between two corners
 */
export const rectangle = (x, y, otherX, otherY) => [x, y, otherX, y, otherX, otherY, x, otherY];

/**
 * Which of the points `members` lie within `outline`, in the order of `members`.
 * @param {Float32Array} xy  of every point @param {Uint32Array} members  indices @param {readonly number[]} outline
 */
export function pointsWithin(xy, members, outline) {
  const corners = Float64Array.from(outline);
  return members.filter((i) => winding(corners, xy[2 * i], xy[2 * i + 1]) !== 0);
}

/**
 * How often the outline goes round a point: edges that pass it upwards on its right, less those downwards.
 * @param {Float64Array} corners @param {number} x @param {number} y
 */
function winding(corners, x, y) {
  let turns = 0;
  let ax = corners[corners.length - 2];
  let ay = corners[corners.length - 1];
  for (let k = 0; k < corners.length; k += 2) {
    const bx = corners[k];
    const by = corners[k + 1];
    if (ay <= y !== by <= y) {
      const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
      if (by > y ? side > 0 : side < 0) turns += by > y ? 1 : -1;
    }
    ax = bx;
    ay = by;
  }
  return turns;
}

/**
 * The same path with fewer corners, none of those left out further than `tolerance` from it (Douglas and Peucker 1973).
 * @param {readonly number[]} path @param {number} tolerance @returns {number[]}
 */
export function simplified(path, tolerance) {
  const last = path.length - 2;
  return last < 2 ? [...path] : [...pieces(path, tolerance, 0, last), path[last], path[last + 1]];
}

/**
 * Between two corners, without the second.
 * @param {readonly number[]} path @param {number} tolerance @param {number} from @param {number} to @returns {number[]}
 */
function pieces(path, tolerance, from, to) {
  let [furthest, distance] = [-1, tolerance];
  for (let k = from + 2; k < to; k += 2) {
    const own = distanceTo(path, k, from, to);
    if (own > distance) [furthest, distance] = [k, own];
  }
  return furthest < 0
    ? [path[from], path[from + 1]]
    : [...pieces(path, tolerance, from, furthest), ...pieces(path, tolerance, furthest, to)];
}

/**
 * From a corner to the straight piece between two others.
 * @param {readonly number[]} path @param {number} k @param {number} from @param {number} to
 */
function distanceTo(path, k, from, to) {
  const [dx, dy] = [path[to] - path[from], path[to + 1] - path[from + 1]];
  const [px, py] = [path[k] - path[from], path[k + 1] - path[from + 1]];
  const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - along * dx, py - along * dy);
}
