/** Puts the page together. What happens, happens in the modules; here is only who knows whom. */

import { followParameters } from "./analysis.js";
import { messageOf } from "./api.js";
import { bindExport } from "./away/open.js";
import { bindBesideButton } from "./beside/open.js";
import { followCohort } from "./cohort.js";
import { followEncoding } from "./colour/follow.js";
import { bindChoosing } from "./choosing/open.js";
import { bindControls, readSpecs } from "./controls/panel.js";
import { byId } from "./dom.js";
import { bindHelp } from "./help/open.js";
import { bindAxes } from "./panels/axes.js";
import { bindCards } from "./panels/cards.js";
import { bindChoosers } from "./panels/choosers.js";
import { bindDrawer } from "./panels/drawer.js";
import { bindHoverCard } from "./panels/hover-card.js";
import { bindLegend } from "./panels/legend.js";
import { bindMap } from "./panels/map-panel.js";
import { bindPictures } from "./panels/pictures.js";
import { bindPlane } from "./panels/plane.js";
import { bindSummary } from "./panels/summary.js";
import { createToast, createTooltip } from "./panels/tooltip.js";
import { bindTopBar } from "./panels/topbar.js";
import { bindViewer } from "./viewer/open.js";
import { bindForming, bindWaiting } from "./panels/waiting.js";
import { bindImages } from "./images/bind.js";
import { followFilters } from "./images/follow.js";
import { bindExplain } from "./luck/explain.js";
import { followFindings } from "./luck/follow.js";
import { bindNull } from "./luck/null.js";
import { bindQuality } from "./luck/quality.js";
import { bindReportButton } from "./luck/report.js";
import { bindStability } from "./luck/stability.js";
import { bindSearch } from "./search/panel.js";
import { followSelection } from "./selection/follow.js";
import { createStore } from "./store.js";
import { followUrl } from "./link.js";
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

const tooltip = createTooltip(byId("tip"));
const toast = createToast(byId("toast"));
const openReport = () => {
  const { cohort } = store.get();
  if (cohort) import("./panels/report.js").then((report) => report.openReport(cohort), (error) => store.set({ trouble: messageOf(error) }));
};

followFilters(store);
followTheme(store, byId("theme-toggle", HTMLButtonElement));
bindControls(store, fields);
bindChoosers(store);
followParameters(store, toast);
followEncoding(store);

const { view, positions } = bindMap(store);
bindPictures(store, view);
bindHoverCard(store, view, positions);
bindAxes(store);
bindBesideButton(store, view);
bindLegend(store);
bindSummary(store);
bindPlane(store, byId("plane-box"), tooltip);
bindChoosing(store);
bindCards(store);
bindViewer(store);
bindNull(store, bindSearch(store, tooltip));
bindExplain(store);
bindStability(store);
bindQuality(store);
followFindings(store);
bindDrawer();
bindWaiting(store, openReport);
bindForming(store);
bindImages(store);

const currentLink = followUrl(store);
bindTopBar(store, { openReport, toast, currentLink });
bindReportButton(store, toast);
bindHelp(store);
followSelection(store, toast);
bindExport(store, view, currentLink);
void followCohort(store);
