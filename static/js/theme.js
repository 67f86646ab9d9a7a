/** Dark or light: the system's choice until the reader makes one. The one made is part of the link. */

/** @import {AppStore} from "./types.js" */

/** @param {AppStore} store @param {HTMLElement} button */
export function followTheme(store, button) {
  const light = matchMedia("(prefers-color-scheme: light)");
  const settle = () => {
    const scheme = store.get().theme ?? (light.matches ? "light" : "dark");
    document.documentElement.dataset.theme = scheme;
    store.set({ scheme });
  };
  light.addEventListener("change", settle);
  store.on(["theme"], settle);
  button.addEventListener("click", () => store.set({ theme: store.get().scheme === "dark" ? "light" : "dark" }));
  settle();
}

/** A colour token as the style sheet has it now, for what is drawn on a canvas. @param {string} name */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
