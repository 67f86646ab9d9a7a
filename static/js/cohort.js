/** Asks for the cohort until it is ready or has failed; a server that was restarted is found again. */

import { ApiError, getAnswer } from "./api.js";

/** @import {AppStore, Cohort} from "./types.js" */

const POLL_MS = 300;
const RETRY_MS = 1500;

/** @param {AppStore} store */
export async function followCohort(store) {
  try {
    /** @type {Cohort} */
    const cohort = await getAnswer("/api/cohort");
    store.set({ cohort, trouble: null });
    if (cohort.state === "pending") setTimeout(() => followCohort(store), POLL_MS);
  } catch (error) {
    store.set({ trouble: error instanceof ApiError ? error.message : "The server's answer could not be read." });
    setTimeout(() => followCohort(store), RETRY_MS);
  }
}
