/**
 * Puts the page together: first what makes a map and moves it, and once that stands, all the rest.
 * What happens, happens in the modules; here is only who knows whom.
 */

import { followParameters } from "./analysis.js";
import { messageOf } from "./api.js";
import { followCohort } from "./cohort.js";
import { followEncoding } from "./colour/follow.js";
import { bindControls, readSpecs } from "./controls/panel.js";
import { byId } from "./dom.js";
import { followUrl } from "./link.js";
import { bindChoosers } from "./panels/choosers.js";
import { bindLegend } from "./panels/legend.js";
import { bindMap } from "./panels/map-panel.js";
import { bindSummary } from "./panels/summary.js";
import { createToast } from "./panels/tooltip.js";
import { bindTopBar } from "./panels/topbar.js";
import { bindForming, bindWaiting } from "./panels/waiting.js";
import { createStore } from "./store.js";
import { followTheme } from "./theme.js";
import { stateFromQuery } from "./url.js";

/** @import {AppState} from "./types.js" */

const fields = byId("controls", HTMLFieldSetElement);

/** Nothing has been asked yet. */
const unasked = { of: "", value: null, error: null, stale: false };

/** @type {AppState} */
const initial = {
  ...stateFromQuery(location.search, readSpecs(fields)),
  scheme: "dark",
  cohort: null,
  projection: null,
  forming: null,
  film: null,
  clusters: null,
  previewed: null,
  shown: null,
  plane: null,
  encoding: null,
  busy: false,
  trouble: null,
  association: unasked,
  enrichment: unasked,
  quality: unasked,
  stability: null,
  luck: null,
  hovered: -1,
  selection: [],
  hidden: [],
  passing: null,
  focus: null,
  tool: "pan",
  drawer: "closed",
};
const store = createStore(initial);
// First, so that the answer is on its way while the page is put together.
void followCohort(store);

const toast = createToast(byId("toast"));
const tell = (/** @type {unknown} */ error) => store.set({ trouble: messageOf(error) });
const openReport = () => {
  const { cohort } = store.get();
  if (cohort) import("./panels/report.js").then((report) => report.openReport(cohort), tell);
};

followTheme(store, byId("theme-toggle", HTMLButtonElement));
bindControls(store, fields);
bindChoosers(store);
followParameters(store, toast);
followEncoding(store);
const map = bindMap(store);
bindLegend(store);
bindSummary(store);
bindWaiting(store, openReport);
bindForming(store);
const currentLink = followUrl(store);
bindTopBar(store, { openReport, toast, currentLink });

let asked = false;
const fetchRest = async () => {
  const { bindRest } = await import("./rest.js");
  store.join(() => bindRest(store, map, toast, currentLink));
  document.documentElement.dataset.page = "whole";
};
store.on(["cohort", "clusters", "trouble"], ({ cohort, clusters, trouble }) => {
  // Whoever has to wait for the first map waits with a whole page.
  const waits = trouble !== null || (cohort !== null && (cohort.state !== "ready" || cohort.n_images < 2));
  if (asked || !(clusters || waits)) return;
  asked = true;
  // After the frame that shows the map.
  requestAnimationFrame(() => setTimeout(() => fetchRest().catch(tell)));
});
