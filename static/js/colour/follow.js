/**
 * The look of the points and their legend: what follows from labels, colouring, theme and what is known of each image.
 */

import { PER_IMAGE, encodeClusters, encodeColumn } from "./encode.js";

/** @import {AppState, AppStore, Clusters, Encoding, ImageRecord, Steadiness} from "../types.js" */

/** @type {readonly number[]} */
const NONE = Object.freeze([]);

/** @param {AppStore} store */
export function computeEncoding(store) {
  store.computed(
    "mapEncoding",
    ["clusters", "cohort", "colour", "scheme", "shares", "steadiness", "tints"],
    ({ clusters, cohort, colour, scheme, shares, steadiness, tints }) =>
      clusters && cohort?.records.length === clusters.labels.length
        ? encodingOf({ cohort, colour, scheme, tints }, clusters, cohort.records, shares, steadiness?.per_image)
        : null,
  );
  // A preview is about its clusters, whatever colours the map.
  store.computed(
    "encoding",
    ["mapEncoding", "previewed", "previewTints", "scheme"],
    ({ mapEncoding, previewed, previewTints, scheme }) =>
      mapEncoding && previewed ? encodeClusters(previewed, scheme, [], previewTints) : mapEncoding,
  );
  store.computed("legendNames", ["mapEncoding"], ({ mapEncoding }) => namesOf(mapEncoding));
  store.computed("hidden", ["hiddenEntries", "previewed"], ({ hiddenEntries, previewed }) =>
    previewed ? NONE : hiddenEntries,
  );
  store.rule(["shown"], () => ({ previewed: null }));
  // What was hidden says nothing of other entries, nor what was pointed at.
  store.rule(["legendNames"], () => ({ hiddenEntries: NONE }));
  store.rule(["encoding"], () => ({ focus: null }));
}

/** @param {Encoding | null} encoding */
const namesOf = (encoding) =>
  JSON.stringify([encoding?.legend.title, encoding?.legend.entries.map(({ name }) => name)]);

/**
 * These clusters under the chosen colouring. A share is on a scale from 0 to 1 whatever the values; where none is known
 * it is missing.
 * @param {Pick<AppState, "cohort" | "colour" | "scheme" | "tints">} state
 * @param {Pick<Clusters, "labels" | "core" | "own" | "probabilities">} clusters @param {readonly ImageRecord[]} records
 * @param {Steadiness} [shares] @param {Steadiness} [steady] @returns {Encoding}
 */
export function encodingOf({ cohort, colour, scheme, tints }, clusters, records, shares = [], steady = []) {
  const measured = colour in PER_IMAGE && {
    name: PER_IMAGE[colour],
    kind: /** @type {const} */ ("number"),
    range: /** @type {const} */ ([0, 1]),
  };
  const column = measured || cohort?.columns.find(({ name }) => name === colour);
  if (!column) return encodeClusters(clusters, scheme, steady, tints);
  return encodeColumn(
    column,
    records.map(({ values }, i) => (measured ? shares[i] : values[colour]) ?? null),
    clusters.labels,
    clusters.core,
    scheme,
    steady,
  );
}
