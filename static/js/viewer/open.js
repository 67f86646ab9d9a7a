/** The light table is loaded when the first X-ray is opened. */

import { part } from "../parts.js";

/** @import {Page} from "../types.js" */

/** @param {Page} page */
export function bindViewer({ store }) {
  /** @type {Promise<void> | null} */
  let loaded = null;
  const open = () => {
    if (store.get().image === null) return;
    loaded ??= part(
      import("./viewer.js").catch((error) => {
        // Who comes back later finds the page as it was left, and nothing opened by a click of long ago.
        store.set({ image: null });
        throw error;
      }),
    ).then(({ createViewer }) => createViewer(store));
  };
  store.watch(["image"], open);
  open();
}
