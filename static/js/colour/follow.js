/** Keeps the look of the points in step with labels, colouring, theme and what is known of each image. */

import { qualityShown, stabilityShown } from "../evidence/paths.js";
import { PER_IMAGE, encodeClusters, encodeColumn } from "./encode.js";

/** @import {AppState, AppStore, Clusters, Encoding, ImageRecord, Steadiness} from "../types.js" */

/** @param {AppStore} store */
export function followEncoding(store) {
  const encode = () => {
    const state = store.get();
    const { previewed, clusters, cohort, scheme } = state;
    if (!clusters || !cohort || clusters.labels.length !== cohort.records.length) return;
    // A preview is about its clusters, whatever colours the map.
    const encoding = previewed
      ? encodeClusters(previewed, scheme)
      : encodingOf(state, clusters, cohort.records, sharesOf(state), stabilityShown(state)?.per_image);
    // What was hidden says nothing of other entries.
    const hidden = namesOf(encoding) === namesOf(state.encoding) ? state.hidden : [];
    store.set({ encoding, hidden, focus: null });
  };
  store.on(["clusters", "previewed", "colour", "scheme", "cohort", "stability"], encode);
  store.on(["quality"], ({ colour }) => colour === "image: neighbour overlap" && encode());
}

/** @param {Encoding | null} encoding */
const namesOf = (encoding) =>
  JSON.stringify([encoding?.legend.title, encoding?.legend.entries.map(({ name }) => name)]);

/**
 * These clusters under the chosen colouring. A share is on a scale from 0 to 1 whatever the values; where none is known it is missing.
 * @param {Readonly<AppState>} state @param {Pick<Clusters, "labels" | "core" | "own">} clusters @param {readonly ImageRecord[]} records
 * @param {Steadiness} [shares] @param {Steadiness} [steady] @returns {Encoding}
 */
export function encodingOf({ cohort, colour, scheme }, clusters, records, shares = [], steady = []) {
  const measured = colour in PER_IMAGE && {
    name: PER_IMAGE[colour],
    kind: /** @type {const} */ ("number"),
    range: /** @type {const} */ ([0, 1]),
  };
  const column = measured || cohort?.columns.find(({ name }) => name === colour);
  if (!column) return encodeClusters(clusters, scheme, steady);
  return encodeColumn(
    column,
    records.map(({ values }, i) => (measured ? shares[i] : values[colour]) ?? null),
    clusters.labels,
    clusters.core,
    scheme,
    steady,
  );
}

/** @param {Readonly<AppState>} state */
export function sharesOf(state) {
  return state.colour === "image: stability"
    ? stabilityShown(state)?.per_image
    : qualityShown(state)?.knn_overlap_per_image;
}
