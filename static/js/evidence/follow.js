/**
 * What is asked for only when the sliders rest, in one request: how well columns explain the clusters, which values are
 * more frequent than chance has it, and how faithful the map is. A change marks the last answers that it concerns as
 * stale and takes the request back.
 */

import { brokenOff, getParts, isAbort, messageOf, refusal } from "../api.js";
import { associationPath, enrichmentPath, findingsPath, qualityPath } from "./paths.js";

/** @import {AppStore, Cohort, Page} from "../types.js" */

/** A hand that still moves a slider sends its next value within this. */
const REST_MS = 300;

const PATHS = /** @type {const} */ ({ association: associationPath, enrichment: enrichmentPath, quality: qualityPath });

/** @typedef {keyof typeof PATHS} Key */
const KEYS = /** @type {Key[]} */ (Object.keys(PATHS));

/** @param {Pick<Page, "store">} page */
export function followFindings({ store }) {
  for (const key of KEYS) compute(store, key);
  /** What is being asked, or will be when the sliders rest, with the path that each is known by. */
  let pending = /** @type {Map<Key, string>} */ (new Map());
  let abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  store.watch([...KEYS, "params", "shown"], (state) => {
    const stale = new Map(KEYS.filter((key) => state[key].stale).map((key) => [key, state[`${key}Wanted`]]));
    const isAsked = [...stale].every(([key, path]) => pending.get(key) === path);
    const isWanted = [...pending].every(([key, path]) => stale.has(key) || state[key].of === path);
    if (isAsked && isWanted) {
      // What has come is asked no more; should it be stale again, it is asked anew.
      pending = stale;
      return;
    }
    clearTimeout(timer);
    abort.abort();
    abort = new AbortController();
    pending = new Map();
    // Not before the map itself is there: it is what everybody waits for.
    if (stale.size === 0 || state.shown !== state.params) return;
    pending = stale;
    timer = setTimeout(ask, REST_MS, store, stale, abort.signal);
  });
}

/** Whether an answer is that to what is wanted. @param {AppStore} store @param {Key} key */
function compute(store, key) {
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
}

/**
 * Asks for some of the findings; each is told as it comes, and of what never comes why not.
 * @param {AppStore} store @param {ReadonlyMap<Key, string>} wanted @param {AbortSignal} signal
 */
async function ask(store, wanted, signal) {
  const missing = new Map(wanted);
  const told = (/** @type {Key} */ key, /** @type {unknown} */ value, /** @type {string | null} */ error) => {
    const of = missing.get(key);
    missing.delete(key);
    if (!signal.aborted) store.set({ [`${key}Answer`]: { of, value, error, cohort: store.get().cohort } });
  };
  try {
    const path = findingsPath(store.get().params, store.get(), [...wanted.keys()]);
    await getParts(path, signal, (part, value) => {
      if (part === "failed") told(value.part, null, messageOf(refusal(value, 200)));
      else told(/** @type {Key} */ (part), value, null);
    });
    if (missing.size > 0) throw brokenOff();
  } catch (error) {
    if (isAbort(error)) return;
    store.batch(() => {
      for (const key of [...missing.keys()]) told(key, null, messageOf(error));
    });
  }
}

/** Ready vectors come without columns: there is nothing to test. @param {Key} key @param {Cohort | null} cohort */
const canBeAsked = (key, cohort) =>
  cohort?.state === "ready" &&
  cohort.n_images > 1 &&
  (key === "quality" ? cohort.n_images > 2 : cohort.columns.length > 0);
