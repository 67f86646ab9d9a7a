/** The button and the key that keep the current setting as A; everything else is loaded when there is one. */

import { byId, isPageKey } from "../dom.js";
import { part } from "../parts.js";

/** @import {AppState, Page} from "../types.js" */

/** @param {Page} page */
export function bindCompareButton({ store, view }) {
  const button = byId("beside-open", HTMLButtonElement);
  const toggle = () => {
    const { beside, shown } = store.get();
    store.set({ beside: beside ? null : shown });
  };
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (isPageKey(event, "b") && !button.disabled && !document.querySelector("dialog[open]")) toggle();
  });

  let loaded = false;
  /** @param {Readonly<AppState>} state */
  const show = async ({ beside, shown }) => {
    button.disabled = shown === null;
    button.setAttribute("aria-pressed", String(beside !== null));
    if (!beside || !shown || loaded) return;
    loaded = true;
    const { bindCompare } = await part(import("./panel.js"));
    bindCompare(store, view);
  };
  store.watch(["beside", "shown"], show);
}
