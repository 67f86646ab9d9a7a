/** The two lists of columns: what colours the map, and what the cards count. */

import { PER_IMAGE } from "../../colour/encode.js";
import { byId, el } from "../../dom.js";

/** @import {AppState, AppStore, Cohort, Column} from "../../types.js" */

/** Counting names that are nearly all different says nothing. */
export const MOST_VALUES = 60;

/** The column named on the command line is counted whatever it is. */
const PLANNED = globalThis.document?.documentElement.dataset.column;

/** @param {AppStore} store */
export function bindChoosers(store) {
  const colour = byId("colour", HTMLSelectElement);
  const breakdown = byId("breakdown", HTMLSelectElement);
  colour.addEventListener("change", () => store.set({ colour: colour.value }));
  breakdown.addEventListener("change", () => store.set({ breakdown: breakdown.value }));

  store.rule(["cohort"], (state) => (state.cohort?.state === "ready" ? validChoices(state.cohort, state) : {}));
  store.watch(["cohort"], ({ cohort }) => {
    if (cohort?.state !== "ready") return;
    colour.replaceChildren(
      el("option", { value: "cluster" }, "cluster"),
      ...columnGroups(cohort, () => true),
      el(
        "optgroup",
        { label: "measured" },
        ...Object.keys(PER_IMAGE).map((name) => el("option", { value: name }, name.slice(7))),
      ),
    );
    breakdown.replaceChildren(...columnGroups(cohort, canBreakDown));
    colour.disabled = cohort.n_images === 0;
    breakdown.disabled = breakdown.options.length === 0;
    // Ready vectors come without columns: there is nothing to count by.
    byId("findings-head").classList.toggle("bare", breakdown.disabled);
    show();
  });
  const show = () => {
    colour.value = store.get().colour;
    breakdown.value = store.get().breakdown;
  };
  store.watch(["colour", "breakdown"], show);
  store.watch(["cohort", "steadiness", "colour"], (state) => {
    const [option] = colour.querySelectorAll('[value="image: stability"]');
    option?.toggleAttribute("disabled", state.steadiness === null && state.colour !== "image: stability");
  });
}

/** A link may name a column that this cohort does not have. @param {Cohort} cohort @param {Readonly<AppState>} state */
function validChoices(cohort, state) {
  const countable = cohort.columns.filter(canBreakDown).map(({ name }) => name);
  const known = state.colour in PER_IMAGE || cohort.columns.some(({ name }) => name === state.colour);
  return {
    colour: known ? state.colour : "cluster",
    breakdown:
      countable.includes(state.breakdown) || countable.length === 0
        ? state.breakdown
        : countable.includes("country")
          ? "country"
          : countable[0],
  };
}

/** @param {Column} column */
export function canBreakDown(column) {
  return (
    column.name === "country" ||
    column.name === PLANNED ||
    (column.kind === "category" ? column.n_unique <= MOST_VALUES : column.kind !== "text")
  );
}

/** @param {Cohort} cohort @param {(column: Column) => boolean} wanted */
function columnGroups(cohort, wanted) {
  return /** @type {const} */ ([
    ["as given", false],
    ["derived", true],
  ])
    .map(([label, derived]) => {
      const options = cohort.columns
        .filter((column) => column.derived === derived && wanted(column))
        .map(({ name }) => el("option", { value: name }, name));
      return el("optgroup", { label }, ...options);
    })
    .filter((group) => group.children.length > 0);
}
