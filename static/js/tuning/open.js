/** What is opened on demand is loaded then, so that the page starts without it. */

import { byId, isPageKey } from "../dom.js";
import { part } from "../parts.js";

/** @import {Page} from "../types.js" */

/** @param {Page} page */
export function bindTuning({ store }) {
  const details = byId("k-distance", HTMLDetailsElement);
  const open = () => part(import("./k-distance.js")).then(({ bindKDistance }) => bindKDistance(store));
  // It may have been opened before there was anybody to hear of it.
  if (details.open) void open();
  else details.addEventListener("toggle", open, { once: true });

  /** @type {Promise<{toggle: () => void}> | undefined} */
  let film;
  const opener = byId("film-open", HTMLButtonElement);
  opener.addEventListener("click", () => {
    film ??= part(import("./film.js")).then(({ createFilm }) => createFilm(store));
    film.then(({ toggle }) => toggle());
  });
  store.watch(["params", "shown"], ({ params, shown }) => {
    opener.disabled = params.method !== "tsne" || !shown;
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
