/** What one word means, beside it: its drawing, its sentence, and the way to all words. Loaded with the first. */

import { el } from "../dom.js";
import { draw } from "./drawing.js";
import { firstSentence, wordOf } from "./words.js";

const GAP = 8;

/** What a word says, where the catalogue or the page says it. @param {import("./words.js").Word} word */
export const sentenceOf = ({ key, says }) =>
  says ?? firstSentence(document.querySelector(`.about[data-term="${key}"]`)?.getAttribute("data-tip") ?? "");

/** @param {HTMLElement} anchor  the word @param {(key: string) => void} all  shows all words */
export function openCard(anchor, all) {
  const key = anchor.dataset.term ?? "";
  const word = wordOf(key);
  const open = document.querySelector(".word-card");
  open?.remove();
  if (!word || open?.getAttribute("data-key") === key) return;
  const box = el(
    "div",
    {
      class: "word-card",
      popover: "auto",
      role: "dialog",
      tabindex: -1,
      "data-key": key,
      "aria-labelledby": "word-name",
      "aria-describedby": "word-says",
      ontoggle: (event) => {
        if (/** @type {ToggleEvent} */ (event).newState === "open") return;
        const inside = box.contains(document.activeElement);
        box.remove();
        if (inside) anchor.focus();
      },
    },
    draw(word.drawing),
    el("h3", { id: "word-name" }, word.name),
    el("p", { id: "word-says" }, sentenceOf(word)),
    el(
      "button",
      {
        type: "button",
        class: "linkish",
        onclick: () => {
          box.hidePopover();
          all(key);
        },
      },
      "all words",
    ),
  );
  document.body.append(box);
  box.showPopover();
  const { left, bottom, top } = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = bottom + GAP + height <= innerHeight - GAP ? bottom + GAP : Math.max(GAP, top - GAP - height);
  box.style.left = `${Math.max(GAP, Math.min(innerWidth - width - GAP, left))}px`;
  box.style.top = `${below}px`;
  box.focus({ preventScroll: true });
}
