/**
 * Whatever is not needed to make a map and to move it: it comes when the first map stands, and hears then what has
 * happened. A new panel is a folder of its own and stands in the list here.
 */

import { bindCompareButton } from "./compare/open.js";
import { readCommas } from "./controls/commas.js";
import { byId } from "./dom.js";
import { bindExplain } from "./evidence/explain.js";
import { followFindings } from "./evidence/follow.js";
import { bindNull } from "./evidence/null.js";
import { bindQuality } from "./evidence/quality.js";
import { bindReportButton } from "./evidence/report.js";
import { computeShares } from "./evidence/shares.js";
import { bindStability } from "./evidence/stability.js";
import { bindExport } from "./export/open.js";
import { bindImages } from "./images/bind.js";
import { bindAxes } from "./panels/axes/panel.js";
import { bindCards } from "./panels/cards/panel.js";
import { bindDrawer } from "./panels/drawer/panel.js";
import { bindHoverCard } from "./panels/hover-card/panel.js";
import { bindPlane } from "./panels/plane/panel.js";
import { bindSummary } from "./panels/summary/panel.js";
import { createTooltip } from "./panels/tooltip/panel.js";
import { bindVerdict } from "./panels/verdict/panel.js";
import { part } from "./parts.js";
import { bindSearch } from "./search/panel.js";
import { followSelection } from "./selection/follow.js";
import { bindTuning } from "./tuning/open.js";
import { bindViewer } from "./viewer/open.js";

/** @import {Page} from "./types.js" */

const PANELS = [
  bindSummary,
  computeShares,
  bindHoverCard,
  bindAxes,
  bindCompareButton,
  bindPlane,
  bindTuning,
  bindCards,
  bindViewer,
  bindVerdict,
  bindExplain,
  bindStability,
  bindQuality,
  followFindings,
  bindDrawer,
  bindImages,
  bindReportButton,
  followSelection,
  bindExport,
];

/** @param {Pick<Page, "store" | "view" | "toast">} made  by the part before */
export async function bindRest(made) {
  const page = { ...made, tooltip: createTooltip(byId("tip")) };
  const { store } = page;
  readCommas();
  store.join(() => {
    for (const bind of PANELS) bind(page);
    // The null is that of the search.
    bindNull(store, bindSearch(page));
  });
  // Words beside what is there: they come after it.
  part(import("./panels/proposal/panel.js")).then(({ bindProposal }) => store.join(() => bindProposal(page)));
  part(import("./panels/names/panel.js")).then(({ bindNames }) => store.join(() => bindNames(page)));
  part(import("./panels/folder/panel.js")).then(({ bindFolder }) => store.join(() => bindFolder(page)));
  part(import("./project/follow.js")).then(({ followProject }) => store.join(() => followProject(page)));
  const { bindLate } = await part(import("./late.js"));
  store.join(() => bindLate(page));
}
