/**
 * Keeps projection, clusters and plane in step with the parameters: the one place that decides what has to be asked
 * for again. A change of `eps` asks for clusters only; a change of perplexity for all three; other conditions on the
 * images for their records too. All that goes by a record's place changes at once, when everything has come.
 */

import { getAnswer, getForming, isAbort, messageOf } from "./api.js";
import { carriedTo, cohortWhere, sameWhere } from "./cohort.js";
import { latest } from "./latest.js";
import { coordinatesOf } from "./map/frames.js";
import { part } from "./parts.js";
import { clusterQuery, planeQuery, projectionQuery } from "./url.js";

/** @import {AppState, AppStore, Params, Projection} from "./types.js" */

/** How long a request may hold up a newer value; see latest.js. */
const GRACE_MS = 150;

/** A map that is made within this is simply shown; of one that takes longer, the page shows how it forms. */
const PATIENCE_MS = 300;

/** Time between two frames: more would only be skipped by the eye. */
export const FRAME_MS = 100;

/** @typedef {{params: Params, breakdown: string}} Wish */

/** @param {AppStore} store @param {(text: string) => void} toast */
export function followParameters(store, toast) {
  const askPlane = latest(planeRequest(store), GRACE_MS);
  const askMap = latest(mapRequest(store, askPlane, toast), GRACE_MS);
  const follow = () => {
    const { cohort, params, breakdown, shown, clusters, unmet } = store.get();
    if (unmet) return;
    if (shown === params && clusters?.breakdown.column === breakdown) return;
    if (cohort?.state === "ready" && cohort.n_images > 1) askMap({ params, breakdown });
  };
  store.watch(["params", "breakdown", "cohort", "unmet"], follow);
}

/** @param {AppStore} store @param {(query: string) => void} askPlane @param {(text: string) => void} toast */
function mapRequest(store, askPlane, toast) {
  /** @type {{query: string, projection: Projection} | null} */
  let last = null;
  let ofPlane = "";

  /** @param {Wish} wish @param {AbortSignal} replaced */
  return async ({ params, breakdown }, replaced) => {
    const query = projectionQuery(params);
    // Of two that are asked together, the one goes when the other has failed.
    const failed = new AbortController();
    const signal = AbortSignal.any([replaced, failed.signal]);
    // Whoever asks has just heard of a change.
    store.soon({ busy: true });
    try {
      const others = sameWhere(params.where, store.get().cohort?.where ?? [])
        ? null
        : await cohortWhere(params.where, signal);
      const ask = () => getAnswer(`/api/clusters?${clusterQuery(params, breakdown)}`, signal);
      // Together: the clusters wait on the server for the map, which is made once.
      const [projection, clusters] = await Promise.all([
        last?.query === query.toString()
          ? last.projection
          : getForming(
              `/api/projection?${query}`,
              signal,
              showForming(store, params.method === "tsne" ? params.max_iter : 0, others === null),
            ),
        // Few maps have a cluster made by hand.
        params.own.length > 0
          ? part(import("./selection/own.js")).then(({ withOwn }) => withOwn(store, params.own, toast, ask, signal))
          : ask(),
      ]);
      last = { query: query.toString(), projection };
      store.set({
        ...(others && carriedTo(store.get(), others)),
        projection,
        clusters,
        shown: params,
        trouble: null,
        forming: null,
      });
      const plane = planeQuery(params).toString();
      if (plane !== ofPlane || !store.get().plane) askPlane(plane);
      ofPlane = plane;
    } catch (error) {
      failed.abort();
      // After an abort the next map follows at once, from wherever the points are.
      if (!isAbort(error)) store.set({ ...withOldWhere(store.get()), trouble: messageOf(error), forming: null });
    } finally {
      store.set({ busy: false });
    }
  };
}

/**
 * Conditions that were refused are taken back: the map is still of the images before.
 * @param {Readonly<AppState>} state @returns {Partial<AppState>}
 */
function withOldWhere({ params, shown, cohort }) {
  if (!shown || !cohort || sameWhere(params.where, cohort.where)) return {};
  const before = { ...params, where: cohort.where };
  return { params: clusterQuery(before, "").toString() === clusterQuery(shown, "").toString() ? shown : before };
}

/**
 * Shows frames that are worth it; who asked for no motion, or has other images on the map, is told the iteration alone.
 * @param {AppStore} store @param {number} max_iter @param {boolean} sameImages
 */
function showForming(store, max_iter, sameImages) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let next = performance.now() + PATIENCE_MS;
  /** @param {{n_iter: number, shape: number[], coordinates: string}} frame */
  return (frame) => {
    const now = performance.now();
    if (now < next) return;
    next = now + FRAME_MS;
    store.set({
      forming: {
        n_iter: frame.n_iter,
        max_iter,
        coordinates: still.matches || !sameImages ? null : coordinatesOf(frame),
      },
    });
  };
}

/** @param {AppStore} store */
function planeRequest(store) {
  /** @param {string} query @param {AbortSignal} signal */
  return async (query, signal) => {
    try {
      store.set({ plane: await getAnswer(`/api/plane?${query}`, signal) });
    } catch (error) {
      // A plane of another map must not stand beside this one.
      if (!isAbort(error)) store.set({ plane: null, trouble: messageOf(error) });
    }
  };
}
