/** The filter pane: a search over everything, what filters do, which are in force, and one for each column. */

import { messageOf } from "../api.js";
import { wholeCohort } from "../cohort.js";
import { el } from "../dom.js";
import { ANY, parseCondition, passingOf, wordsOf, without } from "./conditions.js";
import { createFacet } from "./facets.js";
import { inForce, putInForce } from "./force.js";

/** @import {AppStore, Cohort} from "../types.js" */
/** @import {Facet, Force} from "./facets.js" */

const SETTLE_MS = 250;

const MODES = Object.freeze({ dim: ["Dim", "the map stays as it is"], exclude: ["Exclude", "map and clusters are made again without them"] });

/** @param {AppStore} store */
export function createFilters(store) {
  let known = inForce(store.get());
  /** What a next filter does while none is in force. */
  let { excludes } = known;
  const where = () => inForce(store.get()).where;
  const put = (/** @type {readonly string[]} */ next) => putInForce(store, next, excludes);

  const search = el("input", { type: "search", placeholder: "Search all metadata", "aria-label": "Search all metadata", autocomplete: "off", spellcheck: "false" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => put([...without(where(), ANY), ...(search.value.trim() ? [`${ANY}~${search.value.trim()}`] : [])]), SETTLE_MS);
  });
  const modes = Object.entries(MODES).map(([mode, [name, words]]) => {
    const radio = el("input", { type: "radio", name: "filter-mode", value: mode });
    radio.addEventListener("change", () => {
      excludes = mode === "exclude";
      if (where().length > 0) put(where());
    });
    return { mode, radio, node: el("label", { class: "filter-mode" }, radio, el("span", {}, el("b", {}, name), `: ${words}`)) };
  });
  const chips = el("ul", { class: "chips", "aria-label": "Filters in force" });
  const facets = el("div", { class: "facets" });
  /** @type {Map<string, Facet>} */
  const open = new Map();
  /** @type {Cohort | null} */
  let whole = null;

  /** @type {Force} */
  const force = {
    where,
    put,
    point(places) {
      const records = store.get().cohort?.records ?? [];
      store.set({ focus: places && { kind: "records", mask: Uint8Array.from(records, ({ index }, i) => (places.has(index ?? i) ? 1 : 0)) } });
    },
  };

  function fill() {
    open.clear();
    facets.replaceChildren(...columns().map((column) => {
      const details = el("details", { class: "facet" }, el("summary", {}, el("span", {}, column.name)));
      details.addEventListener("toggle", () => {
        if (!details.open || open.has(column.name) || !whole) return;
        const facet = createFacet(column, whole.records.map(({ values }) => values[column.name] ?? null), force);
        open.set(column.name, facet);
        details.append(facet.node);
        update();
      });
      return details;
    }));
  }

  /** What can tell images apart, text last. */
  function columns() {
    const telling = (whole?.columns ?? []).filter(({ n_unique, n_missing }) => n_unique > 1 || n_missing > 0);
    return [...telling.filter(({ kind }) => kind !== "text"), ...telling.filter(({ kind }) => kind === "text")];
  }

  function update() {
    const now = inForce(store.get());
    known = now;
    if (now.where.length > 0) excludes = now.excludes;
    for (const { mode, radio } of modes) radio.checked = (mode === "exclude") === excludes;
    const text = now.where.map(parseCondition).find((one) => one?.column === ANY && one.test === "~")?.value ?? "";
    if (document.activeElement !== search) search.value = text;
    chips.replaceChildren(...wordsOf(now.where).map(({ column, words }) => el("li", {}, el("button", { type: "button", class: "chip", "aria-label": `Remove the filter: ${words}`, title: words, onclick: () => put(without(where(), column)) }, el("span", {}, words), "✕"))));
    if (!whole) return;
    const passing = passingOf(now.where, whole.records, whole.columns);
    for (const facet of open.values()) facet.update(passing);
    const named = new Set(now.where.map((condition) => parseCondition(condition)?.column));
    columns().forEach(({ name }, i) => facets.children[i].classList.toggle("in-use", named.has(name)));
  }

  const start = async () => {
    update();
    try {
      whole = await wholeCohort();
      fill();
      update();
    } catch (error) {
      facets.replaceChildren(el("p", { class: "quiet" }, messageOf(error), " ", el("button", { type: "button", class: "linkish", onclick: start }, "Try again")));
    }
  };
  // Every step of a slider is a change of parameters too.
  store.on(["dim", "params", "cohort"], (state) => {
    const { where, excludes } = inForce(state);
    if (where !== known.where || excludes !== known.excludes) update();
  });
  void start();
  return el("div", { class: "filters" }, search, el("div", { class: "filter-modes", role: "radiogroup", "aria-label": "What a filter does to the images that fail it" }, ...modes.map(({ node }) => node)), chips, facets);
}
