/** The selection on the page as a whole: cleared by a key, told to a screen reader; steps/ undoes it. */

import { byId } from "../dom.js";
import { plural } from "../format.js";
import { part } from "../parts.js";
import { itemsOf } from "../project/model.js";

/** @import {AppState, Page} from "../types.js" */

/** @param {Page} page */
export function followSelection({ store, toast }) {
  const live = byId("live");

  store.watch(["selection"], ({ selection }) => {
    live.textContent = selection.length ? `${plural(selection.length, "image")} selected` : "nothing selected";
  });

  /** @type {Promise<void> | null} */
  let opening = null;
  /** @param {Readonly<AppState>} state */
  const open = ({ cohort, selection, params, project }) => {
    if (cohort && selection.length + params.own.length + itemsOf(project, "selection").length > 0)
      opening ??= part(import("./panel.js")).then(({ bindSelection }) => bindSelection(store, toast));
  };
  store.watch(["selection", "params", "cohort", "project"], open);

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (
      event.defaultPrevented ||
      !(target instanceof Element) ||
      target.matches("dialog *, textarea, input:not([type=radio], [type=range])")
    )
      return;
    if (event.key === "Escape" && target.matches("body, #selection *, #stage *") && store.get().selection.length > 0)
      store.set({ selection: [] });
  });
}
