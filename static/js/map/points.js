/**
 * Positions of the map: standardised coordinates as typed arrays, their frame, and neighbourhoods in them.
 *
 * The map shows what DBSCAN sees: every axis with mean 0 and population standard deviation 1, so that one `eps`
 * is the same length in every direction and can be drawn as a circle. Pure.
 */

/** @import {Frame, Positions} from "./types.js" */

/** @param {readonly ArrayLike<number>[]} coordinates  (n_samples, 2 or 3) @returns {Positions} */
export function standardise(coordinates) {
  const count = coordinates.length;
  const dims = count ? coordinates[0].length : 2;
  const xyz = new Float32Array(3 * count);
  for (let axis = 0; axis < Math.min(dims, 3); axis++) {
    const { mean, deviation } = momentsOf(coordinates, axis);
    for (let i = 0; i < count; i++) xyz[3 * i + axis] = (coordinates[i][axis] - mean) / deviation;
  }
  return { xyz, count, flat: dims < 3 };
}

/**
 * A constant axis keeps its zeros, as scikit-learn's StandardScaler does.
 * @param {readonly ArrayLike<number>[]} rows @param {number} axis
 */
function momentsOf(rows, axis) {
  let sum = 0;
  for (const row of rows) sum += row[axis];
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += (row[axis] - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / rows.length) || 1 };
}

/**
 * The frame that holds every point; a 3-D map needs room for every turn of it.
 * @param {Positions} positions @returns {Frame}
 */
export function frameOf(positions) {
  const { xyz, count, flat } = positions;
  if (count === 0) return { centre: [0, 0, 0], halfWidth: 1, halfHeight: 1 };
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xyz.length; i++) {
    low[i % 3] = Math.min(low[i % 3], xyz[i]);
    high[i % 3] = Math.max(high[i % 3], xyz[i]);
  }
  /** @type {[number, number, number]} */
  const centre = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2];
  if (flat) return { centre, halfWidth: (high[0] - low[0]) / 2 || 1, halfHeight: (high[1] - low[1]) / 2 || 1 };
  let radius = 0;
  for (let i = 0; i < count; i++) {
    radius = Math.max(
      radius,
      Math.hypot(xyz[3 * i] - centre[0], xyz[3 * i + 1] - centre[1], xyz[3 * i + 2] - centre[2]),
    );
  }
  return { centre, halfWidth: radius || 1, halfHeight: radius || 1 };
}

/**
 * How many points lie within `eps` of one point, itself included, as DBSCAN counts them.
 * @param {Positions} positions @param {number} index @param {number} eps
 */
export function neighboursWithin(positions, index, eps) {
  const { xyz, count } = positions;
  const [x, y, z] = [xyz[3 * index], xyz[3 * index + 1], xyz[3 * index + 2]];
  let found = 0;
  for (let i = 0; i < count; i++) {
    const squared = (xyz[3 * i] - x) ** 2 + (xyz[3 * i + 1] - y) ** 2 + (xyz[3 * i + 2] - z) ** 2;
    if (squared <= eps * eps) found += 1;
  }
  return found;
}

/**
 * Positions part of the way from one map to another.
 * @param {Float32Array} from @param {Float32Array} to @param {number} t
 */
export function mixPositions(from, to, t) {
  const mixed = new Float32Array(to.length);
  for (let i = 0; i < to.length; i++) mixed[i] = from[i] + (to[i] - from[i]) * t;
  return mixed;
}

/**
 * Large cohorts get smaller points, or the map becomes one blot; large screens and close looks get larger ones.
 * @param {number} count @param {number} zoom @param {number} shortSide  of the map, in CSS pixels
 */
export function pointScale(count, zoom, shortSide) {
  const crowd = Math.max(0.3, Math.min(1, Math.sqrt(1500 / Math.max(1, count))));
  const screen = Math.min(1.6, Math.max(1, shortSide / 850));
  return crowd * screen * Math.min(2.2, Math.max(1, zoom) ** 0.35);
}
