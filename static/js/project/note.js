/** A field for a note, kept while somebody writes: a pause is enough. */

import { messageOf } from "../api.js";
import { el } from "../dom.js";

/** What is still to be kept. */
let writing = () => {};
addEventListener("pagehide", () => writing());

const PAUSE_MS = 700;
/** Of the server's own limit. */
const LONGEST = 10_000;

/**
 * @param {string} label @param {(text: string) => Promise<string>} keep  says what should be known of it
 * @returns {{node: HTMLElement, field: HTMLTextAreaElement, flush: () => void,
 *   show: (text: string, isOther?: boolean) => void}}
 */
export function noteField(label, keep) {
  const say = el("span", { class: "note-said", role: "status" });
  const field = el("textarea", {
    ...{ class: "note-field", rows: 2, maxlength: LONGEST, "aria-label": label, placeholder: label },
    ...{ oninput: wait, onchange: flush },
  });
  let known = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  function wait() {
    say.textContent = "";
    writing = flush;
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE_MS);
  }
  function flush() {
    clearTimeout(timer);
    const text = field.value.trim();
    if (text === known.trim()) return;
    known = text;
    keep(text).then(
      (told) => (say.textContent = told || (text ? "kept" : "deleted")),
      (error) => {
        // It is not kept: the next pause tries again.
        known = `${text}\n`.repeat(2);
        say.textContent = messageOf(error);
      },
    );
  }
  return {
    node: el("div", { class: "note" }, field, say),
    field,
    /** What is being written is not replaced, unless the note is another one. */
    show(text, isOther = false) {
      if (!isOther && document.activeElement === field && field.value.trim() !== known.trim()) return;
      if (isOther || field.value.trim() !== text) say.textContent = "";
      known = text;
      field.value = text;
    },
    flush,
  };
}
