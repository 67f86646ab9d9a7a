/** What the groups on the map are made of, a line for each, where a row of the search was applied. */

import { clusterMark } from "../colour/palette.js";
import { byId, el, markIcon } from "../dom.js";
import { clusterName, count, plural } from "../format.js";
import { SHAPE_PATHS } from "../map/shapes.js";
import { placeText } from "./grid.js";

/** @import {AppState, AppStore, ClusterSummary, SearchAxis} from "../types.js" */

/** @param {AppStore} store @param {() => readonly SearchAxis[]} axes  of what was searched */
export function bindMade(store, axes) {
  const box = byId("search-made");
  const draw = (/** @type {AppState} */ { clusters, shown, scheme, tints }) => {
    if (!clusters || !shown) return;
    const { breakdown, n_clusters } = clusters;
    const setting = placeText(axes(), /** @type {Record<SearchAxis, number>} */ (/** @type {unknown} */ (shown)));
    box.replaceChildren(
      el("h3", {}, `${plural(n_clusters, "group")} by ${breakdown.column}`, el("span", {}, setting)),
      el(
        "ul",
        {},
        ...breakdown.clusters.map((summary) => {
          const mark = clusterMark(summary.label, scheme, tints);
          return el(
            "li",
            { "data-label": summary.label },
            markIcon(SHAPE_PATHS[mark.shape], mark.colour, 10),
            el("b", { title: clusterName(summary.label, clusters.own) }, count(summary.size)),
            el("span", {}, `${summary.label < 0 ? "in no group: " : ""}${valuesOf(summary)}`),
          );
        }),
      ),
    );
  };
  store.watch(["clusters", "shown", "scheme", "tints"], draw);
  return () => draw(store.get());
}

/**
 * The most frequent first, what is missing last; of numbers and dates the one in the middle.
 * @param {ClusterSummary} summary
 */
function valuesOf({ counts, spread, n_missing }) {
  const middle = spread && spread.median !== null ? [`median ${spread.median}`] : null;
  const values = middle ?? counts.map(({ value, count: n }) => `${value} ${count(n)}`);
  return [...values, ...(n_missing > 0 ? [`missing ${count(n_missing)}`] : [])].join(" · ");
}
