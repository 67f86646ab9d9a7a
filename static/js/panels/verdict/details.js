/** What stands beneath a line of the verdict beside its sentence. */

import { el } from "../../dom.js";
import { formatP } from "../../format.js";

/** @import {Verdict} from "../../types.js" */

/** The least p that the strip shows; those of 999 permutations end there. */
const LEAST = 0.001;

/** @param {Verdict} verdict @param {string} key  of the line @returns {HTMLElement | null} */
export function detailsOf(verdict, key) {
  if (key === "made_of") return tableOf(verdict.together);
  return key === "column" ? stripOf(verdict) : null;
}

/** Where a p lies on the strip, from 0 for 1 to 1 for the least. @param {number} p */
export const placeOf = (p) => Math.min(1, Math.log10(1 / Math.max(p, LEAST)) / Math.log10(1 / LEAST));

/**
 * The column that is asked about among columns that cannot matter and one that must: a reader sees that the test can
 * say no and can say yes.
 * @param {Verdict} verdict
 */
function stripOf({ columns, column, planted }) {
  const interest = columns.find(({ name }) => name === column);
  if (!interest || interest.p_value === null) return null;
  const marks = [
    ...(interest.shuffled ?? []).map((p) => mark("shuffled", p, `a shuffle of ${column}`)),
    !!planted && planted.p_value !== null && mark("planted", planted.p_value, "a column planted into the groups"),
    mark("observed", interest.p_value, column),
  ].filter((one) => one !== false);
  const bound = el("i", { class: "strip-bound" });
  bound.style.left = `${100 * placeOf(0.05)}%`;
  return el(
    "figure",
    { class: "control-strip" },
    el(
      "div",
      {
        class: "control-marks",
        role: "img",
        "aria-label": `p of ${column} over the maps: ${formatP(interest.p_value)}; grey are its shuffles`,
      },
      bound,
      ...marks,
    ),
    el(
      "figcaption",
      {},
      el("div", { class: "control-scale", "aria-hidden": "true" }, ...[1, 0.05, LEAST].map(tick)),
      `│ shuffles of ${column} · ◇ planted · ● ${column}`,
    ),
  );
}

/** @param {number} p */
function tick(p) {
  const node = el("span", {}, p === 1 ? "p 1" : String(p).slice(1));
  node.style.left = `${100 * placeOf(p)}%`;
  return node;
}

/** @param {string} kind @param {number} p @param {string} of */
function mark(kind, p, of) {
  const node = el("i", { class: `control-${kind}`, "data-tip": `${of}: p = ${formatP(p)}` });
  node.style.left = `${100 * placeOf(p)}%`;
  return node;
}

/** Columns that are in the features for certain, beside each other. @param {Verdict["together"]} together */
function tableOf(together) {
  if (together.length === 0) return null;
  const of = (/** @type {Verdict["together"][number]["after"]} */ { r_squared, p_value, reason }) =>
    r_squared === null || p_value === null
      ? el("td", { class: "quiet", title: reason ?? "" }, "–")
      : el("td", {}, `${r_squared.toFixed(2)} `, el("span", { class: "quiet" }, `p ${formatP(p_value)}`));
  return el(
    "table",
    { class: "together" },
    el(
      "thead",
      {},
      el("tr", {}, ...["R²", "after those above", "beside all others"].map((head) => el("th", {}, head))),
    ),
    el(
      "tbody",
      {},
      ...together.map(({ after, beside }) => el("tr", {}, el("th", {}, after.name), of(after), of(beside))),
    ),
  );
}
