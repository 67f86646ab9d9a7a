/** Keeps the look of the points in step with labels, colouring and theme. */

import { encodeClusters, encodeColumn } from "./encode.js";

/** @import {AppState} from "../types.js" */
/** @import {Store} from "../store.js" */

/** @param {Store<AppState>} store */
export function followEncoding(store) {
  store.on(["clusters", "colour", "scheme", "cohort"], ({ clusters, colour, scheme, cohort }) => {
    if (!clusters || !cohort || clusters.labels.length !== cohort.records.length) return;
    const { labels, core } = clusters;
    const column = cohort.columns.find(({ name }) => name === colour);
    const encoding = column
      ? encodeColumn(column, cohort.records.map(({ values }) => values[column.name] ?? null), labels, core, scheme)
      : encodeClusters(labels, core, scheme);
    store.set({ encoding, focus: null });
  });
}
