/** Keeps in step with the filters: who passes, what the map says of it, and what the bar says of who is left out. */

import { wholeCohort } from "../cohort.js";
import { byId, el } from "../dom.js";
import { count } from "../format.js";
import { passingOf, wordsOf } from "./conditions.js";
import { inForce, putInForce } from "./force.js";

/** @import {AppStore} from "../types.js" */

/** @param {AppStore} store */
export function followFilters(store) {
  const pass = () => {
    const { cohort, dim } = store.get();
    store.set({ passing: cohort ? passingOf(dim, cohort.records, cohort.columns) : null });
  };
  store.on(["dim"], pass);
  store.on(["cohort"], ({ cohort }) => {
    // What is excluded is no longer there to be dimmed.
    if (cohort?.where.length) store.set({ dim: [] });
    pass();
  });
  const note = byId("in-force");
  store.on(["dim", "params", "cohort", "passing"], async () => {
    const { where, excludes } = inForce(store.get());
    note.hidden = where.length === 0;
    if (where.length > 0) note.replaceChildren(...sentence(store, where, excludes, (await wholeCohort()).n_images));
  });
}

/** Which filters there are and what they do, with a way back. @param {AppStore} store @param {readonly string[]} where @param {boolean} excludes @param {number} all */
function sentence(store, where, excludes, all) {
  const { cohort, passing } = store.get();
  const of = excludes ? all : cohort?.n_images ?? all;
  const left = excludes ? cohort?.n_images ?? 0 : passing?.reduce((sum, one) => sum + one, 0) ?? of;
  const words = wordsOf(where).map(({ words }) => words).join(" · ");
  return [
    el("p", { title: words }, "Only ", el("b", {}, words), ` · ${count(of - left)} of ${count(of)} `, el("b", {}, excludes ? "excluded" : "dimmed"), excludes ? ": map and clusters are made without them" : ""),
    el("button", { type: "button", class: "linkish", onclick: () => putInForce(store, [], excludes) }, excludes ? "bring all back" : "clear"),
  ];
}
