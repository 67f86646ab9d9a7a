/**
 * The way back. A setting that rested is an entry of the browser's history, so that Back and Forward go through them;
 * Ctrl+Z and Shift+Ctrl+Z go the same way, and through the selections between. A drag is one step.
 */

import { linkTo } from "../link.js";
import { indicesOf } from "../selection/model.js";
import { readCatalogue } from "../settings.js";
import { byId } from "../dom.js";
import { part } from "../parts.js";
import { LINKED, readLink } from "../url.js";
import { keyOf } from "./looked.js";
import { createTimeline } from "./timeline.js";

/** @import {Page, Params} from "../types.js" */

/** Browsers refuse more than a few hundred changes a minute; a drag makes more. */
const SETTLE_MS = 200;

/** What stands for this long was looked at. */
const REST_MS = 1000;

/** @param {Page} page */
export function followSteps(page) {
  const { store } = page;
  /** The number of the entry that the browser is at. @type {number} */
  let entry = history.state?.entry ?? 0;
  /** What rested, by its entry; the entry of what still moves is not there yet. @type {Map<number, Params>} */
  const rested = new Map();
  const here = () => ({ entry, selection: store.get().selection, records: store.get().cohort?.records ?? [] });
  const timeline = createTimeline(here());
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let writing;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  const root = document.documentElement;
  const isHere = (/** @type {number} */ at) => {
    const params = rested.get(at);
    return params !== undefined && keyOf(params) === keyOf(store.get().params);
  };

  /** The address is the link to what is shown; with the first change of a setting that rested it is a new entry. */
  function write() {
    clearTimeout(writing);
    delete root.dataset.address;
    // What a link asks for stays in the address until the reader goes on without.
    if (store.get().unmet) return;
    const isNew = rested.has(entry) && !isHere(entry);
    if (isNew) {
      entry += 1;
      for (const later of rested.keys()) if (later >= entry) rested.delete(later);
      timeline.add(here());
    }
    history[isNew ? "pushState" : "replaceState"]({ entry }, "", linkTo(store));
  }
  const writeNow = () => void (root.dataset.address && write());

  function rest() {
    const { params, shown, clusters, unmet } = store.get();
    // A map that is still being made starts the clock again when it comes, a hand that holds a slider when it lets go.
    if (shown !== params || !clusters || unmet) return;
    if (document.querySelector("input[type=range]:active")) return wait();
    writeNow();
    // Moved, and moved back: no step.
    if (!rested.has(entry) && isHere(entry - 1)) return history.back();
    rested.set(entry, params);
    look();
  }
  function wait() {
    clearTimeout(resting);
    resting = setTimeout(rest, REST_MS);
  }

  /** @type {Promise<() => void> | null} */
  let strip = null;
  function look() {
    strip ??= part(import("./strip.js")).then(({ bindStrip }) => bindStrip(page));
    void strip.then((show) => show());
  }

  /** To the moment that the timeline is at. @param {Partial<{params: Params}>} [setting] */
  function show(setting) {
    const { selection, records } = timeline.now();
    const now = here();
    const there =
      records === now.records
        ? selection
        : indicesOf(
            selection.map((i) => records[i].id),
            now.records,
          );
    timeline.amend({ ...now, selection: there });
    store.set({ ...setting, selection: there });
  }

  /** @param {1 | -1} by */
  function undo(by) {
    writeNow();
    if (timeline.step(by)) show();
    // Before the first entry lies what was open before the program.
    else if (entry + by >= 0) history.go(by);
  }

  addEventListener("popstate", ({ state }) => {
    // A jump within the page, as to the map, is an entry without a number.
    if (typeof state?.entry !== "number") return history.replaceState({ entry }, "");
    if (state.entry === entry) return;
    timeline.enter(state.entry);
    entry = state.entry;
    // Of before the page was loaded anew there is the address.
    const known = rested.get(entry) ?? readLink(location.search, readCatalogue(byId("controls"))).state.params;
    const params = keyOf(known) === keyOf(store.get().params) ? store.get().params : known;
    rested.set(entry, params);
    show({ params });
  });
  store.watch(["selection", "cohort"], ({ selection, cohort }) => {
    const { entry: of, ...last } = timeline.now();
    const moment = { entry: of, selection, records: cohort?.records ?? [] };
    // Whoever brings other images brings the selection along.
    if (moment.records !== last.records) timeline.amend(moment);
    else if (selection !== last.selection) timeline.add(moment);
  });
  store.watch(["params", "shown"], wait);
  store.watch([...LINKED, "unmet"], () => {
    clearTimeout(writing);
    writing = setTimeout(write, SETTLE_MS);
    root.dataset.address = "behind";
  });
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (event.defaultPrevented || !(ctrlKey || metaKey) || altKey || key.toLowerCase() !== "z") return;
    if (!(target instanceof Element) || target.matches("dialog *, textarea, input:not([type=radio], [type=range])"))
      return;
    event.preventDefault();
    undo(shiftKey ? 1 : -1);
  });
  history.replaceState({ ...history.state, entry }, "");
}
