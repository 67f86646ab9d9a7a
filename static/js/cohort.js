/** Asks for the cohort until it is ready or has failed; a server that was restarted is found again. */

import { ApiError, getAnswer } from "./api.js";
import { changeParams } from "./store.js";

/** @import {AppState, AppStore, Cohort} from "./types.js" */

const POLL_MS = 300;
const RETRY_MS = 1500;

/** @param {AppStore} store */
export async function followCohort(store) {
  const { where } = store.get().params;
  try {
    const cohort = await cohortWhere(where);
    store.set({ cohort, trouble: null });
    if (cohort.state === "pending") setTimeout(() => followCohort(store), POLL_MS);
  } catch (error) {
    store.set({ trouble: error instanceof ApiError ? error.message : "The server's answer could not be read." });
    // Conditions that the server refuses came with the link: the cohort is shown without them.
    if (error instanceof ApiError && error.status === 400 && where.length > 0) changeParams(store, { where: [] });
    setTimeout(() => followCohort(store), RETRY_MS);
  }
}

/** The images that meet all conditions. @param {readonly string[]} where @param {AbortSignal} [signal] @returns {Promise<Cohort>} */
export async function cohortWhere(where, signal) {
  const query = new URLSearchParams(where.map((condition) => ["where", condition]));
  const cohort = { ...(await getAnswer(`/api/cohort${where.length > 0 ? `?${query}` : ""}`, signal)), where };
  if (cohort.state === "ready" && where.length === 0) whole = Promise.resolve(cohort);
  return cohort;
}

/** Once it is ready, it does not change. @type {Promise<Cohort> | null} */
let whole = null;

/** All images, whatever is excluded. @returns {Promise<Cohort>} */
export function wholeCohort() {
  whole ??= cohortWhere([]).catch((error) => {
    whole = null;
    throw error;
  });
  return whole;
}

/** @param {readonly string[]} left @param {readonly string[]} right */
export const sameWhere = (left, right) => left.join("\n") === right.join("\n");

/** What is known by a record's place, found again in another cohort. @param {Readonly<AppState>} state @param {Cohort} cohort @returns {Partial<AppState>} */
export function carriedTo({ cohort: before, hovered, selection }, cohort) {
  const places = new Map(cohort.records.map(({ id }, i) => [id, i]));
  const move = (/** @type {number} */ index) => places.get(before?.records[index]?.id ?? "") ?? -1;
  return { cohort, hovered: move(hovered), selection: selection.length > 0 ? selection.map(move).filter((i) => i >= 0).sort((a, b) => a - b) : selection, focus: null };
}
