/** The foot of the verdict: what it is made from, the question that somebody declares, and the looks as a list. */

import { getAnswer, messageOf, startJob } from "../../api.js";
import { el, find } from "../../dom.js";
import { questionQuery } from "../../evidence/paths.js";
import { plural, unbroken } from "../../format.js";
import { bodyOf, clusterQuery } from "../../url.js";

/** @import {AppStore, Looks, Params, Verdict} from "../../types.js" */

/** @typedef {Looks["looks"][number] | Looks["questions"][number]} Entry */

/**
 * How far a verdict is, and who can change that.
 * @typedef {{state: "refining" | "done" | "cancelled", store: AppStore, again: () => void, stop: () => void}} Course
 */

/** What a look changed of the one before. */
const KINDS = {
  condition: "other images",
  column: "another column",
  level: "other levels held fixed",
  noise: "those in no group in or out",
  setting: "setting",
  plane: "plane",
  settings: "every setting around",
  search: "search",
  proposal: "to open with one",
};

/** @param {HTMLElement} foot @param {Verdict} verdict @param {Course} course */
export function showFoot(foot, verdict, { state, store, again, stop }) {
  if (foot.childElementCount === 0)
    foot.append(el("p", { class: "verdict-caveat" }), el("p", { class: "verdict-of" }), looksOf(store));
  const [caveat, made, looks] = foot.children;
  const [first, ...others] = verdict.warnings;
  caveat.textContent = first ? unbroken(first) : "";
  const isHeld = made.contains(document.activeElement);
  made.replaceChildren(...madeOf(verdict, state, again, stop));
  if (isHeld) made.querySelector("button")?.focus();
  find(looks, "summary").textContent = `Looks (${verdict.looks_in_all})`;
  find(looks, ".verdict-asked").replaceChildren(
    ...others.map((text) => el("p", {}, unbroken(text))),
    questionOf(verdict, declare),
  );
  looks.dispatchEvent(new Event("toggle"));

  async function declare() {
    const { params, breakdown, noise, within } = store.get();
    const body = { ...bodyOf(clusterQuery(params, breakdown)), noise, ...(within && { within }) };
    try {
      await startJob("/api/question", body);
      again();
    } catch (error) {
      store.set({ trouble: messageOf(error) });
    }
  }
}

/**
 * What it is made from, and whether more is on its way.
 * @param {Verdict} verdict @param {Course["state"]} state @param {() => void} again @param {() => void} stop
 */
function madeOf({ n_maps, n_surrogates }, state, again, stop) {
  const of = `${plural(n_maps, "map")}, ${plural(n_surrogates, "cohort")} without groups`;
  const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
    el("button", { type: "button", class: "linkish", onclick }, text);
  if (state === "done") return [of];
  return state === "refining"
    ? [`${of} · refining … `, button("stop", stop)]
    : [`${of} · stopped · `, button("go on", again)];
}

/** What was declared, or the way to. @param {Verdict} verdict @param {() => void} declare */
const questionOf = ({ declared }, declare) =>
  el(
    "p",
    { class: "verdict-question" },
    el(
      "button",
      {
        type: "button",
        class: "button",
        id: "declare",
        disabled: declared !== null,
        title: declared ? "It is declared: the looks list it" : "Keeps this question with the time",
        onclick: declare,
      },
      "Declare this question",
    ),
    ` ${declared?.text ?? "Not declared, and so exploratory."}`,
  );

/** @param {AppStore} store */
function looksOf(store) {
  const list = el("ol");
  const asked = el("div", { class: "verdict-asked" });
  const looks = el("details", { class: "verdict-looks", id: "looks" }, el("summary"), asked, list);
  looks.addEventListener("toggle", () => void (looks.open && fill(list, store.get().breakdown)));
  return looks;
}

/** @param {HTMLElement} list @param {string} column  where a look has none */
async function fill(list, column) {
  try {
    /** @type {Looks} */
    const { looks, questions } = await getAnswer("/api/looks");
    list.replaceChildren(
      ...questions.map((question) => lineOf(question, column, question.text)),
      ...looks.reverse().map((look) => lineOf(look, column, foundOf(look))),
    );
  } catch (error) {
    list.replaceChildren(el("li", {}, messageOf(error)));
  }
}

/** @param {Entry} entry @param {string} column @param {string} said */
function lineOf({ time, params, setting, ...of }, column, said) {
  const asked = [
    of.column,
    of.within && `within ${of.within}`,
    of.noise === "in" && "those in no group counted",
    ...of.where,
  ];
  const text = unbroken([...asked.filter(Boolean), setting].join(", "));
  const there = /** @type {Params} */ ({ ...params, where: of.where, own: [] });
  const query = questionQuery(there, { ...of, breakdown: of.column ?? column });
  return el(
    "li",
    {},
    el("time", { datetime: time }, `${time.slice(0, 16).replace("T", " ")} UTC`),
    " ",
    params === null ? text : el("a", { href: `?${query}` }, text),
    el("span", { class: "quiet" }, ` ${said}`),
  );
}

/** @param {Looks["looks"][number]} look */
const foundOf = ({ kind, n_settings, p, case: found }) =>
  [
    n_settings === 1 ? KINDS[kind] : `${KINDS[kind]} of ${plural(n_settings, "setting")}`,
    p !== null && `p ${Number(p.toPrecision(2))}`,
    found?.replaceAll("_", " "),
  ]
    .filter(Boolean)
    .join(", ");
