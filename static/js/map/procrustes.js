/**
 * Orthogonal Procrustes: the rotation or reflection that brings one map's points nearest to another's (Schönemann
 * 1966). t-SNE leaves the turn of a map open, so two maps that say the same may lie turned against each other; drawn
 * turned, one moves into the other. Never scaled: `eps` keeps its length. Only the drawing turns, nothing that is
 * clustered. Pure.
 */

/** @import {Positions, Turn} from "./types.js" */

/** @type {Turn} */
export const UNTURNED = Object.freeze([1, 0, 0, 0, 1, 0, 0, 0, 1]);

/** A direction that carries less than this share of the strongest one decides nothing. */
const TOLERANCE = 1e-6;
/** Three columns are orthogonal to rounding after four or five sweeps (cyclic Jacobi converges quadratically). */
const SWEEPS = 12;

/**
 * The turn Q that minimises Σ‖Q pᵢ − rᵢ‖² over the points. With H = Σ rᵢ pᵢᵀ = U S Vᵀ it is U Vᵀ. A flat map is
 * turned within its plane, where a reflection is half a turn about a line of that plane.
 * @param {Positions} points  with mean 0, as `standardise` leaves them @param {Positions} reference  as many points
 * @returns {Turn}
 */
export function turnTowards(points, reference) {
  if (points.count !== reference.count || points.flat !== reference.flat) return UNTURNED;
  /** Columns of H. */
  const h = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let i = 0; i < points.xyz.length; i += 3) {
    for (let column = 0; column < 3; column++) {
      for (let row = 0; row < 3; row++) h[column][row] += reference.xyz[i + row] * points.xyz[i + column];
    }
  }
  const v = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ])
      orthogonalise(h, v, a, b);
  }
  const u = unitColumns(h, v);
  if (!u) return UNTURNED;
  return [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => u[0][row] * v[0][column] + u[1][row] * v[1][column] + u[2][row] * v[2][column]),
  );
}

/** @param {Positions} positions @param {Turn} turn @returns {Positions} */
export function turned(positions, turn) {
  if (turn === UNTURNED) return positions;
  const { xyz } = positions;
  const to = new Float32Array(xyz.length);
  for (let i = 0; i < xyz.length; i += 3) {
    for (let row = 0; row < 3; row++)
      to[i + row] = turn[3 * row] * xyz[i] + turn[3 * row + 1] * xyz[i + 1] + turn[3 * row + 2] * xyz[i + 2];
  }
  return { ...positions, xyz: to };
}

/**
 * Whether nine numbers from outside turn and do nothing else; a flat map stays in its plane.
 * @param {readonly number[]} turn @param {boolean} flat
 */
export function isTurn(turn, flat) {
  const product = (/** @type {number} */ a, /** @type {number} */ b) =>
    dot(turn.slice(3 * a, 3 * a + 3), turn.slice(3 * b, 3 * b + 3));
  const orthogonal = [0, 1, 2].every((a) => [0, 1, 2].every((b) => Math.abs(product(a, b) - (a === b ? 1 : 0)) < 1e-5));
  return turn.length === 9 && orthogonal && (!flat || [2, 5, 6, 7].every((k) => turn[k] === 0));
}

/** @param {readonly number[]} a @param {readonly number[]} b */
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/**
 * One rotation of one-sided Jacobi (Hestenes 1958): columns a and b of H become orthogonal, V keeps account.
 * @param {number[][]} h @param {number[][]} v @param {number} a @param {number} b
 */
function orthogonalise(h, v, a, b) {
  const off = dot(h[a], h[b]);
  const [aa, bb] = [dot(h[a], h[a]), dot(h[b], h[b])];
  if (!(Math.abs(off) > 1e-15 * Math.sqrt(aa * bb))) return;
  const zeta = (bb - aa) / (2 * off);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, tangent);
  for (const columns of [h, v]) {
    const [p, q] = [columns[a], columns[b]];
    columns[a] = p.map((value, k) => c * (value - tangent * q[k]));
    columns[b] = q.map((value, k) => c * (value + tangent * p[k]));
  }
}

/**
 * The columns of H at length 1: U. Directions that decide nothing are filled in without a reflection; null when no
 * direction decides anything.
 * @param {number[][]} h @param {number[][]} v
 */
function unitColumns(h, v) {
  const lengths = h.map((column) => Math.sqrt(dot(column, column)));
  const longest = Math.max(...lengths);
  if (!(longest > 0 && longest < Infinity)) return null;
  const u = h.map((column, k) => (lengths[k] > TOLERANCE * longest ? column.map((value) => value / lengths[k]) : null));
  for (const k of [0, 1, 2])
    u[k] ??= across(
      u.filter((column) => column !== null),
      [v[k], ...v],
    );
  const full = /** @type {number[][]} */ (u);
  const [x, y, z] = full;
  const handed =
    x[0] * (y[1] * z[2] - y[2] * z[1]) - x[1] * (y[0] * z[2] - y[2] * z[0]) + x[2] * (y[0] * z[1] - y[1] * z[0]);
  const free = lengths.indexOf(Math.min(...lengths));
  if (handed < 0 && lengths[free] <= TOLERANCE * longest) full[free] = full[free].map((value) => -value);
  return full;
}

/**
 * A direction at right angles to those taken: the first wish that is not nearly among them, so that little turns.
 * @param {number[][]} taken @param {number[][]} wishes
 */
function across(taken, wishes) {
  for (const wish of wishes) {
    const rest = taken.reduce((left, unit) => left.map((value, k) => value - dot(wish, unit) * unit[k]), wish);
    const length = Math.sqrt(dot(rest, rest));
    if (length > 0.5) return rest.map((value) => value / length);
  }
  return wishes[0];
}
