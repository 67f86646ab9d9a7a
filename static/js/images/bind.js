/**
 * Opens the images under the map; the drawer is loaded when it is first wanted, and what filters need when there is
 * one.
 */

import { byId, isPageKey } from "../dom.js";
import { part } from "../parts.js";

/** @import {AppState, Page} from "../types.js" */

/** @param {Page} page */
export function bindImages({ store }) {
  const box = byId("images");
  const button = byId("images-open", HTMLButtonElement);
  /** What it showed last. @type {Exclude<AppState["drawer"], "closed">} */
  let last = "table";
  /** @type {Promise<{focus: () => void}> | null} */
  let drawer = null;
  const toggle = async () => {
    const opens = store.get().drawer === "closed";
    store.set({ drawer: opens ? last : "closed" });
    if (opens) (await drawer)?.focus();
    else button.focus();
  };
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (isPageKey(event, "t") && !button.disabled && !document.querySelector("dialog[open]")) void toggle();
  });
  store.watch(["cohort"], ({ cohort }) => (button.disabled = cohort?.state !== "ready" || cohort.n_images === 0));
  /** @type {Promise<void> | null} */
  let following = null;
  const follow = () => {
    const { dim, params } = store.get();
    if (dim.length + params.where.length > 0)
      following ??= part(import("./follow.js")).then(({ followFilters }) => store.join(() => followFilters(store)));
  };
  store.watch(["dim", "params"], follow);
  // A link may bring filters along.
  follow();
  store.watch(["drawer"], (state) => {
    const open = state.drawer !== "closed";
    box.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (state.drawer === "closed") return;
    last = state.drawer;
    drawer ??= part(import("./drawer.js")).then(({ createDrawer }) => createDrawer(store, box));
  });
}
