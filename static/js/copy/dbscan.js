/**
 * DBSCAN as the server runs it, to the last label: in double precision, on coordinates that are standardised per axis,
 * with clusters numbered by their lowest core point and a border point in the lowest that reaches it. Pure.
 */

/**
 * Every axis with mean 0 and population standard deviation 1; one that is constant, up to the rounding of its own
 * variance, is centred and not scaled.
 * @param {readonly (readonly number[])[]} points  (n_images, n_components) @returns {Float64Array[]}  by axis
 */
export function standardised(points) {
  const n = points.length;
  return (points[0] ?? []).map((_, axis) => {
    const values = Float64Array.from(points, (point) => point[axis]);
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    let [squares, rest] = [0, 0];
    for (const value of values) {
      squares += (value - mean) * (value - mean);
      // Takes back what rounding left in the mean (Chan et al. 1983).
      rest += value - mean;
    }
    const variance = (squares - (rest * rest) / n) / n;
    const left = n * mean * Number.EPSILON;
    const scale = variance > n * Number.EPSILON * variance + left * left ? Math.sqrt(variance) : 1;
    return values.map((value) => (value - mean) / scale);
  });
}

/**
 * @param {readonly Float64Array[]} axes  of the points @param {number} eps @param {number} minSamples  itself counted
 * @returns {{labels: number[], core: boolean[], n_clusters: number}}  -1 is noise
 */
export function dbscan(axes, eps, minSamples) {
  const n = axes[0]?.length ?? 0;
  const limit = eps * eps;
  const isNear = (/** @type {number} */ i, /** @type {number} */ j) => {
    let square = 0;
    for (const axis of axes) square += (axis[i] - axis[j]) * (axis[i] - axis[j]);
    return square <= limit;
  };
  const core = Array.from({ length: n }, (_, i) => {
    let near = 0;
    for (let j = 0; j < n; j++) if (isNear(i, j)) near += 1;
    return near >= minSamples;
  });
  const labels = new Array(n).fill(-1);
  let n_clusters = 0;
  for (let first = 0; first < n; first++) {
    if (!core[first] || labels[first] >= 0) continue;
    const waiting = [first];
    labels[first] = n_clusters;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (let j = 0; j < n; j++) {
        if (labels[j] >= 0 || !isNear(at, j)) continue;
        labels[j] = n_clusters;
        if (core[j]) waiting.push(j);
      }
    }
    n_clusters += 1;
  }
  return { labels, core, n_clusters };
}
