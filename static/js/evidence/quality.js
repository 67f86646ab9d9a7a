/** Is the map faithful? How much of the neighbourhoods of the features is still to be seen on the map. */

import { byId, el } from "../dom.js";
import { decimal } from "../format.js";
import { meter } from "./meter.js";

/** @import {Page, Quality} from "../types.js" */

/** @param {Page} page */
export function bindQuality({ store }) {
  const box = byId("quality");
  store.watch(["cohort"], ({ cohort }) => {
    if (cohort?.state === "ready" && cohort.n_images < 3)
      box.replaceChildren(el("p", { class: "help" }, "Three images or more have neighbours to compare."));
  });
  store.watch(["quality"], ({ quality: { value, error, stale } }) => {
    box.setAttribute("aria-busy", String(stale));
    if (error !== null) box.replaceChildren(el("p", { class: "failure" }, error));
    else if (value) box.replaceChildren(...contents(value));
  });
}

/** @param {Quality} quality */
function contents({ sentence, warnings, trustworthiness, continuity, knn_overlap, chance_overlap, n_neighbors }) {
  const near = `${n_neighbors} nearest`;
  return [
    el("p", {}, sentence),
    el(
      "div",
      { class: "meters", role: "list" },
      meter("trustworthiness", trustworthiness, {
        tip: `Images that lie near on the map are near in the features (${near}; 1 is best). Venna & Kaski 2001.`,
      }),
      meter("continuity", continuity, {
        tip: `Images that are near in the features lie near on the map (${near}; 1 is best).`,
      }),
      meter("neighbour overlap", knn_overlap, {
        tick: chance_overlap,
        tip:
          `Share of the ${near} in the features that are among the ${near} on the map. ` +
          `The line: ${decimal(chance_overlap, 3)}, what chance would give.`,
      }),
    ),
    ...warnings.map((text) => el("p", { class: "quiet" }, text)),
  ];
}
