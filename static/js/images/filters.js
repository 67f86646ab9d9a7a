/** The filter pane: a search over everything, what filters do, which are in force, and one for each column. */

import { testedFirst } from "../evidence/tested.js";
import { messageOf } from "../api.js";
import { wholeCohort } from "../cohort.js";
import { el, find } from "../dom.js";
import { ANY, conditionText, nothingLeft, parseCondition, passingOf, wordsOf, without } from "./conditions.js";
import { createFacet } from "./facets.js";
import { excludes, inForce, putInForce, schemeOf } from "./force.js";

/** @import {AppStore, Cohort} from "../types.js" */
/** @import {Facet, Force} from "./facets.js" */

const SETTLE_MS = 250;

const MODES = Object.freeze({
  dim: ["Dim", "the map stays as it is"],
  exclude: ["Exclude", "map and clusters are made again without them"],
});

/** @param {AppStore} store */
export function createFilters(store) {
  const where = () => inForce(store.get());
  /** What a filter does that is new. */
  let excluding = store.get().params.where.length > 0;
  const asBefore = (/** @type {string} */ column) => excludes(store.get(), column) ?? excluding;
  const put = (/** @type {readonly string[]} */ next) => putInForce(store, next, asBefore);
  const scheme = () => schemeOf(store.get());

  const search = el("input", {
    type: "search",
    placeholder: "Search all metadata",
    "aria-label": "Search all metadata",
    autocomplete: "off",
    spellcheck: "false",
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(
      () =>
        put([
          ...without(where(), ANY, scheme()),
          ...(search.value.trim()
            ? [conditionText({ column: ANY, test: "~", value: search.value.trim() }, scheme())]
            : []),
        ]),
      SETTLE_MS,
    );
  });
  const modes = Object.entries(MODES).map(([mode, [name, words]]) => {
    const radio = el("input", { type: "radio", name: "filter-mode", value: mode });
    radio.addEventListener("change", () => {
      excluding = mode === "exclude";
    });
    return {
      mode,
      radio,
      node: el("label", { class: "filter-mode" }, radio, el("span", {}, el("b", {}, name), `: ${words}`)),
    };
  });
  const chips = el("ul", { class: "chips", "aria-label": "Filters in force" });
  const nothing = el("p", { class: "quiet", role: "status" });
  const facets = el("div", { class: "facets" });
  /** @type {Map<string, Facet>} */
  const open = new Map();
  /** @type {Cohort | null} */
  let whole = null;

  /** @type {Force} */
  const force = {
    where,
    put,
    scheme,
    point(places) {
      const records = store.get().cohort?.records ?? [];
      store.set({
        focus: places && {
          kind: "records",
          mask: Uint8Array.from(records, ({ index }, i) => (places.has(index ?? i) ? 1 : 0)),
        },
      });
    },
  };

  /**
   * One filter: what it does, to be changed for it alone, and what it asks for, to be removed.
   * @param {string} column @param {string} words
   */
  function chip(column, words) {
    const does = asBefore(column);
    const turn = () => {
      putInForce(store, where(), (other) => (other === column ? !does : asBefore(other)));
      // It was made anew, maybe elsewhere in the row.
      for (const item of chips.children)
        if (item.getAttribute("data-column") === column) find(item, ".chip-effect").focus();
    };
    return el(
      "li",
      { "data-column": column },
      el(
        "button",
        {
          type: "button",
          class: "chip",
          "aria-label": `Remove the filter: ${words}`,
          title: words,
          onclick: () => put(without(where(), column, scheme())),
        },
        el("span", {}, words),
        "✕",
      ),
      el(
        "button",
        {
          type: "button",
          class: "chip-effect",
          "aria-label": `rest ${does ? "excluded" : "dimmed"} ⇄: only ${words}`,
          title: does ? "Dim the others instead" : "Exclude the others instead",
          onclick: turn,
        },
        does ? "rest excluded ⇄" : "rest dimmed ⇄",
      ),
    );
  }

  function fill() {
    open.clear();
    facets.replaceChildren(
      ...columns().map((column) => {
        const details = el(
          "details",
          { class: "facet", "data-column": column.name },
          el("summary", {}, el("span", {}, column.name)),
        );
        details.addEventListener("toggle", () => {
          if (!details.open || open.has(column.name) || !whole) return;
          const facet = createFacet(
            column,
            whole.records.map(({ values }) => values[column.name] ?? null),
            force,
          );
          open.set(column.name, facet);
          details.append(facet.node);
          update();
        });
        return details;
      }),
    );
  }

  /** What can tell images apart: what was tested first, text last. */
  function columns() {
    const telling = testedFirst(
      (whole?.columns ?? []).filter(({ n_unique, n_missing }) => n_unique > 1 || n_missing > 0),
      store.get().association.value,
    );
    return [...telling.filter(({ kind }) => kind !== "text"), ...telling.filter(({ kind }) => kind === "text")];
  }

  function update() {
    const now = where();
    for (const { mode, radio } of modes) radio.checked = (mode === "exclude") === excluding;
    const conditions = now.map((condition) => parseCondition(condition, scheme()));
    const text = conditions.find((one) => one?.column === ANY && one.test === "~")?.value ?? "";
    if (document.activeElement !== search) search.value = text;
    chips.replaceChildren(...wordsOf(now, scheme()).map(({ column, words }) => chip(column, words)));
    if (!whole) return;
    const passing = passingOf(now, whole.records, whole);
    nothing.textContent = nothingLeft(now, whole.records, whole) ?? "";
    for (const facet of open.values()) facet.update(passing);
    const named = new Set(conditions.map((condition) => condition?.column));
    for (const facet of facets.children)
      facet.classList.toggle("in-use", named.has(facet.getAttribute("data-column") ?? ""));
  }

  const start = async () => {
    update();
    try {
      whole = await wholeCohort();
      fill();
      update();
    } catch (error) {
      facets.replaceChildren(
        el(
          "p",
          { class: "quiet" },
          messageOf(error),
          " ",
          el("button", { type: "button", class: "linkish", onclick: start }, "Try again"),
        ),
      );
    }
  };
  // Every step of a slider is a change of parameters too.
  let { params, dim } = store.get();
  store.watch(["dim", "params", "cohort"], (state) => {
    const isSame = state.params.where === params.where && state.dim === dim;
    ({ params, dim } = state);
    if (!isSame) update();
  });
  void start();
  return el(
    "div",
    { class: "filters" },
    search,
    el(
      "div",
      { class: "filter-modes", role: "radiogroup", "aria-label": "What a new filter does to the images that fail it" },
      el("p", { class: "quiet" }, "What a new filter does to the others:"),
      ...modes.map(({ node }) => node),
    ),
    chips,
    nothing,
    facets,
  );
}
