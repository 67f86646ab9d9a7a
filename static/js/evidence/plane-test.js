/** The best of many looks, tested as such: one question about the whole plane, asked at a click and fetched with it. */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { byId } from "../dom.js";
import { planeTestPath } from "./paths.js";

/** @import {AppStore, PlaneTest} from "../types.js" */

/** @param {AppStore} store @param {HTMLButtonElement} button  that was clicked */
export function bindPlaneTest(store, button) {
  const told = byId("plane-told");
  let asked = "";
  let abort = new AbortController();
  async function ask() {
    asked = planeTestPath(store.get().params, store.get());
    abort = new AbortController();
    button.disabled = true;
    told.textContent = "Testing every setting of the plane …";
    try {
      /** @type {PlaneTest} */
      const { testable, reason, sentence } = await getAnswer(asked, abort.signal);
      told.textContent = testable ? sentence : (reason ?? sentence);
    } catch (error) {
      if (!isAbort(error)) told.textContent = messageOf(error);
    }
    button.disabled = false;
  }
  button.addEventListener("click", ask);
  store.watch(["params", "breakdown", "noise"], (state) => {
    if (planeTestPath(state.params, state) === asked) return;
    abort.abort();
    told.textContent = "";
  });
  void ask();
}
