/**
 * Bars and bins of the cards, which are conditions: pointed at, their images stay bright; clicked, they are the filter
 * of their column; with Shift, the images of the card are selected.
 */

import { conditionText, ofColumn, passingOf, without } from "./conditions.js";
import { excludes, inForce, putInForce, schemeOf } from "./force.js";

/** @import {AppState, AppStore, AxisBin, CardLink, Cohort, Condition} from "../types.js" */

/**
 * What all images of a bar meet, and no others of its card.
 * @param {Pick<CardLink, "column" | "bar" | "bars" | "bin">} link @returns {Condition[]}
 */
export function conditionsOf({ column, bar, bars = [], bin }) {
  if (bin)
    return [
      ...(bin.from === null ? [] : [{ column, test: /** @type {const} */ (">="), value: bin.from }]),
      ...(bin.to === null ? [] : [{ column, test: /** @type {const} */ ("<="), value: bin.to }]),
    ];
  const is = /** @type {const} */ ("=");
  const not = /** @type {const} */ ("!=");
  if (bar?.kind !== "rest") return [{ column, test: is, value: bar?.kind === "value" ? bar.name : "" }];
  const named = bars.filter(({ kind }) => kind === "value");
  return [...named.map(({ name }) => ({ column, test: not, value: name })), { column, test: not, value: "" }];
}

/**
 * The bin of each image; -1 where it has none.
 * @param {Cohort} cohort @param {string} column @param {readonly AxisBin[]} bins
 */
export function placesOf(cohort, column, bins) {
  const places = new Int16Array(cohort.records.length).fill(-1);
  bins.forEach((bin, place) => {
    const texts = conditionsOf({ column, bin }).map((one) => conditionText(one, cohort));
    passingOf(texts, cohort.records, cohort)?.forEach((met, i) => met && (places[i] = place));
  });
  return places;
}

/** @param {Readonly<AppState>} state @param {CardLink} link */
const textsOf = (state, link) => conditionsOf(link).map((one) => conditionText(one, schemeOf(state)));

/**
 * For every image whether it is in the card and meets the conditions of the bar.
 * @param {Readonly<AppState>} state @param {CardLink} link
 */
function maskOf(state, link) {
  const { cohort, clusters } = state;
  const records = cohort?.records ?? [];
  const met = cohort && passingOf(textsOf(state, link), records, cohort);
  return Uint8Array.from(records, (_, i) => (met?.[i] && clusters?.labels[i] === link.label ? 1 : 0));
}

/** Not where the hand has gone on meanwhile. @param {AppStore} store @param {CardLink} link */
export function point(store, link) {
  if (link.node.matches(":hover")) store.set({ focus: { kind: "records", mask: maskOf(store.get(), link) } });
}

/** @param {AppStore} store @param {CardLink} link */
export const select = (store, link) =>
  store.set({ selection: [...maskOf(store.get(), link)].flatMap((kept, i) => (kept ? [i] : [])) });

/**
 * In place of what its column asks for; again, and that is gone. It dims, unless the column's filter excludes.
 * @param {AppStore} store @param {CardLink} link
 */
export function filter(store, link) {
  const { column } = link;
  const state = store.get();
  const conditions = textsOf(state, link);
  const scheme = schemeOf(state);
  const now = inForce(state);
  const isOn = ofColumn(now, column, scheme).join("\n") === conditions.join("\n");
  const next = [...without(now, column, scheme), ...(isOn ? [] : conditions)];
  putInForce(store, next, (other) => excludes(state, other) ?? false);
}

/**
 * How much of each bar passes the filters, and which ones are a filter.
 * @param {AppStore} store @param {readonly CardLink[]} links
 */
export function showPassing(store, links) {
  const state = store.get();
  const scheme = schemeOf(state);
  const now = inForce(state);
  for (const link of links) {
    const own = ofColumn(now, link.column, scheme).join("\n");
    link.button.setAttribute("aria-pressed", String(own !== "" && own === textsOf(state, link).join("\n")));
    if (!state.passing) {
      link.node.style.removeProperty("--lit");
      continue;
    }
    let [all, lit] = [0, 0];
    maskOf(state, link).forEach((kept, i) => {
      all += kept;
      lit += kept && state.passing?.[i] ? 1 : 0;
    });
    link.node.style.setProperty("--lit", `${all > 0 ? (100 * lit) / all : 0}%`);
  }
}
