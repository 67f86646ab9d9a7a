/** The button and the key that keep the current setting as A; everything else is loaded when there is one. */

import { byId } from "../dom.js";

/** @import {AppState, AppStore} from "../types.js" */
/** @import {MapView} from "../map/view.js" */

/** @param {AppStore} store @param {MapView} view  of B */
export function bindBesideButton(store, view) {
  const button = byId("beside-open", HTMLButtonElement);
  const toggle = () => {
    const { beside, shown } = store.get();
    store.set({ beside: beside ? null : shown });
  };
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "b" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (!button.disabled) toggle();
  });

  let loaded = false;
  /** @param {Readonly<AppState>} state */
  const show = async ({ beside, shown }) => {
    button.disabled = shown === null;
    button.setAttribute("aria-pressed", String(beside !== null));
    if (!beside || !shown || loaded) return;
    loaded = true;
    const { bindBeside } = await import("./panel.js");
    bindBeside(store, view);
  };
  store.on(["beside", "shown"], show);
}

/** Sliders and boxes take no letters. @param {EventTarget | null} target */
function isTyping(target) {
  if (target instanceof HTMLInputElement) return !["range", "radio", "checkbox"].includes(target.type);
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
