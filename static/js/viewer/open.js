/** The light table is loaded when the first X-ray is opened. */

/** @import {AppStore} from "../types.js" */

/** @param {AppStore} store */
export function bindViewer(store) {
  /** @type {Promise<void> | null} */
  let loaded = null;
  const open = () => {
    if (store.get().image === null) return;
    loaded ??= import("./viewer.js").then(({ createViewer }) => createViewer(store), () => {
      loaded = null;
      store.set({ image: null, trouble: "The viewer cannot be loaded: the server does not answer." });
    });
  };
  store.on(["image"], open);
  open();
}
