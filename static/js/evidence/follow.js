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
  const [answer, wanted] = /** @type {const} */ ([`${key}Answer`, `${key}Wanted`]);
  store.computed(wanted, ["params", "breakdown", "noise", "within", "cohort"], (state) =>
    canBeAsked(key, state.cohort) ? PATHS[key](state.params, state) : "",
  );
  store.computed(key, [answer, wanted, "cohort"], (state) => {
    const { of, value, error, cohort } = state[answer];
    // A cohort that came again is that of a server that was gone: what failed without it is asked once more.
    const failed = error !== null && cohort !== state.cohort;
    return /** @type {any} */ ({ of, value, error, stale: state[wanted] !== "" && (state[wanted] !== of || failed) });
  });

  /** What is being asked, or will be when the sliders rest. */
  let pending = "";
  let abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} path @param {AbortSignal} signal */
  async function ask(path, signal) {
    const told = (/** @type {unknown} */ value, /** @type {string | null} */ error) =>
      store.set({ [answer]: { of: path, value, error, cohort: store.get().cohort } });
    try {
      const value = await getAnswer(path, signal);
      if (!signal.aborted) told(value, null);
    } catch (error) {
      if (!isAbort(error)) told(null, messageOf(error));
    }
  }

  store.watch([key, "params", "shown"], (state) => {
    const next = state[key].stale ? state[wanted] : "";
    if (next !== pending) {
      clearTimeout(timer);
      abort.abort();
      abort = new AbortController();
      pending = "";
    }
    // Not before the map itself is there: it is what everybody waits for.
    if (next === pending || state.shown !== state.params) return;
    pending = next;
    timer = setTimeout(ask, REST_MS, next, abort.signal);
  });
}

/** Ready vectors come without columns: there is nothing to test. @param {Key} key @param {Cohort | null} cohort */
const canBeAsked = (key, cohort) =>
  cohort?.state === "ready" &&
  cohort.n_images > 1 &&
  (key === "quality" ? cohort.n_images > 2 : cohort.columns.length > 0);
