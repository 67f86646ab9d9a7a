/** What stands under a figure, so that somebody else can make it again. Pure. */

import { asSentence, count, plural } from "../format.js";
import { described, keysOf, labelOf, setting } from "../settings.js";

/** @import {Clusters, Cohort, Params, Projection} from "../types.js" */

/**
 * @param {Cohort} cohort @param {Params} params @param {Projection} map @param {Clusters} clusters
 * @param {string} colour  what the colours show @returns {string[]}
 */
export function captionOf(cohort, params, map, clusters, colour) {
  const filters = [...new Set([...cohort.filters, ...params.where])];
  const noise = `${count(clusters.n_noise)} of ${plural(clusters.labels.length, "image")} in no group`;
  const where = filters.length ? ` where ${filters.join(" and ")}` : "";
  const features = [cohort.model.name, cohort.model.layer].filter(Boolean).join(" / ");
  // Ready coordinates alone have none.
  const of = cohort.model.n_features > 0 ? "Features" : "Coordinates";
  return [
    `${cohort.name}: ${plural(clusters.labels.length, "image")}${where}.`,
    ...(cohort.notice ? [asSentence(cohort.notice)] : []),
    `${layoutOf(params, map)}; each axis with standard deviation 1.`,
    `${keysOf(params, "clusters")
      .map((key) => described(key, params))
      .join(", ")}: ${plural(clusters.n_clusters, "cluster")}, ${noise}.`,
    ...(params.own.length ? [`${plural(params.own.length, "cluster was", "clusters were")} drawn by hand.`] : []),
    `Colour: ${colour}. ${of}: ${features}. negatoscope ${cohort.version}.`,
  ];
}

/**
 * What is not as usual is said of a map, and always what its groups hang on.
 * @param {Params} params @param {Projection} map
 */
function layoutOf(params, map) {
  const [, , ...keys] = keysOf(params, "map");
  const worth = keys.filter((key) => ALWAYS.includes(key) || params[key] !== setting(key)?.default);
  const steps =
    map.n_iter < params.max_iter
      ? `${count(map.n_iter)} of ${plural(params.max_iter, "iteration")}`
      : plural(map.n_iter, "iteration");
  const said = [
    ...(map.n_iter > 0 ? [steps] : []),
    ...worth.filter((key) => key !== "max_iter").map((key) => described(key, params)),
  ];
  return [`${labelOf("method", params.method)} in ${params.n_components} dimensions`, ...said].join(", ");
}

const ALWAYS = Object.freeze(["perplexity", "n_neighbors", "min_dist", "init", "random_state"]);

/**
 * In lines of so many letters, never broken inside a word.
 * @param {readonly string[]} sentences @param {number} letters @returns {string[]}
 */
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
