/** What a link asks for and this cohort does not have: said, and nothing shown in its place. Pure. */

import { PER_IMAGE } from "./colour/encode.js";
import { faultOf } from "./images/conditions.js";
import { canBreakDown } from "./panels/choosers/panel.js";

/** @import {Cohort, LinkedState, Params, Unmet} from "./types.js" */

/**
 * In sentences, and what is left when that is left out; null where all of it is there.
 * @param {Cohort} cohort @param {LinkedState} state @param {string} query @returns {Unmet | null}
 */
export function unmetBy(cohort, state, query) {
  const given = new URLSearchParams(query);
  const has = (/** @type {string} */ name) => cohort.columns.some((column) => column.name === name);
  /** @type {string[]} */
  const says = [];
  /** @type {Unmet["without"]} */
  const without = {};
  if (state.colour !== "cluster" && !(state.colour in PER_IMAGE) && !has(state.colour)) {
    says.push(`colour is “${state.colour}”: this cohort has no such column.`);
    without.colour = "cluster";
  }
  const countable = cohort.columns.filter(canBreakDown).map(({ name }) => name);
  // A cohort without columns is still asked for its countries.
  if (
    given.get("breakdown") &&
    !countable.includes(state.breakdown) &&
    (countable.length > 0 || state.breakdown !== "country")
  ) {
    const why = has(state.breakdown) ? "that column has no values to count" : "this cohort has no such column";
    says.push(`breakdown is “${state.breakdown}”: ${why}.`);
    without.breakdown = countable.includes("country") ? "country" : (countable[0] ?? "country");
  }
  if (state.within !== null && !has(state.within)) {
    says.push(`within is “${state.within}”: this cohort has no such column.`);
    without.within = null;
  }
  if (state.image !== null && !cohort.records.some(({ id }) => id === state.image)) {
    says.push(`image is “${state.image}”: none of the images shown has this id.`);
    without.image = null;
  }
  const dim = state.dim.filter((condition) => {
    const fault = faultOf(condition, cohort);
    if (fault) says.push(fault);
    return !fault;
  });
  if (dim.length < state.dim.length) without.dim = dim;
  if (state.colour === "image: stability") {
    says.push("colour is “image: stability”: that is there once stability has been measured.");
    without.colour = "cluster";
  }
  if (given.has("marks") && state.marks !== "dots" && !cohort.has_images) {
    says.push(`marks is “${state.marks}”: this cohort has no pictures.`);
    without.marks = "dots";
  }
  says.push(...tooFew(cohort.n_images, state.params, given));
  return says.length > 0 ? { says, without } : null;
}

/**
 * What a map of so few images cannot be made with; the sliders go no further.
 * @param {number} n_images @param {Params} params @param {URLSearchParams} given
 */
function tooFew(n_images, { method, perplexity, n_neighbors }, given) {
  if (n_images < 2) return [];
  if (method === "tsne" && given.has("perplexity") && perplexity >= n_images)
    return [`perplexity is ${perplexity}: it must be below ${n_images}, the number of images.`];
  if (method === "umap" && given.has("n_neighbors") && n_neighbors > n_images)
    return [`n_neighbors is ${n_neighbors}: it must be at most ${n_images}, the number of images.`];
  return [];
}
