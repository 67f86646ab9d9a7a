/** What is said of two settings side by side. Pure. */

import { count, plural } from "../format.js";
import { inWords, keysOf } from "../settings.js";

/** @import {Agreement, ClusterSummary, Params} from "../types.js" */

/** What stands in sight on the page. */
export const ALWAYS = Object.freeze([
  "method",
  "n_components",
  "perplexity",
  "n_neighbors",
  "eps",
  "min_cluster_size",
  "min_samples",
]);

/**
 * A setting in few words, and which of them the other does not share: the parameters that stand in sight are always
 * said, of the others only what differs.
 * @param {Params} params @param {Params} other @returns {{text: string, differs: boolean}[]}
 */
export function captionOf(params, other) {
  const differs = (/** @type {string} */ key) => String(params[key]) !== String(other[key]);
  const [maps, clusters] = [keysOf(params, "map"), keysOf(params, "clusters")];
  const keys = [...maps, ...clusters].filter((key) => ALWAYS.includes(key) || differs(key));
  return [...keys, ...["where", "own"].filter(differs)].map((key) => ({
    text: wordsOf(key, params),
    differs: differs(key),
  }));
}

/** @param {string} key @param {Params} params */
function wordsOf(key, params) {
  if (key === "where") return params.where.length > 0 ? `only ${params.where.join(", ")}` : "all images";
  if (key === "own")
    return `${params.own.length > 0 ? plural(params.own.length, "cluster") : "no clusters"} made by hand`;
  return inWords(key, params);
}

/**
 * @param {Agreement} agreement @param {number} n_shared  images that both have
 * @param {number} n_all  of the larger of the two
 */
export function sentenceOf({ ari, ariWithoutNoise, changed, flows }, n_shared, n_all) {
  const of = n_shared < n_all ? `the ${plural(n_shared, "image")} that both have` : plural(n_shared, "image");
  const some = changed.length === 0 ? "none" : changed.length;
  const verb = changed.length < 2 ? "changes" : "change";
  const head = `Adjusted Rand index ${two(ari)}: ${some} of ${of} ${verb} cluster.`;
  if (changed.length > 0 && ari === 1)
    return `${head} The groups are the same, but what is in no group in one is a cluster in the other.`;
  const clustered =
    ariWithoutNoise === null || flows.every(({ from, to }) => from >= 0 && to >= 0)
      ? ""
      : ` Without those in no group ${two(ariWithoutNoise)}.`;
  return head + clustered;
}

/** What a cluster is made of. @param {Pick<ClusterSummary, "counts">} cluster */
export const valuesOf = ({ counts }) => counts.map(({ value, count: n }) => `${value} ${count(n)}`).join(" · ");

/** Never "-0.00". @param {number} value */
const two = (value) => (Math.round(100 * value) / 100 || 0).toFixed(2);
