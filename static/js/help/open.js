/** The way to the help: a button, the key "?", every word itself, and a tour at the first visit. */

import { byId, isPageKey } from "../dom.js";
import { part } from "../parts.js";

/** @import {Cohort, Page} from "../types.js" */

/** The tour of the demo and that of one's own cohort are two. */
const SEEN = Object.freeze({ demo: "negatoscope.tour", own: "negatoscope.tour.own" });

/** @param {Page} page */
export function bindHelp({ store }) {
  const kind = () => (isDemo(store.get().cohort) ? "demo" : "own");
  const tour = async () => {
    const { demoSteps, ownSteps, startTour } = await part(import("./tour.js"));
    const { cohort, breakdown } = store.get();
    const which = kind();
    if (cohort) startTour(which === "demo" ? demoSteps : ownSteps(cohort, breakdown), () => remember(SEEN[which]));
  };
  const help = async (/** @type {string} */ word = "") => {
    const { openHelp } = await part(import("./overlay.js"));
    const says =
      kind() === "demo"
        ? "Three steps: the map, what goes with the clusters, and whether they are luck."
        : "What was read, what was assumed, whose images stay together, the proposal, and the verdict.";
    openHelp({ start: () => void tour(), says }, word);
  };
  byId("help-open").addEventListener("click", () => help());
  document.addEventListener("keydown", (event) => {
    if (!isPageKey(event, "?")) return;
    event.preventDefault();
    void help(termAt(event.target));
  });
  document.addEventListener("click", async (event) => {
    const word = event.target instanceof Element ? event.target.closest("[data-term]") : null;
    if (!(word instanceof HTMLElement)) return;
    // A line that opens takes no button within: its word is for the mouse, and "?" for the keyboard.
    if (word.closest("summary")) event.preventDefault();
    const { openCard } = await part(import("./card.js"));
    openCard(word, help);
  });
  let offered = false;
  store.watch(["clusters"], ({ cohort, clusters }) => {
    if (offered || !clusters || !cohort) return;
    offered = true;
    if (!remembers(SEEN[kind()])) void tour();
  });
}

/**
 * The word of what has the focus: its own, or that of the control that it belongs to.
 * @param {EventTarget | null} target
 */
function termAt(target) {
  if (!(target instanceof Element)) return "";
  const near = target.closest("[data-term], [data-name], [data-choice], [data-key]");
  const { term, name, choice, key } = near instanceof HTMLElement ? near.dataset : {};
  return term ?? name ?? choice ?? key ?? "";
}

/** Its tour tells what the demo was made to show. @param {Cohort | null} cohort */
const isDemo = (cohort) => cohort !== null && cohort.name === "demo" && cohort.notice !== null;

/** A browser may keep nothing for a page: then nothing was promised either. @param {string} key */
function remember(key) {
  try {
    localStorage.setItem(key, "seen");
  } catch {
    // The tour comes again at the next visit.
  }
}

/** @param {string} key */
function remembers(key) {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return true;
  }
}
