/** Setting A: its map and clusters, asked for once, and what it has in common with B. */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { cohortWhere, sameWhere } from "../cohort.js";
import { latest } from "../latest.js";
import { pointsAt } from "../map/carry.js";
import { standardise } from "../map/points.js";
import { UNTURNED, turnTowards, turned } from "../map/procrustes.js";
import { clusterQuery, projectionQuery } from "../url.js";
import { compare } from "./agreement.js";

/** @import {AppState, AppStore, CompareStore, ImageRecord, Joint, Pairs, Params} from "../types.js" */
/** @import {Positions} from "../map/types.js" */

/** @param {AppStore} store @param {CompareStore} own */
export function followSetting(store, own) {
  /** @type {Params | null} */
  let asked = null;
  const ask = latest(async (/** @type {Params} */ params, signal) => {
    try {
      const projection = await getAnswer(`/api/projection?${projectionQuery(params)}`, signal);
      const clusters = await getAnswer(`/api/clusters?${clusterQuery(params, store.get().breakdown)}`, signal);
      const records = await recordsOf(params, store.get(), signal);
      const positions = standardise(projection.coordinates);
      const drawn = turned(positions, turnOf(store.get(), params, records, positions));
      if (store.get().beside === params)
        own.set({ setting: { params, records, clusters, positions, drawn }, trouble: null });
    } catch (error) {
      if (!isAbort(error)) own.set({ trouble: messageOf(error) });
    }
  }, 0);
  // After B: A is turned towards what B shows.
  const follow = () => {
    const { beside, clusters } = store.get();
    if (!clusters || beside === asked) return;
    asked = beside;
    own.set({ setting: null, trouble: null });
    if (beside) ask(beside);
  };
  store.on(["beside", "clusters"], follow);
  follow();
}

/** @param {AppStore} store @param {CompareStore} own */
export function followJoint(store, own) {
  /** The labels change with every step of a slider, the images hardly ever. @type {{recordsA: readonly ImageRecord[], recordsB: readonly ImageRecord[], pairs: Pairs} | null} */
  let kept = null;
  const pairsOf = (/** @type {readonly ImageRecord[]} */ recordsA, /** @type {readonly ImageRecord[]} */ recordsB) => {
    if (kept?.recordsA !== recordsA || kept.recordsB !== recordsB)
      kept = { recordsA, recordsB, pairs: pairsBetween(recordsA, recordsB) };
    return kept.pairs;
  };
  const join = () => {
    const { setting } = own.get();
    const { cohort, clusters } = store.get();
    if (!setting || !cohort || !clusters) return own.set({ joint: null });
    // Between two cohorts there are clusters of the one and records of the other.
    if (clusters.labels.length === cohort.records.length)
      own.set({ joint: jointOf(pairsOf(setting.records, cohort.records), setting.clusters.labels, clusters.labels) });
  };
  own.on(["setting"], join);
  store.on(["clusters", "cohort"], join);
}

/** @param {Pairs} pairs @param {readonly number[]} ofA @param {readonly number[]} ofB @returns {Joint} */
function jointOf(pairs, ofA, ofB) {
  const [labelsA, labelsB] = [pairs.a.map((i) => ofA[i]), pairs.b.map((i) => ofB[i])];
  return { ...pairs, labelsA, labelsB, agreement: compare(labelsA, labelsB) };
}

/** The images that both have, by their places in the one and in the other. @param {readonly ImageRecord[]} recordsA @param {readonly ImageRecord[]} recordsB @returns {Pairs} */
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

/** @param {Params} params @param {Readonly<AppState>} state @param {AbortSignal} signal @returns {Promise<readonly ImageRecord[]>} */
async function recordsOf({ where }, { cohort }, signal) {
  return cohort && sameWhere(where, cohort.where) ? cohort.records : (await cohortWhere(where, signal)).records;
}

/** Towards the map of B as it is drawn, by the images that both have; PCA's axes mean something and are left alone. @param {Readonly<AppState>} state @param {Params} params @param {readonly ImageRecord[]} records @param {Positions} positions */
function turnOf({ cohort, projection, turn }, params, records, positions) {
  if (params.method === "pca" || !cohort || !projection) return UNTURNED;
  const { a, b } = pairsBetween(records, cohort.records);
  return turnTowards(pointsAt(positions, a), pointsAt(turned(standardise(projection.coordinates), turn), b));
}
