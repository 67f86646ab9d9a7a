/**
 * Puts the page together: first what makes a map and moves it, and once that stands, all the rest.
 * What happens, happens in the modules; here is only who knows whom.
 */

import { followParameters } from "./analysis.js";
import { followCohort } from "./cohort.js";
import { computeEncoding } from "./colour/follow.js";
import { bindControls } from "./controls/panel.js";
import { byId } from "./dom.js";
import { standardise } from "./map/points.js";
import { bindChoosers } from "./panels/choosers/panel.js";
import { bindLegend } from "./panels/legend/panel.js";
import { bindMap } from "./panels/map/panel.js";
import { bindPictures } from "./panels/pictures/panel.js";
import { createToast } from "./panels/toast/panel.js";
import { bindTopBar } from "./panels/topbar/panel.js";
import { bindForming, bindWaiting } from "./panels/waiting/panel.js";
import { part } from "./parts.js";
import { UNKNOWN } from "./project/model.js";
import { readCatalogue, useCatalogue } from "./settings.js";
import { createStore } from "./store.js";
import { followTheme } from "./theme.js";
import { readLink } from "./url.js";

/** @import {AppState, AppStore, Computed} from "./types.js" */

/** A map that takes longer than this is not waited for. */
const PATIENCE_MS = 500;

const fields = byId("controls", HTMLFieldSetElement);

const link = readLink(location.search, useCatalogue(readCatalogue(fields)), document.documentElement.dataset.column);

/** Nothing has been asked yet. */
const unasked = { of: "", value: null, error: null, cohort: null };

/** Of what is computed, until those come that do. @type {Computed} */
const standIns = {
  scheme: "dark",
  positions: standardise([]),
  drawn: null,
  steadiness: null,
  shares: undefined,
  mapEncoding: null,
  encoding: null,
  previewTints: [],
  legendNames: "",
  hidden: [],
  passing: null,
  associationWanted: "",
  enrichmentWanted: "",
  qualityWanted: "",
  association: { ...unasked, stale: false },
  enrichment: { ...unasked, stale: false },
  quality: { ...unasked, stale: false },
  settingA: null,
  isSameMap: false,
  pairs: null,
  joint: null,
  encodingA: null,
  styleA: null,
  hoveredA: -1,
  pointingA: false,
};

/** @type {AppState} */
const initial = {
  ...link.state,
  systemScheme: "dark",
  cohort: null,
  projection: null,
  forming: null,
  film: null,
  clusters: null,
  previewed: null,
  shown: null,
  plane: null,
  tints: [],
  busy: false,
  trouble: null,
  opening: link.opens,
  unmet: link.faults.length > 0 ? { says: link.faults, without: {} } : null,
  associationAnswer: unasked,
  enrichmentAnswer: unasked,
  qualityAnswer: unasked,
  stability: null,
  verdict: null,
  nullAsked: null,
  hovered: -1,
  selection: [],
  hiddenEntries: [],
  focus: null,
  tool: "pan",
  drawer: "closed",
  changed: new Map(),
  since: { n_new: 0, table: null, is_whole: true },
  reopening: null,
  project: UNKNOWN,
  lost: 0,
  answerA: null,
  cameraA: link.state.camera,
  pointedA: { a: -1, b: -1 },
  pointedFlow: null,
  moveLines: false,
  ...standIns,
};
/** @type {AppStore} */
const store = createStore(initial);
// First, so that the answer is on its way while the page is put together.
void followCohort(store);

const toast = createToast(byId("toast"));
const openReport = (/** @type {string} */ at) => {
  const { cohort } = store.get();
  if (cohort) part(import("./panels/report/panel.js")).then((report) => report.openReport(store, cohort, at));
};

followTheme(store, byId("theme-toggle", HTMLButtonElement));
bindControls(store, fields);
bindChoosers(store);
followParameters(store, toast);
computeEncoding(store);
const view = bindMap(store);
bindPictures(store, view);
bindLegend(store);
bindWaiting(store, () => openReport("skipped"));
bindForming(store);
bindTopBar(store, openReport);

let asked = false;
const fetchRest = async () => {
  if (asked) return;
  asked = true;
  const { bindRest } = await part(import("./rest.js"));
  await bindRest({ store, view, toast });
  document.documentElement.dataset.page = "whole";
};
store.watch(["cohort", "clusters"], ({ clusters }) => {
  if (asked) return;
  // After the frame that shows the map; whoever has to wait for the first one waits with a whole page.
  if (clusters) requestAnimationFrame(() => setTimeout(fetchRest));
  else setTimeout(fetchRest, PATIENCE_MS);
});
