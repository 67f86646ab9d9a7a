/** Whatever is not needed to make a map and to move it: it comes when the first map stands, and hears then what has happened. */

import { bindExport } from "./away/open.js";
import { bindBesideButton } from "./beside/open.js";
import { followChanged } from "./changed.js";
import { bindChoosing } from "./choosing/open.js";
import { byId } from "./dom.js";
import { bindHelp } from "./help/open.js";
import { bindImages } from "./images/bind.js";
import { bindExplain } from "./luck/explain.js";
import { followFindings } from "./luck/follow.js";
import { bindNull } from "./luck/null.js";
import { bindQuality } from "./luck/quality.js";
import { bindReportButton } from "./luck/report.js";
import { bindStability } from "./luck/stability.js";
import { bindAxes } from "./panels/axes.js";
import { bindCards } from "./panels/cards.js";
import { bindDrawer } from "./panels/drawer.js";
import { bindHoverCard } from "./panels/hover-card.js";
import { bindPlane } from "./panels/plane.js";
import { createTooltip } from "./panels/tooltip.js";
import { bindSearch } from "./search/panel.js";
import { followSelection } from "./selection/follow.js";
import { bindViewer } from "./viewer/open.js";

/** @import {bindMap} from "./panels/map-panel.js" */
/** @import {AppStore} from "./types.js" */

/** @param {AppStore} store @param {ReturnType<typeof bindMap>} map @param {(text: string) => void} toast @param {() => string} currentLink */
export function bindRest(store, { view, positions }, toast, currentLink) {
  const tooltip = createTooltip(byId("tip"));
  bindHoverCard(store, view, positions);
  bindAxes(store);
  bindBesideButton(store, view);
  bindPlane(store, byId("plane-box"), tooltip);
  bindChoosing(store);
  bindCards(store);
  bindViewer(store);
  followChanged(store);
  bindNull(store, bindSearch(store, tooltip));
  bindExplain(store);
  bindStability(store);
  bindQuality(store);
  followFindings(store);
  bindDrawer();
  bindImages(store);
  bindReportButton(store, toast);
  bindHelp(store);
  followSelection(store, toast);
  bindExport(store, view, currentLink);
}
