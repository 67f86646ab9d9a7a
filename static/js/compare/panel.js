/** Side by side: A stays as it was, B follows the sliders, and an image that is meant in one is meant in both. */

import { byId } from "../dom.js";
import { createStore } from "../store.js";
import { bindBar } from "./bar.js";
import { bindFlows } from "./flows.js";
import { bindMapA } from "./map-a.js";
import { bindMoves } from "./moves.js";
import { followJoint, followSetting } from "./setting.js";

/** @import {AppStore, CompareState} from "../types.js" */
/** @import {MapView} from "../map/view.js" */

/** @param {AppStore} store @param {MapView} viewB */
export function bindCompare(store, viewB) {
  /** @type {CompareState} */
  const initial = {
    setting: null,
    trouble: null,
    joint: null,
    styleA: null,
    camera: store.get().camera,
    hovered: -1,
    pointing: false,
    flow: null,
    lines: false,
  };
  const own = createStore(initial);
  const desk = byId("desk");
  const show = () => {
    const open = store.get().beside !== null;
    desk.toggleAttribute("data-beside", open);
    byId("beside").hidden = !open;
    byId("beside-bar").hidden = !open;
  };
  store.on(["beside"], show);
  show();
  const viewA = bindMapA(store, own);
  bindFlows(store, own);
  bindBar(store, own);
  bindMoves(store, own, viewA, viewB);
  followJoint(store, own);
  followSetting(store, own);
}
