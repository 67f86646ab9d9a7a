/** What filters do to the images that fail: exclude them, or dim them. The filter of a column does one or the other. */

import { sameWhere } from "../cohort.js";
import { ofColumn, parseCondition } from "./conditions.js";

/** @import {AppState, AppStore, Scheme} from "../types.js" */

/**
 * All conditions, those that exclude first; one that is about to exclude still dims.
 * @param {Pick<AppState, "params" | "dim">} state @returns {readonly string[]}
 */
export const inForce = ({ params: { where }, dim }) => [...where, ...onlyDimming({ params: { where }, dim })];

/** @param {{params: {where: readonly string[]}, dim: readonly string[]}} state */
export const onlyDimming = ({ params: { where }, dim }) => dim.filter((condition) => !where.includes(condition));

/** Before the cohort is there, no column is known. @type {Scheme} */
const UNKNOWN = Object.freeze({ columns: [], missing_words: [] });

/** What conditions are read by. @param {Pick<AppState, "cohort">} state @returns {Scheme} */
export const schemeOf = ({ cohort }) => cohort ?? UNKNOWN;

/**
 * Whether the filter of a column excludes; null where it has none.
 * @param {Pick<AppState, "params" | "dim" | "cohort">} state @param {string} column
 */
export function excludes({ params, dim, cohort }, column) {
  const scheme = schemeOf({ cohort });
  if (ofColumn(params.where, column, scheme).length > 0) return true;
  return ofColumn(dim, column, scheme).length > 0 ? false : null;
}

/** @param {AppStore} store @param {readonly string[]} conditions @param {(column: string) => boolean} excluding */
export const putInForce = (store, conditions, excluding) => store.set(partedBy(store.get(), conditions, excluding));

/**
 * These conditions, by what they do.
 * @param {Pick<AppState, "params" | "dim" | "cohort">} state @param {readonly string[]} conditions
 * @param {(column: string) => boolean} excluding @returns {Pick<AppState, "params" | "dim">}
 */
export function partedBy({ params, dim, cohort }, conditions, excluding) {
  const scheme = schemeOf({ cohort });
  const isExcluding = (/** @type {string} */ condition) => excluding(parseCondition(condition, scheme)?.column ?? "");
  const where = conditions.filter(isExcluding);
  // What has dimmed goes on until the new map is there, and is kept in case the server refuses to exclude it.
  const waiting = dim.filter((condition) => where.includes(condition));
  return {
    dim: [...waiting, ...conditions.filter((condition) => !isExcluding(condition))],
    params: sameWhere(where, params.where) ? params : { ...params, where },
  };
}
