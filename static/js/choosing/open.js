/** What is opened on demand is loaded then, so that the page starts without it. */

import { messageOf } from "../api.js";
import { byId } from "../dom.js";

/** @import {AppStore} from "../types.js" */

/** @param {AppStore} store */
export function bindChoosing(store) {
  const say = (/** @type {unknown} */ error) => store.set({ trouble: messageOf(error) });
  byId("k-distance").addEventListener("toggle", () => import("./k-distance.js").then(({ bindKDistance }) => bindKDistance(store), say), { once: true });

  /** @type {Promise<{toggle: () => void}> | null} */
  let film = null;
  const opener = byId("film-open", HTMLButtonElement);
  opener.addEventListener("click", () => {
    film ??= import("./film.js").then(({ createFilm }) => createFilm(store));
    film.then(({ toggle }) => toggle(), say);
  });
  store.on(["params", "shown"], ({ params, shown }) => {
    opener.disabled = params.method === "pca" || shown === null;
    opener.title = params.method === "pca" ? "PCA has neither iterations nor a perplexity" : "How the map came about, and how it changes with the perplexity (F)";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "f" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target instanceof Element && event.target.closest('input:not([type="range"], [type="radio"], [type="checkbox"]), select, textarea')) return;
    opener.click();
  });
}
