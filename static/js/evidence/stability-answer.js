/** What a measurement of stability has found; fetched with the first. */

import { el } from "../dom.js";
import { decimal, percent, plural } from "../format.js";
import { meter } from "./meter.js";

/** @import {Repeats, Stability} from "../types.js" */

/** @param {Stability} stability */
export function contents({ sentence, seeds, resamples, rotations }) {
  return [
    el("p", {}, sentence),
    el(
      "div",
      { class: "meters", role: "list", "aria-label": "Adjusted Rand index" },
      seeds && repeats("other seeds", seeds),
      repeats(`${percent(resamples.fraction)} of patients`, resamples),
    ),
    rotations && el("p", { class: "strip-name" }, "the same map turned"),
    rotations &&
      el(
        "div",
        {
          class: "strip",
          role: "img",
          "aria-label":
            `Adjusted Rand index from ${decimal(Math.min(...rotations.ari))} to ` +
            `${decimal(Math.max(...rotations.ari))} over ${rotations.degrees.length} turns of the map`,
        },
        ...rotations.degrees.map((degrees, i) => turn(rotations, degrees, i)),
      ),
    rotations &&
      el(
        "p",
        { class: "plane-x" },
        ...[rotations.degrees[0], rotations.degrees.at(-1)].map((end) => el("span", {}, `${end}°`)),
      ),
  ].filter((part) => part !== null);
}

/** @param {string} name @param {Repeats} runs */
function repeats(name, { n_runs, ari_median, ari_low, ari_high, ari_without_noise_median, n_clusters }) {
  const tip =
    `${plural(n_runs, "run")}. Adjusted Rand index: median ${decimal(ari_median)}, ` +
    `from ${decimal(ari_low)} to ${decimal(ari_high)}; ` +
    `without those in no group ${decimal(ari_without_noise_median)}. ` +
    `${Math.min(...n_clusters)} to ${Math.max(...n_clusters)} clusters.`;
  return meter(name, ari_median, { low: ari_low, high: ari_high, tip });
}

/** @param {NonNullable<Stability["rotations"]>} rotations @param {number} degrees @param {number} i */
function turn({ ari, n_clusters, score }, degrees, i) {
  const cell = el("i", {
    "data-tip":
      `Turned by ${degrees}°: ${plural(n_clusters[i], "cluster")}, score ${score[i]}, ` +
      `adjusted Rand index ${decimal(ari[i])}.`,
  });
  cell.style.opacity = String(0.12 + 0.88 * Math.max(0, ari[i]));
  return cell;
}
