/**
 * One verdict on the setting on the screen: over many maps, against chance, and of what the groups are made. It is
 * asked for when a hand rests, told as soon as there is a first one, and refined while the hand goes on resting.
 */

import { getAnswer, isAbort, messageOf } from "../../api.js";
import { byId, el } from "../../dom.js";
import { verdictPath } from "../../evidence/paths.js";
import { unbroken } from "../../format.js";
import { part } from "../../parts.js";

/** @import {AppState, Page, Verdict} from "../../types.js" */

/** How much a verdict is made from, and for how long a hand has to rest before so much is asked for, in ms. */
const EFFORTS = /** @type {const} */ ([
  ["first", 300],
  ["full", 300],
  ["rest", 8000],
]);

/** Of so many images a thousand cohorts without groups take too long to be made unasked. */
const MANY = 2000;

/** How a line stands: whether it holds, which may not be told. */
const MARKS = { yes: "✓", no: "✗", open: "·" };

/** @param {Pick<Page, "store">} page */
export function bindVerdict({ store }) {
  const box = byId("verdict");
  const open = /** @type {Set<string>} */ (new Set());
  let asked = "";
  let abort = new AbortController();
  // What is loaded once there is a verdict to stand under.
  const looks = el("div");

  store.watch(["params", "shown", "breakdown", "noise", "within", "cohort"], follow);

  /** @param {AppState} state */
  function follow(state) {
    const wanted = pathOf(state);
    box.hidden = state.cohort?.state === "ready" && !canBeAsked(state);
    if (wanted === asked) return;
    abort.abort();
    abort = new AbortController();
    asked = wanted;
    // What a setting has taken it keeps: a refined verdict must not push the cards from under a pointer.
    box.style.minHeight = "";
    box.setAttribute("aria-busy", "true");
    if (wanted !== "") void ask(wanted, abort.signal, state.params.own.length > 0);
  }

  /** The verdict says what was declared, and so is asked for again. */
  function again() {
    asked = "";
    follow(store.get());
  }

  /** @param {string} path @param {AbortSignal} signal @param {boolean} isByHand */
  async function ask(path, signal, isByHand) {
    const { cohort } = store.get();
    const efforts = (cohort?.n_images ?? 0) > MANY ? EFFORTS.slice(0, 2) : EFFORTS;
    try {
      if (isByHand) return tell((await getAnswer(path, signal)).sentence);
      for (const [effort, restMs] of efforts) {
        await rest(restMs);
        if (signal.aborted) return;
        /** @type {Verdict} */
        const verdict = await getAnswer(`${path}&effort=${effort}`, signal);
        show(verdict, effort === efforts.at(-1)?.[0]);
        box.dataset.effort = effort;
        if (open.size === 0 && !looks.querySelector("[open]")) box.style.minHeight = `${box.offsetHeight}px`;
      }
    } catch (error) {
      if (isAbort(error)) return;
      // Asked again with the next change.
      asked = "";
      tell(messageOf(error));
    }
  }

  /** @param {string} text */
  function tell(text) {
    box.className = "verdict";
    box.setAttribute("aria-busy", "false");
    box.replaceChildren(el("p", { class: "quiet" }, unbroken(text)));
  }

  /** @param {Verdict} verdict @param {boolean} isLast */
  function show(verdict, isLast) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const key = box.contains(focused) ? focused?.parentElement?.dataset.key : null;
    box.className = `verdict ${verdict.real ? "real" : "amber"}${verdict.groups ? "" : " without-groups"}`;
    box.setAttribute("aria-busy", "false");
    box.replaceChildren(
      el("p", { class: "verdict-headline" }, unbroken(verdict.headline)),
      el("div", { class: "verdict-lines" }, ...verdict.lines.map((line) => lineOf(line, open, verdict))),
      ...verdict.warnings.map((text) => el("p", { class: "quiet" }, unbroken(text))),
      looks,
    );
    void part(import("./looks.js")).then(({ showFoot }) => showFoot(looks, [verdict, isLast], store, again));
    if (looks.contains(focused)) focused?.focus();
    if (key) /** @type {HTMLElement | null} */ (box.querySelector(`[data-key="${key}"] summary`))?.focus();
  }
}

/** @param {number} ms */
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {Verdict["lines"][number]} line @param {Set<string>} open @param {Verdict} verdict */
function lineOf({ key, holds, label, short, text, written }, open, verdict) {
  const state = holds === null ? "open" : holds ? "yes" : "no";
  const details = el(
    "details",
    { class: `verdict-line ${state}`, "data-key": key, open: open.has(key) },
    el(
      "summary",
      {},
      el("span", { class: "verdict-mark", role: "img", "aria-label": state }, MARKS[state]),
      el("b", {}, label),
      el("span", { class: "verdict-short" }, unbroken(short)),
      el("span", { class: "verdict-number" }, written),
    ),
    el("p", {}, unbroken(text)),
  );
  details.addEventListener("toggle", async () => {
    open[details.open ? "add" : "delete"](key);
    if (!details.open || details.childElementCount > 2) return;
    const { detailsOf } = await part(import("./details.js"));
    details.append(detailsOf(verdict, key) ?? "");
  });
  return details;
}

/** What to ask, once the map that it is about is there. @param {AppState} state */
const pathOf = (state) => (canBeAsked(state) && state.shown === state.params ? verdictPath(state.params, state) : "");

/** Ready vectors come without columns: of them only the groups can be asked about. @param {AppState} state */
const canBeAsked = ({ cohort }) => cohort?.state === "ready" && cohort.n_images > 2;
