/** Keeps in step with the filters: who passes, what the map says of it, and what the bar says of who is left out. */

import { sameWhere } from "../cohort.js";
import { byId, el } from "../dom.js";
import { count } from "../format.js";
import { passingOf, wordsOf } from "./conditions.js";
import { excludes, inForce, onlyDimming, partedBy, putInForce, schemeOf } from "./force.js";

/** @import {AppState, AppStore} from "../types.js" */

/** @param {AppStore} store */
export function followFilters(store) {
  store.computed("passing", ["dim", "cohort"], ({ dim, cohort }) =>
    cohort ? passingOf(dim, cohort.records, cohort) : null,
  );
  // A link may say both of one column. What is of which column is known when the columns are.
  let isSettled = false;
  store.rule(["cohort"], (state) => {
    if (isSettled || state.cohort?.state !== "ready") return {};
    isSettled = true;
    return partedBy(state, inForce(state), (column) => excludes(state, column) ?? false);
  });
  // What is excluded is no longer there to be dimmed.
  store.rule(["cohort"], ({ cohort, dim }) =>
    dim.some((condition) => cohort?.where.includes(condition))
      ? { dim: dim.filter((condition) => !cohort?.where.includes(condition)) }
      : {},
  );
  const note = byId("in-force");
  store.watch(["dim", "params", "cohort", "passing"], (state) => {
    const lines =
      state.cohort?.state === "ready"
        ? [excluded(store, state), dimmed(store, state)].filter((line) => line !== null)
        : [];
    note.hidden = lines.length === 0;
    note.replaceChildren(...lines);
  });
}

/** @param {AppStore} store @param {Readonly<AppState>} state */
function excluded(store, { params: { where }, dim, cohort }) {
  if (where.length === 0 || !cohort) return null;
  const { n_images, n_excluded } = cohort;
  const told = sameWhere(where, cohort.where)
    ? [
        `${count(n_excluded)} of ${count(n_images + n_excluded)} `,
        el("b", {}, "excluded"),
        ": map and clusters are made without them",
      ]
    : ["making the map without the others …"];
  return line(wordsOf(where, schemeOf({ cohort })), told, "bring all back", () =>
    putInForce(store, onlyDimming({ params: { where }, dim }), () => false),
  );
}

/** @param {AppStore} store @param {Readonly<AppState>} state */
function dimmed(store, { params, dim, cohort, passing }) {
  const conditions = onlyDimming({ params, dim });
  if (conditions.length === 0 || !cohort) return null;
  const { n_images } = cohort;
  const failing = n_images - (passing?.reduce((sum, one) => sum + one, 0) ?? n_images);
  return line(
    wordsOf(conditions, schemeOf({ cohort })),
    [`${count(failing)} of ${count(n_images)} `, el("b", {}, "dimmed")],
    "clear",
    () => putInForce(store, params.where, () => true),
  );
}

/**
 * Which filters there are and what they do, with a way back.
 * @param {readonly {words: string}[]} conditions @param {(Node | string)[]} told @param {string} back
 * @param {() => void} onclick
 */
function line(conditions, told, back, onclick) {
  const words = conditions.map(({ words }) => words).join(" · ");
  return el(
    "div",
    {},
    el("p", { title: words }, "Only ", el("b", {}, words), " · ", ...told),
    el("button", { type: "button", class: "linkish", onclick }, back),
  );
}
