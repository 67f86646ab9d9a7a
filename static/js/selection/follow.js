/**
 * The selection on the page as a whole: undone and cleared by keys, told to a screen reader, kept when images leave the
 * cohort.
 */

import { byId } from "../dom.js";
import { plural } from "../format.js";
import { part } from "../parts.js";
import { followHistory } from "./history.js";
import { keptOn } from "./kept.js";

/** @import {AppState, Page} from "../types.js" */

/** @param {Page} page */
export function followSelection({ store, toast }) {
  const history = followHistory(store);
  const live = byId("live");
  /** The records that `selection` counts in. */
  let records = store.get().cohort?.records ?? [];

  store.watch(["selection"], ({ selection }) => {
    live.textContent = selection.length ? `${plural(selection.length, "image")} selected` : "nothing selected";
  });
  store.watch(["cohort"], ({ cohort, selection }) => {
    // Whoever brings another cohort brings the selection along; the steps before it were among other images.
    const next = cohort?.records ?? [];
    if (next !== records) history.restart(selection);
    records = next;
  });

  /** @type {Promise<void> | null} */
  let opening = null;
  /** @param {Readonly<AppState>} state */
  const open = ({ cohort, selection, params }) => {
    if (cohort && selection.length + params.own.length + keptOn(cohort.name).length > 0)
      opening ??= part(import("./panel.js")).then(({ bindSelection }) => bindSelection(store, toast));
  };
  store.watch(["selection", "params", "cohort"], open);

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (
      event.defaultPrevented ||
      !(target instanceof Element) ||
      target.matches("dialog *, textarea, input:not([type=radio], [type=range])")
    )
      return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      history.step(event.shiftKey ? 1 : -1);
    } else if (
      event.key === "Escape" &&
      target.matches("body, #selection *, #stage *") &&
      store.get().selection.length > 0
    )
      store.set({ selection: [] });
  });
}
