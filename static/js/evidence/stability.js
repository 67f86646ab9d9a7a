/** Stability: the same clusters from other seeds, other patients, and the same map turned. */

import { byId } from "../dom.js";
import { formatDuration } from "../format.js";
import { bindRun } from "../jobs.js";
import { part } from "../parts.js";
import { bodyOf, clusterQuery } from "../url.js";
import { stabilityKey } from "./paths.js";

/** @import {Page, Stability} from "../types.js" */

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
      void part(import("./stability-answer.js")).then(({ contents }) => box.replaceChildren(...contents(value)));
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
