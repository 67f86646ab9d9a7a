/** Dark or light: the system's choice until the reader makes one. The one made is part of the link. */

/** @import {AppState, AppStore} from "./types.js" */

/** @param {AppStore} store @param {HTMLElement} button */
export function followTheme(store, button) {
  const light = matchMedia("(prefers-color-scheme: light)");
  store.computed("scheme", ["theme", "systemScheme"], ({ theme, systemScheme }) => theme ?? systemScheme);
  const follow = () => store.set({ systemScheme: light.matches ? "light" : "dark" });
  /** @param {Readonly<AppState>} state */
  const show = ({ scheme }) => {
    document.documentElement.dataset.theme = scheme;
  };
  light.addEventListener("change", follow);
  store.watch(["scheme"], show);
  button.addEventListener("click", () => store.set({ theme: store.get().scheme === "dark" ? "light" : "dark" }));
  follow();
  show(store.get());
}

/** A colour token as the style sheet has it now, for what is drawn on a canvas. @param {string} name */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
