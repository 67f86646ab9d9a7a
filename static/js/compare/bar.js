/** Above the two maps: what each of them is, how far they agree, and what can be done with A. */

import { byId, el } from "../dom.js";
import { captionOf, sentenceOf } from "./words.js";

/** @import {AppStore, Params} from "../types.js" */

/** @param {AppStore} store */
export function bindBar(store) {
  byId("beside-close", HTMLButtonElement).addEventListener("click", () => store.set({ beside: null }));
  byId("beside-take", HTMLButtonElement).addEventListener("click", () => {
    const { beside } = store.get();
    if (beside) store.set({ params: beside, beside: null });
  });
  byId("beside-swap", HTMLButtonElement).addEventListener("click", () => {
    const { beside, params } = store.get();
    if (beside) store.set({ params: beside, beside: params });
  });
  const lines = byId("beside-moves", HTMLInputElement);
  lines.addEventListener("change", () => store.set({ moveLines: lines.checked }));

  const showCaptions = () => {
    const { beside, params } = store.get();
    if (!beside) return;
    byId("caption-a").replaceChildren(...caption("A", beside, params));
    byId("caption-b").replaceChildren(...caption("B", params, beside));
  };
  const showSentence = () => {
    const { joint, answerA, beside, shown } = store.get();
    const alike = beside && shown && captionOf(beside, shown).every(({ differs }) => !differs);
    byId("beside-say").textContent = !joint
      ? ""
      : alike
        ? "A and B are one setting: move a slider, and B follows."
        : sentenceOf(joint.agreement, joint.a.length, joint.n_images);
    const waiting = byId("beside-waiting");
    waiting.hidden = joint !== null;
    waiting.textContent = (answerA?.of === beside && answerA?.trouble) || "Making the map of A …";
  };
  store.watch(["beside", "params"], showCaptions);
  store.watch(["shown", "joint", "answerA", "beside"], showSentence);
  showCaptions();
  showSentence();
}

/** What differs is set in ink. @param {"A" | "B"} name @param {Params} params @param {Params} other */
function caption(name, params, other) {
  const parts = captionOf(params, other).map(({ text, differs }) => el(differs ? "b" : "span", {}, text));
  return [el("span", { class: "beside-name" }, name), ...parts.flatMap((part, i) => (i > 0 ? [" · ", part] : [part]))];
}
