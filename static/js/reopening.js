/**
 * The cohort is opened again while it is served: as its folder is now, or with the network read at another layer. What
 * is shown stays until the next study is there; then the server refuses what is asked of this one, and the page loads
 * anew.
 */

import { ApiError, ask, getAnswer, messageOf, send } from "./api.js";
import { el } from "./dom.js";
import { asSentence, count, plural } from "./format.js";

/** @import {AppStore, Page, Reopening} from "./types.js" */

const PATH = "/api/open";
const POLL_MS = 300;
/** In the session, until the page that was loaded for it has said so. */
const ASKED = "negatoscope.reopened";

/** Whether another study may take the place of this one. */
export const canReopen = () => "study" in document.documentElement.dataset;

/** @param {AppStore} store @param {string | null} layer  null for the one in use */
export function reopen(store, layer) {
  sessionStorage.setItem(ASKED, layer ?? "");
  return step(store, () => send("POST", PATH, { layer }), layer);
}

/** @param {AppStore} store */
export const takeBack = (store) => step(store, () => ask(PATH, { method: "DELETE" }));

/** What goes on already, whoever began it; what failed for somebody else is not this page's. @param {AppStore} store */
export async function lookForOne(store) {
  if (!canReopen() || store.get().reopening?.state === "running") return;
  const found = await getAnswer(PATH).catch(() => null);
  if (found?.state === "running") await step(store, async () => found);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {AppStore} store @param {() => Promise<Reopening>} asked @param {string | null} [layer]  that it is about */
async function step(store, asked, layer = store.get().reopening?.layer ?? null) {
  clearTimeout(timer);
  try {
    const reopening = await asked();
    store.set({ reopening });
    if (reopening.state === "running") timer = setTimeout(() => step(store, () => getAnswer(PATH)), POLL_MS);
    // What has come to an end in sight of this page has brought nothing: another study would not have answered.
    else sessionStorage.removeItem(ASKED);
  } catch (error) {
    // Another page was first: what it began is shown here, too.
    if (error instanceof ApiError && error.code === "busy") return step(store, () => getAnswer(PATH));
    if (error instanceof ApiError && error.code === "study_replaced") return;
    sessionStorage.removeItem(ASKED);
    store.set({
      reopening: { study: 0, state: "failed", layer, done: null, total: null, error: messageOf(error) },
    });
  }
}

/** @param {Pick<Page, "store" | "toast">} page */
export function followReopening({ store, toast }) {
  store.watch(["reopening"], ({ reopening }) => {
    for (const box of document.querySelectorAll(".reopen")) if (box instanceof HTMLElement) fill(box, reopening);
  });
  const layer = sessionStorage.getItem(ASKED);
  const { cohort } = store.get();
  // The page that asked is still there while the study is that of the start.
  if (layer === null || !cohort || document.documentElement.dataset.study === "1") return;
  sessionStorage.removeItem(ASKED);
  const of = layer === "" ? "" : ` at ${cohort.model.layer}, ${plural(cohort.model.n_features, "feature")} each`;
  toast(`Opened again: ${plural(cohort.n_images, "image")}${of}.`, 8000);
}

/**
 * A button that opens the cohort again, and how far that is.
 * @param {AppStore} store @param {string} label @param {string | null} layer
 */
export function reopenBox(store, label, layer) {
  const box = el(
    "div",
    { class: "run reopen" },
    el("button", { type: "button", class: "button", onclick: () => toggle() }, label),
    el("progress", { hidden: true, "aria-label": label }),
    el("p", { role: "status" }),
  );
  Object.assign(box.dataset, { label, layer: layer ?? "" });
  const toggle = () => (box.dataset.job === "running" ? takeBack(store) : reopen(store, layer));
  fill(box, store.get().reopening);
  return box;
}

/** @param {HTMLElement} box @param {Reopening | null} reopening */
function fill(box, reopening) {
  const [button, progress, status] = /** @type {[HTMLButtonElement, HTMLProgressElement, HTMLElement]} */ (
    ["button", "progress", "[role=status]"].map((part) => box.querySelector(part))
  );
  const isRunning = reopening?.state === "running";
  const isThis = (reopening?.layer ?? "") === box.dataset.layer;
  box.dataset.job = isThis ? (reopening?.state ?? "idle") : "idle";
  button.textContent = isRunning && isThis ? "Cancel" : (box.dataset.label ?? "");
  button.disabled = isRunning && !isThis;
  button.title = button.disabled ? "The cohort is being opened already: wait, or take that back first." : "";
  progress.hidden = !(isRunning && isThis);
  if (reopening?.total) Object.assign(progress, { max: reopening.total, value: reopening.done ?? 0 });
  else progress.removeAttribute("value");
  status.textContent = isThis && reopening ? said(reopening) : "";
}

/** How far it is, or why not, in a sentence; nothing where nothing is done. @param {Reopening} reopening */
export function said({ state, done, total, error }) {
  if (state === "failed") return `What is shown stays: ${asSentence(error ?? "the log says why")}`;
  if (state === "idle") return "";
  if (total === null) return "Opening …";
  return `${count(done ?? 0)} of ${plural(total, "image")}. What is shown stays until all are read.`;
}
