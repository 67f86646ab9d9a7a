/** Asks for the cohort until it is ready or has failed, and again whenever the server was gone. */

import { ApiError, getAnswer, onLost } from "./api.js";
import { asSentence } from "./format.js";
import { lacksParts, part } from "./parts.js";
import { joined } from "./store.js";

/** @import {AppState, AppStore, Cohort} from "./types.js" */

const POLL_MS = 300;
const RETRY_MS = 1500;
/** In the history, until something is changed. */
const RESTARTED = { restarted: true };

/** @param {AppStore} store */
export function followCohort(store) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** Whether the link was held against the cohort. */
  let isChecked = false;
  const next = (/** @type {number} */ ms) => {
    timer ??= setTimeout(look, ms);
  };
  async function look() {
    timer = undefined;
    const { where } = store.get().params;
    try {
      const cohort = await cohortWhere(where);
      // Another cohort behind the same address: nothing that stands here is about it.
      if (isOther(cohort, store.get().cohort)) return location.reload();
      if (lacksParts()) return startAgain(store);
      const asks = cohort.state === "ready" && !isChecked && location.search.length > 1;
      const unmet = asks ? (await part(import("./unmet.js"))).unmetBy(cohort, store.get(), location.search) : null;
      const isFirst = cohort.state === "ready" && !isChecked;
      isChecked ||= isFirst;
      store.set({ cohort, trouble: null, unmet: joined(store.get().unmet, unmet) });
      if (isFirst && store.get().opening)
        part(import("./panels/proposal/open.js")).then(({ openProposed }) => openProposed(store));
      if (cohort.state === "pending") next(POLL_MS);
      for (const image of document.querySelectorAll("img.broken"))
        if (image instanceof HTMLImageElement) image.setAttribute("src", image.src);
    } catch (error) {
      // Conditions that the server refuses came with the link: nothing is shown in their place.
      if (error instanceof ApiError && error.status === 400 && error.parameter === "where")
        return refuse(error.message);
      store.set({ trouble: error instanceof ApiError ? error.message : "The server's answer could not be read." });
      next(RETRY_MS);
    }
  }
  /** @param {string} message */
  const refuse = (message) => {
    const { params, unmet } = store.get();
    store.set({ unmet: joined(unmet, { says: [asSentence(message)], without: { params: { ...params, where: [] } } }) });
  };
  store.watch(["unmet"], ({ unmet, cohort }) => {
    if (unmet === null && cohort === null) next(0);
  });
  // Whoever could not ask is asked to ask again by the new answer.
  onLost(() => next(RETRY_MS));
  void look();
}

/** Once: what a new start does not bring is not to be had. @param {AppStore} store */
function startAgain(store) {
  if (history.state?.restarted) return store.set({ trouble: "A part of this page cannot be loaded: reload it." });
  history.replaceState(RESTARTED, "");
  location.reload();
}

/** @param {Cohort} now @param {Cohort | null} before */
function isOther(now, before) {
  if (now.state !== "ready" || before?.state !== "ready" || !sameWhere(now.where, before.where)) return false;
  return now.records.length !== before.records.length || now.records.some(({ id }, i) => id !== before.records[i].id);
}

/**
 * The images that meet all conditions.
 * @param {readonly string[]} where @param {AbortSignal} [signal] @returns {Promise<Cohort>}
 */
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

/**
 * What is known by a record's place, found again in another cohort.
 * @param {Readonly<AppState>} state @param {Cohort} cohort @returns {Partial<AppState>}
 */
export function carriedTo({ cohort: before, hovered, selection }, cohort) {
  const places = new Map(cohort.records.map(({ id }, i) => [id, i]));
  const move = (/** @type {number} */ index) => places.get(before?.records[index]?.id ?? "") ?? -1;
  return {
    cohort,
    hovered: move(hovered),
    selection:
      selection.length > 0
        ? selection
            .map(move)
            .filter((i) => i >= 0)
            .sort((a, b) => a - b)
        : selection,
    focus: null,
  };
}
