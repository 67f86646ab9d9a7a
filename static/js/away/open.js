/** The button that opens what can be taken away. The rest is fetched when it is first pressed. */

import { byId } from "../dom.js";
import { part } from "../parts.js";

/** @import {MapView} from "../map/view.js" */
/** @import {AppStore} from "../types.js" */

/** @param {AppStore} store @param {MapView} view @param {() => string} currentLink */
export function bindExport(store, view, currentLink) {
  const button = byId("export-open", HTMLButtonElement);
  /** @type {Promise<() => void> | undefined} */
  let open;
  store.on(["encoding"], ({ encoding }) => {
    button.disabled = encoding === null;
  });
  button.addEventListener("click", async () => {
    open ??= part(import("./dialog.js")).then(({ bindDialog }) => bindDialog(store, view, currentLink));
    (await open)();
  });
}
