/** Keeps in step with the filters: who passes, what the map says of it, and what the bar says of who is left out. */

import { sameWhere } from "../cohort.js";
import { byId, el } from "../dom.js";
import { count } from "../format.js";
import { passingOf, wordsOf } from "./conditions.js";
import { excludes, inForce, onlyDimming, putInForce, schemeOf } from "./force.js";

/** @import {AppState, AppStore} from "../types.js" */

/** @param {AppStore} store */
export function followFilters(store) {
  // A link may say both of one column. What is of which column is known when the columns are.
  const asSaid = (/** @type {string} */ column) => excludes(store.get(), column) ?? false;
  let isSettled = false;
  const settle = () => {
    isSettled ||= store.get().cohort?.state === "ready";
    if (isSettled) putInForce(store, inForce(store.get()), asSaid);
  };
  settle();
  const pass = () => {
    const { cohort, dim } = store.get();
    store.set({ passing: cohort ? passingOf(dim, cohort.records, cohort) : null });
  };
  store.on(["dim"], pass);
  store.on(["cohort"], ({ cohort, dim }) => {
    if (!isSettled) settle();
    // What is excluded is no longer there to be dimmed.
    if (dim.some((condition) => cohort?.where.includes(condition)))
      store.set({ dim: dim.filter((condition) => !cohort?.where.includes(condition)) });
    pass();
  });
  const note = byId("in-force");
  store.on(["dim", "params", "cohort", "passing"], (state) => {
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

/** Which filters there are and what they do, with a way back. @param {readonly {words: string}[]} conditions @param {(Node | string)[]} told @param {string} back @param {() => void} onclick */
function line(conditions, told, back, onclick) {
  const words = conditions.map(({ words }) => words).join(" · ");
  return el(
    "div",
    {},
    el("p", { title: words }, "Only ", el("b", {}, words), " · ", ...told),
    el("button", { type: "button", class: "linkish", onclick }, back),
  );
}
