/** What each answer is asked with: two answers belong together exactly when their addresses are the same. Pure. */

import { clusterQuery, planeQuery, projectionQuery } from "../url.js";

/** @import {Choice, Params} from "../types.js" */

/** A setting, and what is asked of it. @param {Params} params @param {Choice} choice */
export function questionQuery(params, { breakdown, noise, within }) {
  const query = clusterQuery(params, breakdown);
  query.set("noise", noise);
  if (within) query.set("within", within);
  return query;
}

/** @param {Params} params @param {Choice} choice */
export const associationPath = (params, choice) => `/api/association?${questionQuery(params, choice)}`;

/** @param {Params} params @param {Choice} choice */
export const verdictPath = (params, choice) =>
  associationPath(params, choice).replace("association", params.own.length > 0 ? "by-hand" : "verdict");

/** @param {Params} params @param {Choice} choice */
export const enrichmentPath = (params, { breakdown, noise }) =>
  associationPath(params, { breakdown, noise, within: null }).replace("association", "enrichment");

/** @param {Params} params @param {Choice} choice */
export function planeTestPath(params, { breakdown, noise }) {
  const query = planeQuery(params);
  query.set("breakdown", breakdown);
  query.set("noise", noise);
  return `/api/association/plane?${query}`;
}

/** @param {Params} params @param {Choice} choice */
function choicesQuery(params, { breakdown, within }) {
  const query = planeQuery(params);
  query.set("breakdown", breakdown);
  if (within) query.set("within", within);
  return query;
}

/** Wherever the setting is on the plane, and whatever noise is. @param {Params} params @param {Choice} choice */
export const specificationsPath = (params, choice) => `/api/specifications?${choicesQuery(params, choice)}`;

/** @param {Params} params @param {Choice} choice @param {string} of */
export const planeEvidencePath = (params, choice, of) =>
  `/api/plane/evidence?of=${of}&noise=${choice.noise}&${choicesQuery(params, choice)}`;

/** @param {Params} params */
export const qualityPath = (params) => `/api/quality?${projectionQuery(params)}`;

/**
 * Some of the findings at once.
 * @param {Params} params @param {Choice} choice @param {readonly string[]} parts
 */
export const findingsPath = (params, choice, parts) =>
  `${associationPath(params, choice).replace("association", "findings")}&parts=${parts}`;

/** The clusters that a measurement of stability is of. @param {Params} params */
export const stabilityKey = (params) => clusterQuery(params, "").toString();
