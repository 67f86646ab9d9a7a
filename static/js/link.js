/** Keeps the address bar in step with the state: the address is the link to this view. */

import { queryFromState } from "./url.js";

/** @import {AppStore} from "./types.js" */

/** Browsers refuse more than a few hundred changes a minute; a drag makes more. */
const SETTLE_MS = 200;

/** @param {AppStore} store @returns {() => string}  the link to what is shown now */
export function followUrl(store) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const current = () => `${location.origin}${location.pathname}?${queryFromState(store.get())}`;
  // What a link asks for stays in the address until the reader goes on without.
  const write = () => {
    if (!store.get().unmet) history.replaceState(null, "", current());
    delete document.documentElement.dataset.address;
  };
  store.watch(
    [
      "unmet",
      "params",
      "beside",
      "dim",
      "colour",
      "breakdown",
      "noise",
      "within",
      "marks",
      "camera",
      "turn",
      "theme",
      "image",
    ],
    () => {
      clearTimeout(timer);
      timer = setTimeout(write, SETTLE_MS);
      document.documentElement.dataset.address = "behind";
    },
  );
  return current;
}
