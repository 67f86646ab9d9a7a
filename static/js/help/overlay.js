/** All words and all keys, over the page. Loaded when it is first asked for. */

import { el } from "../dom.js";
import { sentenceOf } from "./card.js";
import { draw } from "./drawing.js";
import { PLACES, combosOf, isKey, keyName } from "./keys.js";
import { WORDS } from "./words.js";

/** @typedef {{start: () => void, says: string}} Tour */

/** @param {Tour} tour @param {string} [at]  the word that was asked about */
export function openHelp(tour, at) {
  if (document.querySelector("dialog.keys")) return;
  const words = el(
    "div",
    { class: "words-body", tabindex: 0, role: "region", "aria-label": "All words" },
    ...WORDS.map(([place, list]) => el("section", {}, el("h3", {}, place), el("dl", {}, ...list.map(wordRow)))),
  );
  const keys = el(
    "div",
    { class: "keys-body", tabindex: 0, role: "region", "aria-label": "All keys", hidden: true },
    ...PLACES.map(([place, rows]) => el("section", {}, el("h3", {}, place), el("dl", {}, ...rows.flatMap(keyRow)))),
  );
  const choice = (/** @type {string} */ name, /** @type {HTMLElement} */ body) =>
    el(
      "label",
      {},
      el("input", {
        type: "radio",
        name: "help",
        value: name,
        checked: body === words,
        onchange: () => {
          for (const one of [words, keys]) one.hidden = one !== body;
        },
      }),
      el("span", {}, name),
    );
  const dialog = el(
    "dialog",
    { class: "keys", "aria-labelledby": "keys-name", onclose: () => dialog.remove() },
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { id: "keys-name" }, "Help"),
      el(
        "div",
        { class: "segmented", role: "radiogroup", "aria-label": "Help on" },
        choice("Words", words),
        choice("Keys", keys),
      ),
      el("span", { class: "spring" }),
      el("button", { type: "button", class: "button", "aria-label": "Close", "data-close": true }, "✕"),
    ),
    words,
    keys,
    el(
      "footer",
      { class: "keys-foot" },
      el("button", { type: "button", class: "button", "data-close": true, onclick: tour.start }, "Show me round"),
      el("p", { class: "quiet" }, tour.says),
    ),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || (event.target instanceof Element && event.target.closest("[data-close]")))
      dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  const asked = at && words.querySelector(`[data-key="${at}"]`);
  if (asked) {
    asked.classList.add("asked-word");
    asked.scrollIntoView({ block: "center" });
    words.focus({ preventScroll: true });
  }
}

/** @param {import("./words.js").Word} word */
function wordRow(word) {
  return el(
    "div",
    { "data-key": word.key },
    el("dt", {}, word.name),
    el("dd", { class: "word-picture" }, draw(word.drawing)),
    el("dd", {}, sentenceOf(word)),
  );
}

/** @param {readonly [string, string]} row */
function keyRow([keys, does]) {
  const combos = combosOf(keys).map((parts) =>
    el("span", {}, ...parts.map((part) => (isKey(part) ? el("kbd", {}, keyName(part)) : part))),
  );
  return [el("dt", {}, ...combos), el("dd", {}, does)];
}
