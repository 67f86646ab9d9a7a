/** What each answer is asked with: two answers belong together exactly when their addresses are the same. Pure. */

import { clusterQuery, planeQuery, projectionQuery } from "../url.js";

/** @import {Answer, AppState, Choice, Params, Quality, Stability} from "../types.js" */

/** @param {Params} params @param {Choice} choice */
export function associationPath(params, { breakdown, noise, within }) {
  const query = clusterQuery(params, breakdown);
  query.set("noise", noise);
  if (within) query.set("within", within);
  return `/api/association?${query}`;
}

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

/** @param {Params} params */
export const qualityPath = (params) => `/api/quality?${projectionQuery(params)}`;

/** The clusters that a measurement of stability is of. @param {Params} params */
export const stabilityKey = (params) => clusterQuery(params, "").toString();

/** The stability of the clusters on the map, if it is known. @param {Pick<AppState, "stability" | "shown">} state @returns {Stability | null} */
export function stabilityShown({ stability, shown }) {
  return shown && stability?.of === stabilityKey(shown) ? stability.value : null;
}

/** How faithful the map on the screen is, if it is known. @param {{quality: Answer<Quality>} & Pick<AppState, "shown">} state @returns {Quality | null} */
export function qualityShown({ quality, shown }) {
  return shown && quality.of === qualityPath(shown) ? quality.value : null;
}
