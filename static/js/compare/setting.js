/** Setting A: its map and clusters, asked for once, and what it has in common with B. */

import { brokenOff, getParts, isAbort, messageOf } from "../api.js";
import { cohortWhere, sameWhere } from "../cohort.js";
import { tintsOnceShown } from "../colour/matched.js";
import { latest } from "../latest.js";
import { pointsAt } from "../map/carry.js";
import { standardise } from "../map/points.js";
import { UNTURNED, turnTowards, turned } from "../map/procrustes.js";
import { withOwnOfA } from "../selection/own.js";
import { clusterQuery, projectionQuery } from "../url.js";
import { compare } from "./agreement.js";

/** @import {AppState, AppStore, ImageRecord, Joint, Pairs, Params, Setting} from "../types.js" */
/** @import {Positions} from "../map/types.js" */

/** @param {AppStore} store */
export function followSetting(store) {
  /** @type {Params | null} */
  let asked = null;
  let by = "";
  const ask = latest(async (/** @type {Params} */ params, signal) => {
    try {
      store.set({ answerA: { of: params, setting: await settingAt(store, params, signal), trouble: null } });
    } catch (error) {
      if (!isAbort(error)) store.set({ answerA: { of: params, setting: null, trouble: messageOf(error) } });
    }
  }, 0);
  // After B: A is turned towards what B shows.
  const follow = () => {
    const { beside, clusters, breakdown } = store.get();
    if (!clusters || (beside === asked && breakdown === by)) return;
    [asked, by] = [beside, breakdown];
    if (beside) ask(beside);
  };
  store.watch(["beside", "clusters", "breakdown"], follow);
  follow();
}

/**
 * A setting that is not on the main map, and may be of other images.
 * @param {AppStore} store @param {Params} params @param {AbortSignal} signal @returns {Promise<Setting>}
 */
export async function settingAt(store, params, signal) {
  const query = clusterQuery(params, store.get().breakdown);
  const { map, clusters } = await withOwnOfA(store, params.own, () =>
    getParts(`/api/setting?${query}&parts=map,clusters`, signal),
  );
  if (!clusters) throw brokenOff();
  const records = await recordsOf(params, store.get(), signal);
  const positions = standardise(map.coordinates);
  const drawn = turned(positions, turnOf(store.get(), params, records, positions));
  return { params, records, clusters, tints: tintsOnceShown(params), positions, drawn };
}

/** What follows from the answer while it is wanted, and from what it has in common with B. @param {AppStore} store */
export function computeJoint(store) {
  store.computed("settingA", ["answerA", "beside"], ({ answerA, beside }) =>
    answerA?.of === beside ? (answerA?.setting ?? null) : null,
  );
  store.computed(
    "isSameMap",
    ["beside", "shown"],
    ({ beside, shown }) =>
      beside !== null && shown !== null && projectionQuery(beside).toString() === projectionQuery(shown).toString(),
  );
  // The labels change with every step of a slider, the images hardly ever.
  store.computed("pairs", ["settingA", "cohort"], ({ settingA, cohort }) =>
    settingA && cohort ? pairsBetween(settingA.records, cohort.records) : null,
  );
  store.computed("joint", ["pairs", "settingA", "clusters", "cohort"], ({ pairs, settingA, clusters, cohort }) =>
    // Between two cohorts there are clusters of the one and records of the other.
    pairs && settingA && clusters && clusters.labels.length === cohort?.records.length
      ? jointOf(pairs, settingA.clusters.labels, clusters.labels)
      : null,
  );
}

/** @param {Pairs} pairs @param {readonly number[]} ofA @param {readonly number[]} ofB @returns {Joint} */
function jointOf(pairs, ofA, ofB) {
  const [labelsA, labelsB] = [pairs.a.map((i) => ofA[i]), pairs.b.map((i) => ofB[i])];
  return { ...pairs, labelsA, labelsB, agreement: compare(labelsA, labelsB) };
}

/**
 * The images that both have, by their places in the one and in the other.
 * @param {readonly ImageRecord[]} recordsA @param {readonly ImageRecord[]} recordsB @returns {Pairs}
 */
function pairsBetween(recordsA, recordsB) {
  const placeInB = new Map(recordsB.map(({ id }, i) => [id, i]));
  const inB = new Map(
    recordsA.flatMap(
      ({ id }, i) => /** @type {[number, number][]} */ (placeInB.has(id) ? [[i, placeInB.get(id)]] : []),
    ),
  );
  const inA = new Map(Array.from(inB, ([i, j]) => [j, i]));
  return { a: [...inB.keys()], b: [...inB.values()], inA, inB, n_images: Math.max(recordsA.length, recordsB.length) };
}

/**
 * @param {Params} params @param {Readonly<AppState>} state @param {AbortSignal} signal
 * @returns {Promise<readonly ImageRecord[]>}
 */
async function recordsOf({ where }, { cohort }, signal) {
  return cohort && sameWhere(where, cohort.where) ? cohort.records : (await cohortWhere(where, signal)).records;
}

/**
 * Towards the map of B as it is drawn, by the images that both have; PCA's axes mean something and are left alone.
 * @param {Readonly<AppState>} state @param {Params} params @param {readonly ImageRecord[]} records
 * @param {Positions} positions
 */
function turnOf({ cohort, drawn }, params, records, positions) {
  if (params.method === "pca" || !cohort || !drawn) return UNTURNED;
  const { a, b } = pairsBetween(records, cohort.records);
  return turnTowards(pointsAt(positions, a), pointsAt(drawn, b));
}
