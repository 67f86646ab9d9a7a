/**
 * Lines of equal density of a group of points on a flat map: a Gaussian kernel with Scott's bandwidth on a grid, and
 * the levels beyond which given shares of the group's own points lie. Pure.
 *
 * D. W. Scott, Multivariate Density Estimation (1992); the levels are those of highest-density regions
 * (Hyndman, The American Statistician 50, 1996).
 */

/** Shares of a group's points within its lines, from the outermost. */
export const SHARES = Object.freeze([0.95, 0.75, 0.5]);

/** How strong the lines are drawn, in the same order. */
export const STRENGTHS = Object.freeze([0.45, 0.7, 1]);

/** Fewer points than this have no density to speak of. */
export const FEWEST = 5;

/** Cells along each axis, and how far beyond the points the grid goes, in bandwidths. */
const CELLS = 72;
const REACH = 3;

/**
 * Corners of cells, row by row from below.
 * @typedef {{side: number, left: number, bottom: number, width: number, height: number, values: Float64Array}} Density
 */

/**
 * The lines of every group, by its number.
 * @param {readonly number[]} labels  -1 is in none @param {Float32Array} xyz  three numbers a point
 * @returns {{label: number, lines: number[][]}[]}
 */
export function contoursOfGroups(labels, xyz) {
  /** @type {Map<number, number[]>} */
  const places = new Map();
  labels.forEach((label, i) => {
    if (label < 0) return;
    const own = places.get(label) ?? [];
    places.set(label, own);
    own.push(xyz[3 * i], xyz[3 * i + 1]);
  });
  return [...places].sort(([a], [b]) => a - b).map(([label, xy]) => ({ label, lines: contoursOf(xy) }));
}

/**
 * The lines of one group, as pairs of ends: x, y, x, y for each piece; one list for each share, in its order.
 * @param {readonly number[]} xy  x, y of every point @returns {number[][]}  none of too few points, or of points that
 *   all stand in one place or on one line along an axis
 */
export function contoursOf(xy) {
  const density = densityOf(xy);
  if (!density) return [];
  const own = Float64Array.from({ length: xy.length / 2 }, (_, i) => valueAt(density, xy[2 * i], xy[2 * i + 1])).sort();
  return SHARES.map((share) => piecesAt(density, own[Math.floor((1 - share) * own.length)]));
}

/** @param {readonly number[]} xy @returns {Density | null} */
export function densityOf(xy) {
  const n = xy.length / 2;
  if (n < FEWEST) return null;
  const [x, y] = [0, 1].map((axis) => Float64Array.from({ length: n }, (_, i) => xy[2 * i + axis]));
  const [wide, high] = [x, y].map((values) => spreadOf(values) * n ** (-1 / 6));
  if (!(wide > 0) || !(high > 0)) return null;
  const [[left, width], [bottom, height]] = [cellsOf(x, REACH * wide), cellsOf(y, REACH * high)];
  const side = CELLS + 1;
  const counts = new Float64Array(side * side);
  for (let i = 0; i < n; i++) share(counts, side, (x[i] - left) / width, (y[i] - bottom) / height);
  const values = blurred(blurred(counts, side, wide / width, 1), side, high / height, side);
  return { side, left, bottom, width, height, values };
}

/** Where cells begin along an axis, and how wide they are. @param {Float64Array} values @param {number} room */
function cellsOf(values, room) {
  const sorted = values.toSorted();
  const start = sorted[0] - room;
  return [start, (sorted[sorted.length - 1] + room - start) / CELLS];
}

/** The standard deviation. @param {Float64Array} values */
function spreadOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/**
 * A point counts for the four corners around it, the nearer the more.
 * @param {Float64Array} counts @param {number} side @param {number} x @param {number} y  in cells
 */
function share(counts, side, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  for (const [right, up] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]) {
    const weight = (right ? x - column : 1 - x + column) * (up ? y - row : 1 - y + row);
    counts[(row + up) * side + column + right] += weight;
  }
}

/**
 * By a Gaussian along one axis.
 * @param {Float64Array} values @param {number} side @param {number} sigma  in cells
 * @param {number} stride  from one to the next along it
 */
function blurred(values, side, sigma, stride) {
  const reach = Math.ceil(REACH * sigma);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * sigma ** 2)),
  );
  const made = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const place = stride === 1 ? i % side : Math.floor(i / side);
    for (let k = Math.max(-reach, -place); k <= Math.min(reach, side - 1 - place); k++)
      made[i] += weights[k + reach] * values[i + k * stride];
  }
  return made;
}

/** Between the four corners around. @param {Density} density @param {number} x @param {number} y */
function valueAt({ side, left, bottom, width, height, values }, x, y) {
  const [column, row] = [(x - left) / width, (y - bottom) / height];
  const [i, j] = [Math.floor(column), Math.floor(row)];
  const along = (/** @type {number} */ at) => values[at] + (values[at + 1] - values[at]) * (column - i);
  const low = along(j * side + i);
  return low + (along((j + 1) * side + i) - low) * (row - j);
}

/**
 * The line at a level, cell by cell (marching squares); a saddle is cut by the mean of its corners.
 * @param {Density} density @param {number} level @returns {number[]}
 */
export function piecesAt({ side, left, bottom, width, height, values }, level) {
  /** @type {number[]} */
  const pieces = [];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      // Round the cell, from its lower left corner.
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ];
      const heights = corners.map(([i, j]) => values[j * side + i]);
      const crossed = [0, 1, 2, 3].filter((k) => heights[k] >= level !== heights[(k + 1) % 4] >= level);
      if (crossed.length === 0) continue;
      const at = (/** @type {number} */ k) => {
        const [from, to] = [corners[k], corners[(k + 1) % 4]];
        const part = (level - heights[k]) / (heights[(k + 1) % 4] - heights[k]);
        return [
          left + (from[0] + (to[0] - from[0]) * part) * width,
          bottom + (from[1] + (to[1] - from[1]) * part) * height,
        ];
      };
      const middle = (heights[0] + heights[1] + heights[2] + heights[3]) / 4;
      const turned = crossed.length === 4 && middle >= level === heights[0] >= level;
      const order = turned ? [0, 1, 2, 3] : crossed.length === 4 ? [3, 0, 1, 2] : crossed;
      for (let k = 0; k < order.length; k += 2) pieces.push(...at(order[k]), ...at(order[k + 1]));
    }
  }
  return pieces;
}
