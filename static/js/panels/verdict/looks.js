/** The foot of the verdict: what it is made from, the question that somebody declares, and the looks as a list. */

import { getAnswer, messageOf, startJob } from "../../api.js";
import { el } from "../../dom.js";
import { plural, unbroken } from "../../format.js";
import { bodyOf, clusterQuery } from "../../url.js";

/** @import {AppStore, Looks, Params, Verdict} from "../../types.js" */

/** @typedef {Looks["looks"][number] | Looks["questions"][number]} Entry */

/** What a look changed of the one before. */
const KINDS = {
  condition: "other images",
  column: "another column",
  level: "other levels held fixed",
  noise: "noise in or out",
  setting: "setting",
  plane: "plane",
  settings: "every setting around",
  search: "search",
};

/**
 * @param {HTMLElement} foot @param {[Verdict, boolean]} told  and whether it is the last @param {AppStore} store
 * @param {() => void} declared  is told when there is a new question
 */
export function showFoot(foot, [verdict, isLast], store, declared) {
  if (foot.childElementCount === 0) foot.append(el("p", { class: "quiet verdict-of" }), el("p"), looksOf(store));
  const [made, question, looks] = foot.children;
  made.textContent = madeOf(verdict, isLast);
  question.replaceWith(questionOf(verdict, declare));
  looks.children[0].textContent = `Looks (${verdict.looks_in_all})`;
  looks.dispatchEvent(new Event("toggle"));

  async function declare() {
    const { params, breakdown, noise, within } = store.get();
    const body = { ...bodyOf(clusterQuery(params, breakdown)), noise, ...(within && { within }) };
    try {
      await startJob("/api/question", body);
      declared();
    } catch (error) {
      store.set({ trouble: messageOf(error) });
    }
  }
}

/** @param {Verdict} verdict @param {boolean} isLast */
const madeOf = ({ n_maps, n_surrogates }, isLast) =>
  [
    `Over ${plural(n_maps, "map")} and ${plural(n_surrogates, "cohort")} without groups`,
    isLast ? "." : "; being refined …",
  ].join("");

/** What was declared, or the way to. @param {Verdict} verdict @param {() => void} declare */
const questionOf = ({ declared }, declare) =>
  el(
    "p",
    { class: "quiet verdict-question" },
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
  const looks = el("details", { class: "verdict-looks", id: "looks" }, el("summary"), list);
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
  const asked = [of.column, of.within && `within ${of.within}`, of.noise === "in" && "noise in", ...of.where];
  const text = unbroken([...asked.filter(Boolean), setting].join(", "));
  const there = /** @type {Params} */ ({ ...params, where: of.where, own: [] });
  const query = clusterQuery(there, of.column ?? column);
  query.set("noise", of.noise);
  if (of.within) query.set("within", of.within);
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
