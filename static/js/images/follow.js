/** Keeps in step with the filters: who passes, what the map says of it, and what the bar says of who is left out. */

import { sameWhere } from "../cohort.js";
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
  store.on(["dim", "params", "cohort", "passing"], (state) => {
    const { where, excludes } = inForce(state);
    note.hidden = where.length === 0 || state.cohort?.state !== "ready";
    if (!note.hidden) note.replaceChildren(...sentence(store, where, excludes));
  });
}

/** Which filters there are and what they do, with a way back. @param {AppStore} store @param {readonly string[]} where @param {boolean} excludes */
function sentence(store, where, excludes) {
  const { cohort, passing } = store.get();
  const { n_images = 0, n_excluded = 0, where: met = [] } = cohort ?? {};
  const failing = excludes ? n_excluded : n_images - (passing?.reduce((sum, one) => sum + one, 0) ?? n_images);
  const words = wordsOf(where).map(({ words }) => words).join(" · ");
  const told = [`${count(failing)} of ${count(excludes ? n_images + n_excluded : n_images)} `, el("b", {}, excludes ? "excluded" : "dimmed"), excludes && ": map and clusters are made without them"];
  return [
    el("p", { title: words }, "Only ", el("b", {}, words), " · ", ...(excludes && !sameWhere(where, met) ? ["making the map without the others …"] : told)),
    el("button", { type: "button", class: "linkish", onclick: () => putInForce(store, [], excludes) }, excludes ? "bring all back" : "clear"),
  ];
}
