/** The way to the contours: a button beside what an image is shown as, and the key "c". */

import { byId, isPageKey } from "../../dom.js";
import { part } from "../../parts.js";

/** @import {Page} from "../../types.js" */

/** @param {Pick<Page, "store" | "view">} page */
export function bindContoursButton({ store, view }) {
  const button = byId("contours", HTMLButtonElement);
  const turn = () => store.set({ contours: store.get().contours === "on" ? "off" : "on" });
  button.addEventListener("click", turn);
  document.addEventListener("keydown", (event) => {
    if (!isPageKey(event, "c") || button.disabled || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    turn();
  });
  let isLoaded = false;
  const show = () => {
    const { contours, drawn } = store.get();
    button.setAttribute("aria-pressed", String(contours === "on"));
    button.disabled = !drawn?.flat;
    button.dataset.off = drawn ? "Only a flat map has contours: choose 2-D." : "There is no map yet.";
    if (contours !== "on" || isLoaded) return;
    isLoaded = true;
    void part(import("./panel.js")).then(({ bindContours }) => store.join(() => bindContours(store, view)));
  };
  store.watch(["contours", "drawn"], show);
  show();
}
