/** Stability: the same clusters from other seeds, other patients, and the same map turned. */

import { byId, el } from "../dom.js";
import { decimal, formatDuration, percent, plural } from "../format.js";
import { bindRun } from "../jobs.js";
import { bodyOf, clusterQuery } from "../url.js";
import { meter } from "./meter.js";
import { stabilityKey } from "./paths.js";

/** @import {Page, Repeats, Stability} from "../types.js" */

/** @param {Page} page */
export function bindStability({ store }) {
  const box = byId("stability-answer");
  let asked = "";
  const run = bindRun(byId("stability-run"), {
    path: "/api/stability",
    noun: "run",
    body() {
      const { params, breakdown } = store.get();
      asked = stabilityKey(params);
      return { ...bodyOf(clusterQuery(params, breakdown)), n_runs: 20, fraction: 0.8 };
    },
    done(/** @type {Stability & {elapsed_ms: number}} */ value) {
      store.set({ stability: { of: asked, value } });
      box.replaceChildren(...contents(value));
      return `Measured in ${formatDuration(value.elapsed_ms)}.`;
    },
  });
  store.watch(["cohort"], ({ cohort }) => run.allow(cohort?.state === "ready" && cohort.n_images > 1));
  store.watch(["stability", "params", "shown"], (state) => {
    const stale = state.stability !== null && (state.steadiness === null || state.shown !== state.params);
    box.classList.toggle("stale", stale);
    byId("stability-stale").hidden = !stale;
  });
}

/** @param {Stability} stability */
function contents({ sentence, seeds, resamples, rotations }) {
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
    `from ${decimal(ari_low)} to ${decimal(ari_high)}; without noise ${decimal(ari_without_noise_median)}. ` +
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
