/** What stands under a figure, so that somebody else can make it again. Pure. */

import { asSentence, count, formatEps, plural } from "../format.js";

/** @import {Clusters, Cohort, Params, Projection} from "../types.js" */

/** @param {Cohort} cohort @param {Params} params @param {Projection} map @param {Clusters} clusters @param {string} colour  what the colours show @returns {string[]} */
export function captionOf(cohort, params, map, clusters, colour) {
  const filters = [...new Set([...cohort.filters, ...params.where])];
  const noise = `${count(clusters.n_noise)} of ${plural(clusters.labels.length, "image")} noise`;
  return [
    `${cohort.name}: ${plural(clusters.labels.length, "image")}${filters.length ? ` where ${filters.join(" and ")}` : ""}.`,
    ...(cohort.notice ? [asSentence(cohort.notice)] : []),
    `${layoutOf(params, map)}; each axis with standard deviation 1.`,
    `DBSCAN, eps ${formatEps(params.eps)}, min_samples ${params.min_samples}: ${plural(clusters.n_clusters, "cluster")}, ${noise}.`,
    ...(params.own.length ? [`${plural(params.own.length, "cluster was", "clusters were")} drawn by hand.`] : []),
    `Colour: ${colour}. Features: ${[cohort.model.name, cohort.model.layer].filter(Boolean).join(" / ")}. negatoscope ${cohort.version}.`,
  ];
}

/** @param {Params} params @param {Projection} map */
function layoutOf(params, map) {
  if (params.method === "pca") return `PCA in ${params.n_components} dimensions`;
  const { learning_rate, early_exaggeration, metric } = params;
  const unusual = [
    metric !== "euclidean" && `${metric} distance`,
    learning_rate !== "auto" && `learning rate ${learning_rate}`,
    early_exaggeration !== 12 && `early exaggeration ${early_exaggeration}`,
  ];
  const start = params.init === "pca" ? "a start from PCA" : "a random start";
  return `t-SNE in ${params.n_components} dimensions, ${["perplexity " + params.perplexity, map.n_iter < params.max_iter ? `${count(map.n_iter)} of ${plural(params.max_iter, "iteration")}` : plural(map.n_iter, "iteration"), start, `seed ${params.random_state}`, ...unusual].filter(Boolean).join(", ")}`;
}

/** In lines of so many letters, never broken inside a word. @param {readonly string[]} sentences @param {number} letters @returns {string[]} */
export function wrapped(sentences, letters) {
  /** @type {string[]} */
  const lines = [];
  for (const word of sentences.join(" ").split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
