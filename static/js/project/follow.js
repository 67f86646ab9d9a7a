/** The project on the page: asked for when the cohort is there and when a reader comes back to it. */

import { messageOf } from "../api.js";
import { byId } from "../dom.js";
import { part } from "../parts.js";
import { refresh } from "./kept.js";

/** @import {Page} from "../types.js" */

/** @param {Page} page */
export function followProject({ store, toast }) {
  const button = byId("project-open", HTMLButtonElement);
  /** What was said already. @type {readonly string[]} */
  let said = [];
  let asking = false;
  async function ask() {
    if (asking || store.get().cohort?.state !== "ready") return;
    asking = true;
    // What cannot be asked now is asked when the server is back.
    const told = await refresh(store).catch(() => "");
    asking = false;
    button.disabled = false;
    const { warnings } = store.get().project;
    if (warnings.join() !== said.join()) toast(warnings.join(" "), 12_000);
    else if (told) toast(told, 12_000);
    said = warnings;
  }
  store.watch(["cohort"], () => void ask());
  addEventListener("focus", ask);
  document.addEventListener("visibilitychange", () => document.hidden || void ask());
  /** @type {Promise<() => void> | undefined} */
  let open;
  button.addEventListener("click", async () => {
    try {
      open ??= part(import("./dialog.js")).then(({ bindDialog }) => bindDialog(store));
      const [show] = await Promise.all([open, ask()]);
      show();
    } catch (error) {
      toast(messageOf(error));
    }
  });
  void ask();
}
