/** What is opened on demand is loaded then, so that the page starts without it. */

import { messageOf } from "../api.js";
import { byId, isPageKey } from "../dom.js";

/** @import {AppStore} from "../types.js" */

/** @param {AppStore} store */
export function bindChoosing(store) {
  const fail = (/** @type {unknown} */ error) => store.set({ trouble: messageOf(error) });
  byId("k-distance").addEventListener("toggle", () => import("./k-distance.js").then(({ bindKDistance }) => bindKDistance(store), fail), { once: true });

  /** @type {Promise<{toggle: () => void}> | undefined} */
  let film;
  const opener = byId("film-open", HTMLButtonElement);
  opener.addEventListener("click", () => {
    film ??= import("./film.js").then(({ createFilm }) => createFilm(store));
    film.then(({ toggle }) => toggle(), fail);
  });
  store.on(["params", "shown"], ({ params, shown }) => {
    opener.disabled = params.method === "pca" || !shown;
  });
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const closes = event.key === "Escape" && opener.getAttribute("aria-expanded") === "true";
    if (!(closes || isPageKey(event, "f")) || document.querySelector("dialog[open]")) return;
    // One Escape closes one thing.
    event.stopPropagation();
    opener.click();
  };
  document.addEventListener("keydown", onKey, true);
}
