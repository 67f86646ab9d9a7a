/** Side by side: A stays as it was, B follows the sliders, and an image that is meant in one is meant in both. */

import { byId } from "../dom.js";
import { bindBar } from "./bar.js";
import { bindFindings } from "./findings.js";
import { bindFlows } from "./flows.js";
import { bindMapA } from "./map-a.js";
import { bindMoves } from "./moves.js";
import { computeJoint, followSetting } from "./setting.js";

/** @import {AppStore} from "../types.js" */
/** @import {MapView} from "../map/view.js" */

/** @param {AppStore} store @param {MapView} viewB */
export function bindCompare(store, viewB) {
  const desk = byId("desk");
  const show = () => {
    const open = store.get().beside !== null;
    desk.toggleAttribute("data-beside", open);
    byId("beside").hidden = !open;
    byId("beside-bar").hidden = !open;
  };
  store.watch(["beside"], show);
  show();
  computeJoint(store);
  const viewA = bindMapA(store);
  bindFlows(store);
  bindFindings(store);
  bindBar(store);
  bindMoves(store, viewA, viewB);
  followSetting(store);
}
