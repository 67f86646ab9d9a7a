/** Keeps the look of the points in step with labels, colouring, theme and what is known of each image. */

import { qualityShown, stabilityShown } from "../luck/paths.js";
import { PER_IMAGE, encodeClusters, encodeColumn } from "./encode.js";

/** @import {AppState, AppStore, Encoding} from "../types.js" */

/** @param {AppStore} store */
export function followEncoding(store) {
  const encode = () => {
    const { clusters, colour, scheme, cohort } = store.get();
    if (!clusters || !cohort || clusters.labels.length !== cohort.records.length) return;
    const { labels, core } = clusters;
    const column = cohort.columns.find(({ name }) => name === colour);
    const steady = stabilityShown(store.get())?.per_image;
    const measured = measuredOf(store.get());
    const encoding = measured
      ? encodeColumn(measured.column, measured.values, labels, core, scheme, steady)
      : column
        ? encodeColumn(column, cohort.records.map(({ values }) => values[column.name] ?? null), labels, core, scheme, steady)
        : encodeClusters(labels, core, scheme, steady);
    // What was hidden says nothing of other entries.
    const hidden = namesOf(encoding) === namesOf(store.get().encoding) ? store.get().hidden : [];
    store.set({ encoding, hidden, focus: null });
  };
  store.on(["clusters", "colour", "scheme", "cohort", "stability"], encode);
  store.on(["quality"], ({ colour }) => colour === "image: neighbour overlap" && encode());
}

/** @param {Encoding | null} encoding */
const namesOf = (encoding) => JSON.stringify([encoding?.legend.title, encoding?.legend.entries.map(({ name }) => name)]);

/** A share for every image, on a scale from 0 to 1 whatever its values; what is not known of this map is missing. @param {Readonly<AppState>} state */
function measuredOf(state) {
  const { colour, cohort } = state;
  if (!(colour in PER_IMAGE)) return null;
  const shares = colour === "image: stability" ? stabilityShown(state)?.per_image : qualityShown(state)?.knn_overlap_per_image;
  return { column: { name: PER_IMAGE[colour], kind: /** @type {const} */ ("number"), range: /** @type {const} */ ([0, 1]) }, values: cohort?.records.map((_, i) => shares?.[i] ?? null) ?? [] };
}
