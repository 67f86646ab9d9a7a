/** The way to the help: a button, the key "?", and on the demo cohort a tour at the first visit. */

import { byId, isPageKey } from "../dom.js";
import { part } from "../parts.js";

/** @import {Cohort, Page} from "../types.js" */

const TOUR_SEEN = "negatoscope.tour";

/** @param {Page} page */
export function bindHelp({ store }) {
  const tour = () => part(import("./tour.js")).then(({ startTour }) => startTour(() => remember(TOUR_SEEN)));
  const help = () =>
    part(import("./overlay.js")).then(({ openHelp }) => openHelp(isDemo(store.get().cohort) ? tour : null));
  byId("help-open").addEventListener("click", help);
  document.addEventListener("keydown", (event) => {
    if (!isPageKey(event, "?")) return;
    event.preventDefault();
    void help();
  });
  let offered = false;
  store.watch(["clusters"], ({ cohort, clusters }) => {
    if (offered || !clusters || !isDemo(cohort)) return;
    offered = true;
    if (!remembers(TOUR_SEEN)) void tour();
  });
}

/** The tour tells what the demo was made to show. @param {Cohort | null} cohort */
const isDemo = (cohort) => cohort !== null && cohort.name === "demo" && cohort.notice !== null;

/** A browser may keep nothing for a page: then nothing was promised either. @param {string} key */
function remember(key) {
  try {
    localStorage.setItem(key, "seen");
  } catch {
    // The tour comes again at the next visit.
  }
}

/** @param {string} key */
function remembers(key) {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return true;
  }
}
