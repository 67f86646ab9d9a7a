/**
 * Keeps the colours with their groups: while a slider moves, beside a setting A, and when a setting is shown again.
 * A link to a setting begins with the colours of the numbers.
 */

import { labelsAmong, tintsOf } from "./tints.js";

/** @import {AppStore, Params} from "../types.js" */

/**
 * What a setting was shown in; it is known by its object, which steps and A keep.
 * @type {WeakMap<Params, readonly number[]>}
 */
const shownIn = new WeakMap();

/** @param {Params} params @returns {readonly number[]} */
export const tintsOnceShown = (params) => shownIn.get(params) ?? [];

/** @param {AppStore} store */
export function followTints(store) {
  /**
   * Of every image the mark of its cluster in the map before, and the last that it had, noise since then or not.
   * @type {{records: readonly {id: string}[], was: readonly number[], ever: readonly number[]} | null}
   */
  let before = null;
  store.rule(["clusters", "settingA"], ({ clusters, shown, cohort, settingA }) => {
    if (!clusters || !shown || !cohort || cohort.records.length !== clusters.labels.length) return {};
    const { records } = cohort;
    const { labels } = clusters;
    const marked = (/** @type {readonly number[]} */ marks) => ({ labels: marks, tints: [] });
    const [was, ever] = [before?.was, before?.ever].map((marks) =>
      marks ? labelsAmong(records, { records: before?.records ?? [], labels: marks }) : [],
    );
    const tints = tintsOf(labels, [
      ...(settingA
        ? [
            {
              labels: labelsAmong(records, { records: settingA.records, labels: settingA.clusters.labels }),
              tints: settingA.tints,
            },
          ]
        : []),
      ...(shownIn.has(shown) ? [{ labels, tints: tintsOnceShown(shown) }] : []),
      marked(was),
      marked(ever),
    ]);
    const now = labels.map((label) => (label < 0 ? -1 : tints[label]));
    before = { records, was: now, ever: now.map((mark, i) => (mark < 0 ? (ever[i] ?? -1) : mark)) };
    shownIn.set(shown, tints);
    return { tints };
  });
  store.computed("previewTints", ["previewed", "clusters", "tints"], ({ previewed, clusters, tints }) =>
    previewed && clusters ? tintsOf(previewed.labels, [{ labels: clusters.labels, tints }]) : [],
  );
}
