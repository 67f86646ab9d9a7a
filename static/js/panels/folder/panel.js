/** What became of the folder since the cohort was opened, in the bar, and how far the cohort is opened again. */

import { byId, el } from "../../dom.js";
import { asSentence, count } from "../../format.js";
import { part } from "../../parts.js";
import { followReopening } from "../../reopening.js";
import { followChanged } from "./changed.js";
import { changedSince, inShort, newSince } from "./words.js";

/** @import {AppState, Page, Reopening} from "../../types.js" */

/** @param {Page} page */
export function bindFolder(page) {
  const { store } = page;
  const line = byId("folder-line");
  const open = () => {
    const { cohort } = store.get();
    if (cohort) part(import("../report/panel.js")).then(({ openReport }) => openReport(store, cohort, "since"));
  };
  store.watch(["changed", "since", "reopening"], (state) => {
    // One line in a narrow bar: what is being read needs no other word.
    const isRunning = state.reopening?.state === "running";
    const told = [...(isRunning ? [] : news(state, open)), ...goingOn(state.reopening, open)];
    line.replaceChildren(...told.flatMap((one, k) => (k > 0 ? [" · ", one] : [one])));
    line.hidden = told.length === 0;
  });
  followReopening(page);
  followChanged(page);
}

/** All of it is said where it leads. @param {Pick<AppState, "changed" | "since">} state @param {() => void} open */
function news({ changed, since }, open) {
  const title = [...(changed.size > 0 ? [changedSince(changed)] : []), ...newSince(since)].map(asSentence).join(" ");
  return title ? [said("changed-open", inShort(changed.size, since), title, open)] : [];
}

/** @param {Reopening | null} reopening @param {() => void} open */
function goingOn(reopening, open) {
  if (reopening?.state === "failed")
    return [said("reopening", "not opened again", asSentence(reopening.error ?? ""), open)];
  if (reopening?.state !== "running") return [];
  const { done, total, layer } = reopening;
  const share = total ? `: ${count(done ?? 0)} of ${count(total)}` : "";
  return [el("span", { id: "reopening" }, layer ? `reading ${layer}${share} …` : `opening again${share} …`)];
}

/** @param {string} id @param {string} words @param {string} title @param {() => void} open */
const said = (id, words, title, open) =>
  el("button", { type: "button", class: "linkish warning", id, title, onclick: open }, words);
