/**
 * One verdict on the setting on the screen: over many maps, against chance, and of what the groups are made. It is
 * asked for when a hand rests, told as soon as there is a first one, and refined while the hand goes on resting.
 */

import { getAnswer, isAbort, messageOf } from "../../api.js";
import { byId } from "../../dom.js";
import { verdictPath } from "../../evidence/paths.js";
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

/** @param {Pick<Page, "store">} page */
export function bindVerdict({ store }) {
  const box = byId("verdict");
  let asked = "";
  let abort = new AbortController();
  /** What was told last of what is asked. @type {Verdict | null} */
  let told = null;

  store.watch(["params", "shown", "breakdown", "noise", "within", "cohort"], follow);

  /** @param {AppState} state */
  function follow(state) {
    const wanted = pathOf(state);
    box.hidden = state.cohort?.state === "ready" && !canBeAsked(state);
    if (wanted === asked) return;
    abort.abort();
    abort = new AbortController();
    asked = wanted;
    told = null;
    box.setAttribute("aria-busy", "true");
    if (wanted !== "") void ask(wanted, abort.signal, state.params.own.length > 0);
  }

  /** What was declared is part of the verdict, and who stopped may go on. */
  function again() {
    asked = "";
    follow(store.get());
  }

  /** What is known stands, and no more is asked for. */
  function stop() {
    abort.abort();
    if (told) void show(told, "cancelled");
  }

  /** @param {string} path @param {AbortSignal} signal @param {boolean} isByHand */
  async function ask(path, signal, isByHand) {
    const { cohort } = store.get();
    // A copy without a server has one verdict, and no more to make it from.
    const first = "copy" in document.documentElement.dataset ? 1 : 0;
    const efforts = EFFORTS.slice(first, (cohort?.n_images ?? 0) > MANY || first ? 2 : 3);
    try {
      if (isByHand) {
        const { sentence } = await getAnswer(path, signal);
        return await tell(sentence, "by-hand");
      }
      for (const [effort, restMs] of efforts) {
        await rest(restMs);
        if (signal.aborted) return;
        told = await getAnswer(`${path}&effort=${effort}`, signal);
        await show(/** @type {Verdict} */ (told), effort === efforts.at(-1)?.[0] ? "done" : "refining");
        box.dataset.effort = effort;
      }
    } catch (error) {
      if (isAbort(error)) return;
      // Asked again with the next change.
      asked = "";
      await tell(messageOf(error), "failed");
    }
  }

  /** @param {string} text @param {"by-hand" | "failed"} state */
  async function tell(text, state) {
    store.set({ verdict: { of: store.get().params, case: null, headline: text } });
    (await words()).tell(box, text, state);
  }

  /** @param {Verdict} verdict @param {"refining" | "done" | "cancelled"} state */
  async function show(verdict, state) {
    const of = asked;
    const { show } = await words();
    if (of !== asked) return;
    store.set({ verdict: { of: store.get().params, case: verdict.case, headline: verdict.headline } });
    show(box, verdict, { state, store, again, stop });
  }
}

/** How a verdict is put on the page, which is loaded with the first. */
const words = () => part(import("./words.js"));

/** @param {number} ms */
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What to ask, once the map that it is about is there. @param {AppState} state */
const pathOf = (state) => (canBeAsked(state) && state.shown === state.params ? verdictPath(state.params, state) : "");

/** Ready vectors come without columns: of them only the groups can be asked about. @param {AppState} state */
const canBeAsked = ({ cohort }) => cohort?.state === "ready" && cohort.n_images > 2;
