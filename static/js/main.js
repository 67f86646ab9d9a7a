/**
 * Puts the page together: first what makes a map and moves it, and once that stands, all the rest.
 * What happens, happens in the modules; here is only who knows whom.
 */

import { followParameters } from "./analysis.js";
import { followCohort } from "./cohort.js";
import { followEncoding } from "./colour/follow.js";
import { bindControls } from "./controls/panel.js";
import { byId } from "./dom.js";
import { followUrl } from "./link.js";
import { bindChoosers } from "./panels/choosers/panel.js";
import { bindLegend } from "./panels/legend/panel.js";
import { bindMap } from "./panels/map/panel.js";
import { bindPictures } from "./panels/pictures/panel.js";
import { bindSummary } from "./panels/summary/panel.js";
import { createToast } from "./panels/tooltip/panel.js";
import { bindTopBar } from "./panels/topbar/panel.js";
import { bindForming, bindWaiting } from "./panels/waiting/panel.js";
import { part } from "./parts.js";
import { readCatalogue, useCatalogue } from "./settings.js";
import { createStore } from "./store.js";
import { followTheme } from "./theme.js";
import { readLink } from "./url.js";

/** @import {AppState} from "./types.js" */

/** A map that takes longer than this is not waited for. */
const PATIENCE_MS = 500;

const fields = byId("controls", HTMLFieldSetElement);

const link = readLink(location.search, useCatalogue(readCatalogue(fields)), document.documentElement.dataset.column);

/** Nothing has been asked yet. */
const unasked = { of: "", value: null, error: null, stale: false };

/** @type {AppState} */
const initial = {
  ...link.state,
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
  unmet: link.faults.length > 0 ? { says: link.faults, without: {} } : null,
  association: unasked,
  enrichment: unasked,
  quality: unasked,
  stability: null,
  nullAsked: null,
  hovered: -1,
  selection: [],
  hidden: [],
  passing: null,
  focus: null,
  tool: "pan",
  drawer: "closed",
  changed: new Map(),
  lost: 0,
};
const store = createStore(initial);
// First, so that the answer is on its way while the page is put together.
void followCohort(store);

const toast = createToast(byId("toast"));
const openReport = (/** @type {string} */ at) => {
  const { cohort, changed } = store.get();
  if (cohort) part(import("./panels/report/panel.js")).then((report) => report.openReport(cohort, changed, at));
};

followTheme(store, byId("theme-toggle", HTMLButtonElement));
bindControls(store, fields);
bindChoosers(store);
followParameters(store, toast);
followEncoding(store);
const map = bindMap(store);
bindPictures(store, map.view);
bindLegend(store);
bindSummary(store);
bindWaiting(store, () => openReport("skipped"));
bindForming(store);
const currentLink = followUrl(store);
bindTopBar(store, { openReport, toast, currentLink });

let asked = false;
const fetchRest = async () => {
  if (asked) return;
  asked = true;
  const { bindRest } = await part(import("./rest.js"));
  store.join(() => bindRest({ store, ...map, toast, currentLink }));
  document.documentElement.dataset.page = "whole";
};
store.on(["cohort", "clusters"], ({ clusters }) => {
  if (asked) return;
  // After the frame that shows the map; whoever has to wait for the first one waits with a whole page.
  if (clusters) requestAnimationFrame(() => setTimeout(fetchRest));
  else setTimeout(fetchRest, PATIENCE_MS);
});
