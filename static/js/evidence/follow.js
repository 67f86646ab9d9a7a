/**
 * What is asked for only when the sliders rest: how well columns explain the clusters, which values are more frequent
 * than chance has it, and how faithful the map is. A change marks the last answer as stale and takes its request back.
 */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { associationPath, enrichmentPath, qualityPath } from "./paths.js";

/** @import {AppStore, Cohort, Page} from "../types.js" */

/** A hand that still moves a slider sends its next value within this. */
const REST_MS = 300;

const PATHS = /** @type {const} */ ({ association: associationPath, enrichment: enrichmentPath, quality: qualityPath });

/** @typedef {keyof typeof PATHS} Key */

/** @param {Pick<Page, "store">} page */
export function followFindings({ store }) {
  for (const key of /** @type {Key[]} */ (Object.keys(PATHS))) keep(store, key);
}

/** @param {AppStore} store @param {Key} key */
function keep(store, key) {
  let wanted = "";
  /** @type {Cohort | null} */
  let cohortBefore = null;
  let abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function ask() {
    const path = wanted;
    try {
      const value = await getAnswer(path, abort.signal);
      if (path === wanted) store.set({ [key]: { of: path, value, error: null, stale: false } });
    } catch (error) {
      if (!isAbort(error)) store.set({ [key]: { of: path, value: null, error: messageOf(error), stale: false } });
    }
  }

  store.on(["params", "shown", "breakdown", "noise", "within", "cohort"], (state) => {
    const { cohort } = state;
    // Ready vectors come without columns: there is nothing to test.
    if (
      cohort?.state !== "ready" ||
      cohort.n_images < 2 ||
      (key === "quality" ? cohort.n_images < 3 : cohort.columns.length === 0)
    )
      return;
    const path = PATHS[key](state.params, state);
    const last = store.get()[key];
    // A cohort that came again is that of a server that was gone: what failed without it is asked once more.
    const failed = cohort !== cohortBefore && last.error !== null;
    cohortBefore = cohort;
    if (path !== wanted || failed) {
      wanted = path;
      abort.abort();
      abort = new AbortController();
      clearTimeout(timer);
      timer = undefined;
      store.set({ [key]: { ...last, stale: failed || path !== last.of } });
    }
    // Not before the map itself is there: it is what everybody waits for.
    if (state.shown === state.params && store.get()[key].stale) timer ??= setTimeout(ask, REST_MS);
  });
}
