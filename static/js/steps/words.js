/** A setting in as few words as tell it from others. Pure. */

import { ALWAYS } from "../compare/words.js";
import { formatEps, plural } from "../format.js";
import { inWords, keysOf, labelOf, setting } from "../settings.js";

/** @import {Params} from "../types.js" */

/**
 * The cases of a verdict (docs/verdict.md), as short as a small map is wide.
 * @type {Readonly<Record<string, string>>}
 */
export const CASES = Object.freeze({
  too_few: "too few in groups",
  one_group: "all one group",
  given: "made elsewhere",
  not_again: "luck: not again",
  chance_unknown: "chance unknown",
  undecided: "undecided so far",
  close_call: "too close to call",
  as_by_chance: "luck: as by chance",
  unexplained: "real, unexplained",
  of_others: "real, of others",
  through: "real, by others only",
  beside: "real, beside others",
  of_interest: "real, of the column",
});

/**
 * Values of what is moved often, and in words whatever else is not as at first: "17, 0.40, 14 · 3-D".
 * @param {Params} params
 */
export function shortOf(params) {
  const keys = [...keysOf(params, "map"), ...keysOf(params, "clusters")];
  const moved = keys.filter((key) => ALWAYS.includes(key) && typeof setting(key)?.default === "number");
  const numbers = moved.filter((key) => key !== "n_components").map((key) => valueOf(key, params));
  const others = keys.filter(
    (key) => (!moved.includes(key) || key === "n_components") && params[key] !== setting(key)?.default,
  );
  return [numbers.join(", "), ...others.map((key) => inWords(key, params)), ...imagesOf(params)]
    .filter(Boolean)
    .join(" · ");
}

/** All of it, for who asks. @param {Params} params */
export function longOf(params) {
  const keys = [...keysOf(params, "map"), ...keysOf(params, "clusters")];
  return [
    ...keys.map((key) => inWords(key, params)),
    ...params.where.map((one) => `only ${one}`),
    ...ownOf(params),
  ].join(" · ");
}

/** @param {string} key @param {Params} params */
const valueOf = (key, params) => (key === "eps" ? formatEps(params.eps) : labelOf(key, params[key]));

/** @param {Params} params */
const imagesOf = (params) => [
  ...(params.where.length > 0 ? [plural(params.where.length, "filter")] : []),
  ...ownOf(params),
];

/** @param {Params} params */
const ownOf = ({ own }) => (own.length > 0 ? [`${own.length} by hand`] : []);
