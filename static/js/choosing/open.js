/** What is opened on demand is loaded then, so that the page starts without it. */

import { messageOf } from "../api.js";
import { byId } from "../dom.js";

/** @import {AppStore} from "../types.js" */

/** @param {AppStore} store */
export function bindChoosing(store) {
  const say = (/** @type {unknown} */ error) => store.set({ trouble: messageOf(error) });
  byId("k-distance").addEventListener("toggle", () => import("./k-distance.js").then(({ bindKDistance }) => bindKDistance(store), say), { once: true });
}
