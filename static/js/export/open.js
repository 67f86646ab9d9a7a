/** The button that opens what can be taken away. The rest is fetched when it is first pressed. */

import { byId } from "../dom.js";
import { part } from "../parts.js";

/** @import {Page} from "../types.js" */

/** @param {Page} page */
export function bindExport({ store, view }) {
  const button = byId("export-open", HTMLButtonElement);
  /** @type {Promise<() => void> | undefined} */
  let open;
  store.watch(["encoding"], ({ encoding }) => {
    button.disabled = encoding === null;
  });
  button.addEventListener("click", async () => {
    open ??= part(import("./dialog.js")).then(({ bindDialog }) => bindDialog(store, view));
    (await open)();
  });
}
