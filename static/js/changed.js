/**
 * Which pictures are not those any more that the features were made of. The server is asked once the page is whole,
 * when a reader comes back to it, and whenever a picture is not to be had.
 */

import { getAnswer } from "./api.js";

/** @import {Changed, Page} from "./types.js" */

/** Of pictures that fail together, one asks. */
const WAIT_MS = 250;

/** @param {Page} page */
export function followChanged({ store }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  async function ask() {
    timer = undefined;
    /** @type {readonly (Changed & {id: string})[] | null} */
    const found = await getAnswer("/api/changed").then(
      ({ changed }) => changed,
      () => null,
    );
    const before = [...store.get().changed.keys()].join();
    // What cannot be asked now is asked when the server is back.
    if (found && found.map(({ id }) => id).join() !== before)
      store.set({ changed: new Map(found.map((one) => [one.id, one])) });
  }
  // While features are being computed the server cannot tell.
  const soon = () => {
    const { cohort } = store.get();
    if (cohort?.state === "ready" && cohort.has_images) timer ??= setTimeout(ask, WAIT_MS);
  };
  store.watch(["cohort", "lost"], soon);
  addEventListener("focus", soon);
  document.addEventListener("visibilitychange", () => document.hidden || soon());
  // Of an element the event does not rise, but it is seen on its way down.
  document.addEventListener("error", ({ target }) => target instanceof HTMLImageElement && soon(), true);
  soon();
}
