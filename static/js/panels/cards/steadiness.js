/** How much of a cluster other runs find again, on its card once that is known. */

import { el } from "../../dom.js";
import { decimal } from "../../format.js";

/** @import {AppStore} from "../../types.js" */

/** @param {HTMLElement} box @param {AppStore} store */
export function showSteadiness(box, store) {
  for (const { label, verdict, jaccard_seeds, jaccard_resamples } of store.get().steadiness?.clusters ?? []) {
    const head = box.querySelector(`.card[data-label="${label}"] .card-head`);
    head?.querySelector(".steady")?.remove();
    if (!verdict) continue;
    const tip =
      "Mean Jaccard index with the most similar cluster of each run: " +
      `${decimal(jaccard_resamples)} on other patients, ${decimal(jaccard_seeds)} with other seeds. ` +
      "From .75 on a cluster is stable, below .60 it is not to be trusted, at .50 it dissolves (Hennig 2007).";
    const word = el(
      "span",
      { class: `steady ${verdict}`, "data-tip": tip },
      `${verdict} ${decimal(jaccard_resamples)}`,
    );
    head?.querySelector("h3")?.after(word);
  }
}
