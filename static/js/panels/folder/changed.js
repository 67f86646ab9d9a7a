/**
 * What is other in the folder than when the cohort was opened: pictures that are not those any more that the features
 * were made of, new ones, another table. The server is asked once the page is whole, when a reader comes back to it,
 * whenever a picture is not to be had, and from time to time while somebody looks.
 */

import { getAnswer } from "../../api.js";
import { canReopen } from "../../reopening.js";

/** @import {Page} from "../../types.js" */
/** @import {ChangedPictures} from "../../answers.js" */

/** Of pictures that fail together, one asks. */
const WAIT_MS = 250;
/** Nobody says that a file was added. */
const EVERY_MS = 30_000;
/** Looking at a large folder, or at one that is far away, is not to be all that the server does. */
const SHARE = 20;

/** @param {Page} page */
export function followChanged({ store }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  async function ask() {
    timer = undefined;
    const started = performance.now();
    /** @type {ChangedPictures | null} */
    const found = await getAnswer("/api/changed").catch(() => null);
    // What cannot be asked now is asked when the server is back.
    if (found) tell(found);
    clearTimeout(later);
    // What is never opened again has no folder that changes.
    if (canReopen())
      later = setTimeout(() => document.hidden || soon(), Math.max(EVERY_MS, SHARE * (performance.now() - started)));
  }
  /** @param {ChangedPictures} found */
  function tell({ changed, ...since }) {
    const before = store.get();
    if (changed.map(({ id }) => id).join() !== [...before.changed.keys()].join())
      store.set({ changed: new Map(changed.map((one) => [one.id, one])) });
    if (JSON.stringify(since) !== JSON.stringify(before.since)) store.set({ since });
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
