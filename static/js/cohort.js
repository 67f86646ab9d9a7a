/** Asks for the cohort until it is ready or has failed, and again whenever the server was gone. */

import { ApiError, getAnswer, onLost } from "./api.js";

/** @import {AppStore, Cohort} from "./types.js" */

const POLL_MS = 300;
const RETRY_MS = 1500;

/** @param {AppStore} store */
export function followCohort(store) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const next = (/** @type {number} */ ms) => {
    timer ??= setTimeout(look, ms);
  };
  async function look() {
    timer = undefined;
    try {
      /** @type {Cohort} */
      const cohort = await getAnswer("/api/cohort");
      // Another cohort behind the same address: nothing that stands here is about it.
      if (isOther(cohort, store.get().cohort)) return location.reload();
      store.set({ cohort, trouble: null });
      if (cohort.state === "pending") next(POLL_MS);
      for (const image of document.querySelectorAll("img.broken")) if (image instanceof HTMLImageElement) image.src = image.src;
    } catch (error) {
      store.set({ trouble: error instanceof ApiError ? error.message : "The server's answer could not be read." });
      next(RETRY_MS);
    }
  }
  // Whoever could not ask is asked to ask again by the new answer.
  onLost(() => next(RETRY_MS));
  void look();
}

/** @param {Cohort} now @param {Cohort | null} before */
function isOther(now, before) {
  if (now.state !== "ready" || before?.state !== "ready") return false;
  return now.records.length !== before.records.length || now.records.some(({ id }, i) => id !== before.records[i].id);
}
