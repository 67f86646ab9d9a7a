/** The clusters of a map of a copy at any eps and min_samples, as the server would answer. Pure. */

import { breakdownOf } from "./breakdown.js";
import { dbscan, standardised } from "./dbscan.js";

/** @import {Clusters, Projection} from "../types.js" */
/** @import {ColumnOfCopy} from "./types.js" */

/**
 * @param {Projection} map @param {{eps: number, min_samples: number}} at @param {ColumnOfCopy} column
 * @param {readonly {id: string, group: string | null}[]} records
 * @param {Partial<Clusters>} scores  beside the notebook's: those of this setting where they are in the copy, else null
 * @returns {Clusters}
 */
export function clustersAt(map, at, column, records, scores) {
  const axes = standardised(map.coordinates);
  const found = dbscan(axes, at.eps, at.min_samples);
  const sizes = new Array(found.n_clusters).fill(0);
  for (const label of found.labels) if (label >= 0) sizes[label] += 1;
  const n_noise = found.labels.filter((label) => label < 0).length;
  const largest = Math.max(n_noise, ...sizes);
  return /** @type {Clusters} */ ({
    params: { ...map.params, clustering: "dbscan", ...at },
    n_clusters: found.n_clusters,
    n_noise,
    labels: found.labels,
    core: found.core,
    probabilities: null,
    // Each cluster adds what it has less than the largest, noise adds its own count.
    score: sizes.reduce((sum, size) => sum + largest - size, n_noise),
    elapsed_ms: null,
    warnings: map.warnings,
    warning_codes: map.warning_codes,
    own: [],
    breakdown: breakdownOf(column, axes, found, records),
    ...scores,
  });
}
