/**
 * Keeps projection, clusters and plane in step with the parameters: the one place that decides what has to be asked
 * for again, in one request. A change of `eps` asks for clusters only; a change of perplexity for all three; other
 * conditions on the images for their records too. All that goes by a record's place changes at once, when everything
 * has come; the plane, which no one waits for, follows.
 */

import { brokenOff, getParts, isAbort, messageOf } from "./api.js";
import { carriedTo, cohortWhere, sameWhere } from "./cohort.js";
import { latest } from "./latest.js";
import { coordinatesOf } from "./map/frames.js";
import { part } from "./parts.js";
import { clusterQuery, planeQuery, projectionQuery } from "./url.js";

/** @import {AppState, AppStore, Clusters, Params, Projection} from "./types.js" */

/** How long a request may hold up a newer value; see latest.js. */
const GRACE_MS = 150;

/** A map that is made within this is simply shown; of one that takes longer, the page shows how it forms. */
const PATIENCE_MS = 300;

/** Time between two frames: more would only be skipped by the eye. */
export const FRAME_MS = 100;

/** @typedef {{params: Params, breakdown: string}} Wish */

/** @param {AppStore} store @param {(text: string) => void} toast */
export function followParameters(store, toast) {
  const ask = latest(settingRequest(store, toast), GRACE_MS);
  store.watch(["params", "breakdown", "cohort", "unmet", "opening"], (state) => {
    const { cohort, params, breakdown, shown, clusters, unmet, opening } = state;
    if (unmet || opening) return;
    if (shown === params && clusters?.breakdown.column === breakdown) return;
    if (cohort?.state === "ready" && cohort.n_images > 1) ask({ params, breakdown });
  });
}

/** @param {AppStore} store @param {(text: string) => void} toast */
function settingRequest(store, toast) {
  /** @type {{query: string, projection: Projection} | null} */
  let last = null;
  let ofPlane = "";
  /** Ends the stream of the setting before, whose plane may still be on its way. */
  let before = new AbortController();

  /** @param {Wish} wish @param {AbortSignal} replaced */
  return async ({ params, breakdown }, replaced) => {
    before.abort();
    before = new AbortController();
    const signal = AbortSignal.any([replaced, before.signal]);
    // Whoever asks has just heard of a change.
    store.soon({ busy: true });
    try {
      const others = sameWhere(params.where, store.get().cohort?.where ?? [])
        ? null
        : await cohortWhere(params.where, signal);
      const [query, plane] = [projectionQuery(params).toString(), planeQuery(params).toString()];
      const known = last?.query === query ? last.projection : null;
      const asked = clusterQuery(params, breakdown);
      const parts = [!known && "map", "clusters", (plane !== ofPlane || !store.get().plane) && "plane"];
      asked.set("parts", parts.filter(Boolean).join());
      const ask = () =>
        settingOf(`/api/setting?${asked}`, signal, {
          known,
          frame: showForming(store, params.method === "tsne" ? params.max_iter : 0, others === null),
          show(projection, clusters) {
            last = { query, projection };
            store.set({
              ...(others && carriedTo(store.get(), others)),
              projection,
              clusters,
              shown: params,
              trouble: null,
              forming: null,
            });
          },
          plane(value, trouble) {
            ofPlane = plane;
            // A plane of another map must not stand beside this one.
            store.set({ plane: value, ...(trouble && { trouble }) });
          },
        });
      // Few maps have a cluster made by hand.
      if (params.own.length === 0) await ask();
      else
        await part(import("./selection/own.js")).then(({ withOwn }) => withOwn(store, params.own, toast, ask, signal));
    } catch (error) {
      // After an abort the next map follows at once, from wherever the points are.
      if (!isAbort(error)) store.set({ ...withOldWhere(store.get()), trouble: messageOf(error), forming: null });
    } finally {
      store.set({ busy: false });
    }
  };
}

/**
 * Asks for a setting, and is done when its map and clusters are shown.
 * @param {string} path @param {AbortSignal} signal
 * @param {{known: Projection | null, frame: (frame: any) => void,
 *   show: (projection: Projection, clusters: Clusters) => void,
 *   plane: (plane: any, trouble: string | null) => void}} told  the map that is there already, and who hears of what
 * @returns {Promise<void>}
 */
function settingOf(path, signal, { known, frame, show, plane }) {
  return new Promise((resolve, reject) => {
    let projection = known;
    let isShown = false;
    /** @type {Record<string, (value: any) => void>} */
    const hear = {
      frame,
      map(map) {
        projection = map;
      },
      clusters(clusters) {
        if (projection) show(projection, clusters);
        isShown = true;
        resolve();
      },
      plane: (value) => plane(value, null),
    };
    getParts(path, signal, (name, value) => hear[name]?.(value)).then(
      () => reject(brokenOff()),
      (error) => {
        reject(error);
        if (isShown && !isAbort(error)) plane(null, messageOf(error));
      },
    );
  });
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
