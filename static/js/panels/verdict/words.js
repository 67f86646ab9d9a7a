/**
 * Puts a verdict on its card. The card stands from the start, with a line for each question; answers are filled in
 * where they belong, so that nothing moves when one comes or is refined, and what somebody opened stays open.
 */

import { el, find } from "../../dom.js";
import { unbroken } from "../../format.js";
import { detailsOf } from "./details.js";
import { showFoot } from "./foot.js";

/** @import {Verdict} from "../../types.js" */
/** @import {Course} from "./foot.js" */

/** @typedef {Verdict["lines"][number]} Line */

/** Whether a line holds: a mark, and what it says to who does not see it. */
const MARKS = /** @type {const} */ ({
  yes: ["✓", "yes"],
  no: ["✗", "no"],
  open: ["…", "not known yet"],
  none: ["–", "cannot be told"],
});

/** @param {HTMLElement} box @param {Verdict} verdict @param {Course} asked */
export function show(box, verdict, asked) {
  // Of a map that is given there is nothing more to make.
  const course = verdict.case === "given" ? { ...asked, state: /** @type {const} */ ("done") } : asked;
  box.className = `verdict ${verdict.real ? "real" : "amber"}${verdict.groups ? "" : " without-groups"}`;
  settle(box, course.state, verdict.headline);
  for (const node of linesOf(box)) {
    const key = node.dataset.key ?? "";
    const line = verdict.lines.find((one) => one.key === key);
    if (!line) continue;
    const said = key === "made_of" ? withFeatures(line, verdict) : [line, [line.text]];
    fill(node, /** @type {Line} */ (said[0]), course.state === "refining");
    find(node, ".verdict-more").replaceChildren(
      .../** @type {string[]} */ (said[1]).map((text) => el("p", {}, unbroken(text))),
      detailsOf(verdict, key) ?? "",
    );
  }
  showFoot(find(box, ".verdict-foot"), verdict, course);
}

/**
 * A sentence in place of a verdict: of groups that were made by hand, or why there is none.
 * @param {HTMLElement} box @param {string} text @param {"by-hand" | "failed"} state
 */
export function tell(box, text, state) {
  box.className = "verdict";
  settle(box, state, text);
  for (const node of linesOf(box)) {
    mark(node, "none");
    for (const part of [".verdict-short", ".verdict-number", ".verdict-more"]) find(node, part).replaceChildren();
  }
  find(box, ".verdict-foot").replaceChildren();
}

/** @param {HTMLElement} box @param {string} state @param {string} headline */
function settle(box, state, headline) {
  box.dataset.state = state;
  box.setAttribute("aria-busy", "false");
  find(box, ".verdict-headline").textContent = unbroken(headline);
}

/** @param {HTMLElement} box */
const linesOf = (box) => /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(".verdict-line"));

/**
 * What groups are made of, and what is in the features without any map: the second is known even where there are no
 * groups.
 * @param {Line} line @param {Verdict} verdict @returns {[Line, string[]]}
 */
function withFeatures(line, { lines }) {
  const features = lines.find(({ key }) => key === "features");
  if (!features) return [line, [line.text]];
  const short = line.holds === null ? `without any map: ${features.short}` : line.short;
  const written = line.holds === null ? features.written : line.written;
  return [{ ...line, short, written }, [line.text, features.text]];
}

/** @param {HTMLElement} node @param {Line} line @param {boolean} isRefined  so that more may be told */
function fill(node, { holds, label, short, written }, isRefined) {
  mark(node, holds === null ? (isRefined ? "open" : "none") : holds ? "yes" : "no");
  find(node, "b .word").textContent = label;
  const told = find(node, ".verdict-short");
  told.textContent = unbroken(short);
  told.title = short;
  find(node, ".verdict-number").textContent = written;
}

/** @param {HTMLElement} node @param {keyof typeof MARKS} state */
function mark(node, state) {
  node.dataset.holds = state;
  const sign = find(node, ".verdict-mark");
  [sign.textContent] = MARKS[state];
  sign.setAttribute("aria-label", MARKS[state][1]);
}
