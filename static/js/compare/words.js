/** What is said of two settings side by side. Pure. */

import { formatEps, plural } from "../format.js";

/** @import {Agreement, Params} from "../types.js" */

/** Always said; of the others only what differs. @type {readonly (keyof Params)[]} */
const ALWAYS = ["method", "n_components", "perplexity", "eps", "min_samples"];
/** @type {readonly (keyof Params)[]} */
const SOMETIMES = ["max_iter", "random_state", "learning_rate", "early_exaggeration", "init", "metric", "where", "own"];
/** Of a map that PCA makes, these say nothing. */
const TSNE_ONLY = ["perplexity", "max_iter", "random_state", "learning_rate", "early_exaggeration", "init", "metric"];

/** A setting in few words, and which of them the other does not share. @param {Params} params @param {Params} other @returns {{text: string, differs: boolean}[]} */
export function captionOf(params, other) {
  const differs = (/** @type {keyof Params} */ key) => String(params[key]) !== String(other[key]);
  return [...ALWAYS, ...SOMETIMES.filter(differs)]
    .filter((key) => params.method === "tsne" || !TSNE_ONLY.includes(key))
    .map((key) => ({ text: wordsOf(key, params), differs: differs(key) }));
}

/** @param {keyof Params} key @param {Params} params */
function wordsOf(key, params) {
  const value = params[key];
  if (key === "method") return value === "pca" ? "PCA" : "t-SNE";
  if (key === "n_components") return `${value}-D`;
  if (key === "eps") return `eps ${formatEps(params.eps)}`;
  if (key === "where") return params.where.length > 0 ? `only ${params.where.join(", ")}` : "all images";
  if (key === "own")
    return `${params.own.length > 0 ? plural(params.own.length, "cluster") : "no clusters"} made by hand`;
  return `${key} ${value}`;
}

/** @param {Agreement} agreement @param {number} n_shared  images that both have @param {number} n_all  of the larger of the two */
export function sentenceOf({ ari, ariWithoutNoise, changed, flows }, n_shared, n_all) {
  const of = n_shared < n_all ? `the ${plural(n_shared, "image")} that both have` : plural(n_shared, "image");
  const verb = changed.length === 1 ? "changes" : "change";
  const head = `Adjusted Rand index ${two(ari)}: ${changed.length === 0 ? "none" : changed.length} of ${of} ${changed.length === 0 ? "changes" : verb} cluster.`;
  if (changed.length > 0 && ari === 1)
    return `${head} The groups are the same, but what is noise in one is a cluster in the other.`;
  const clustered =
    ariWithoutNoise === null || flows.every(({ from, to }) => from >= 0 && to >= 0)
      ? ""
      : ` Without noise ${two(ariWithoutNoise)}.`;
  return head + clustered;
}

/** Never "-0.00". @param {number} value */
const two = (value) => (Math.round(100 * value) / 100 || 0).toFixed(2);
