/** Which columns explain the clusters of the map on the screen alone. */

import { byId, el, find } from "../dom.js";
import { decimal, formatP, plural, unbroken } from "../format.js";
import { MOST_VALUES, canBreakDown } from "../panels/choosers/panel.js";
import { part } from "../parts.js";
import { effectOf, rankingOf, tipOf } from "./ranking.js";
import { testedFirst } from "./tested.js";

/** @import {AppState, AppStore, Association, Cohort, ColumnTest, Page} from "../types.js" */

/** @param {Page} page */
export function bindExplain({ store, tooltip }) {
  const box = byId("explain");
  /** @type {Association | null} */
  let drawn = null;
  bindChoices(store, box);
  once("plane-test", (button) =>
    part(import("./plane-test.js")).then(({ bindPlaneTest }) => bindPlaneTest(store, button)),
  );
  once("specifications-open", (button) =>
    part(import("./specifications.js")).then(({ bindSpecifications }) =>
      bindSpecifications({ store, tooltip }, button),
    ),
  );
  store.watch(["trouble"], ({ trouble }) => {
    find(box, ".again").textContent = trouble === null ? "testing …" : "waits for a map";
  });
  store.watch(["association"], ({ association: { value, error, stale }, cohort }) => {
    box.setAttribute("aria-busy", String(stale));
    box.classList.toggle("failed", error !== null);
    if (error !== null) byId("explain-say").textContent = error;
    // The last answer stays in its place, dimmed, so that nothing jumps while the next is on its way.
    if (cohort && value && value !== drawn) fill(store, box, value, cohort);
    drawn = value;
  });
}

/**
 * What a button asks for comes with its first click.
 * @param {string} id @param {(button: HTMLButtonElement) => void} open
 */
function once(id, open) {
  const button = byId(id, HTMLButtonElement);
  button.addEventListener("click", () => open(button), { once: true });
}

/** @param {AppStore} store @param {HTMLElement} box @param {Association} association @param {Cohort} cohort */
function fill(store, box, association, cohort) {
  const { first, rest, untestable } = rankingOf(association);
  byId("explain-say").textContent = [association.verdict, ...association.warnings].map(unbroken).join(" ");
  const focused = document.activeElement?.closest(".rank")?.getAttribute("data-name");
  const row = (/** @type {ColumnTest} */ test) => rank(store, test, association.column, cohort);
  byId("ranks").replaceChildren(...first.map(row));
  fold(box, "ranks-more", `${rest.length} more`, rest.map(row));
  fold(
    box,
    "untestable",
    `${untestable.length} not testable`,
    untestable.map(({ name, reason }) => el("li", { class: "quiet" }, el("b", {}, name), ` ${reason}`)),
  );
  if (focused)
    box
      .querySelector(`.rank[data-name="${CSS.escape(focused)}"]`)
      ?.querySelector("button")
      ?.focus();
  byId("viewed").textContent = `${plural(association.n_settings_viewed, "setting")} viewed.`;
}

/** @param {HTMLElement} box @param {string} id @param {string} label @param {HTMLElement[]} content */
function fold(box, id, label, content) {
  const details = find(box, `#${id}`, HTMLDetailsElement);
  details.hidden = content.length === 0;
  find(details, "summary").textContent = label;
  find(details, "ul").replaceChildren(...content);
}

/** @param {AppStore} store @param {ColumnTest} test @param {string} chosen @param {Cohort} cohort */
function rank(store, test, chosen, cohort) {
  const { name } = test;
  const column = cohort.columns.find((one) => one.name === name);
  const counted = column && canBreakDown(column);
  const choose = () => store.set(counted ? { breakdown: name } : { colour: name });
  const tip = `${tipOf(test)}\nClick: ${counted ? "count the clusters by it" : "colour the map by it"}.`;
  const fill = el("span", { class: "bar-fill" });
  fill.style.width = `${100 * Math.min(1, Math.max(0, test.explained ?? 0))}%`;
  return el(
    "li",
    { class: `rank${test.evident ? "" : " weak"}`, "data-name": name },
    el(
      "button",
      { type: "button", "aria-pressed": String(name === chosen), "data-tip": tip, onclick: choose },
      el("span", { class: "bar-name" }, name),
      el("span", { class: "bar-track", role: "img", "aria-label": `explained ${decimal(test.explained)}` }, fill),
      el("span", {}, el("span", { class: "hidden" }, "effect "), effectOf(test)),
      el("span", {}, el("span", { class: "hidden" }, "p "), formatP(test.p_value)),
    ),
  );
}

/**
 * Noise in or out, and the column within whose values (numbers: quarters) is tested.
 * @param {AppStore} store @param {HTMLElement} box
 */
function bindChoices(store, box) {
  const within = byId("within", HTMLSelectElement);
  const noise = (/** @type {string} */ value) => find(box, `[name="noise"][value="${value}"]`, HTMLInputElement);
  box.addEventListener("change", () =>
    store.set({ noise: noise("in").checked ? "in" : "out", within: within.value || null }),
  );
  const show = () => {
    const { cohort } = store.get();
    box.hidden = cohort?.columns.length === 0;
    const names = withinNames(store.get());
    // An open list is not made anew under the hand.
    if (
      [...within.options]
        .slice(1)
        .map(({ value }) => value)
        .join("\n") !== names.join("\n")
    )
      within.replaceChildren(
        el("option", { value: "" }, "all images"),
        ...names.map((name) => el("option", { value: name }, name)),
      );
    within.value = store.get().within ?? "";
    noise(store.get().noise).checked = true;
  };
  store.rule(["cohort", "breakdown"], (state) =>
    state.cohort?.state !== "ready" || withinNames(state).includes(state.within ?? "") ? {} : { within: null },
  );
  store.watch(["cohort", "breakdown", "noise", "within", "association"], show);
}

/**
 * A number of few values has levels as well as a category has.
 * @param {Pick<AppState, "cohort" | "breakdown" | "association">} state
 */
const withinNames = ({ cohort, breakdown, association }) =>
  testedFirst(
    (cohort?.columns ?? []).filter(
      ({ name, kind, n_unique }) =>
        kind !== "text" && n_unique > 1 && (kind === "number" || n_unique <= MOST_VALUES) && name !== breakdown,
    ),
    association.value,
  ).map(({ name }) => name);
