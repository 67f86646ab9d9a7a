/** The report: what is on the page as one page to print, made by the server and opened beside this one. */

import { byId } from "../dom.js";
import { createJob, describe } from "../jobs.js";
import { bodyOf, clusterQuery } from "../url.js";

/** @import {Page} from "../types.js" */

/** @param {Page} page */
export function bindReportButton({ store, toast }) {
  const button = byId("make-report", HTMLButtonElement);
  /** Made, and not yet opened because the browser wants a click for a new tab. @type {string | null} */
  let ready = null;
  const open = () => {
    const tab = ready !== null && window.open(ready);
    if (tab) ready = null;
    button.textContent = ready === null ? "Report" : "Open report";
  };
  const job = createJob({
    path: "/api/report",
    body() {
      const state = store.get();
      const { params, breakdown, noise, within, nullAsked } = state;
      const stability = state.steadiness;
      return {
        ...bodyOf(clusterQuery(params, breakdown)),
        noise,
        null: nullAsked,
        stability: stability && { n_runs: stability.resamples.n_runs },
        ...(within ? { within } : {}),
      };
    },
    show(now) {
      button.title = describe(now, "step");
      button.dataset.job = now.state;
      if (now.state === "done") {
        ready = now.result.url;
        return open();
      }
      const going = now.state === "running" || now.state === "queued";
      button.textContent = going
        ? `Cancel report · ${now.total > 0 ? Math.round((100 * now.done) / now.total) : 0}%`
        : "Report";
      if (!going) toast(button.title, 6000);
    },
  });
  button.addEventListener("click", () => (ready === null ? job.toggle() : open()));
  store.watch(["cohort"], ({ cohort }) => {
    button.disabled = cohort?.state !== "ready" || cohort.n_images < 2;
  });
}
