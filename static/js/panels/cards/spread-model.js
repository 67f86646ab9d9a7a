/** What the histograms of the cards show, as numbers: heights on one scale, ticks of the axis, words. Pure. */

import { percent, plural } from "../../format.js";
import { FEW } from "./model.js";

/** @import {Bar, Breakdown, ClusterSummary, ValueAxis} from "../../types.js" */

/** The scale of all cards is "share", of its cluster, or "count", of images. */

/**
 * What the full height stands for, on all cards; a bar of a small cluster may be higher, and is cut.
 * @param {Breakdown} breakdown @param {number} nImages @param {string} scale
 */
export function highestOf({ axis, clusters }, nImages, scale) {
  const total = Math.max(0, ...(axis?.spread.bins ?? []));
  let highest = scale === "share" && nImages > 0 ? total / nImages : 0;
  const large = clusters.filter(({ size }) => size >= FEW);
  for (const { size, spread } of large.length > 0 ? large : clusters) {
    const whole = scale === "share" ? size : 1;
    for (const n of spread?.bins ?? []) highest = Math.max(highest, n / Math.max(1, whole));
    // The cohort's shape has to fit too.
    if (scale === "count" && nImages > 0) highest = Math.max(highest, (size * total) / nImages);
  }
  return highest || 1;
}

/** @param {number} highest @param {string} scale */
export const fullHeight = (highest, scale) =>
  scale === "share" ? percent(highest) : plural(Math.ceil(highest), "image");

/**
 * Where numbers stand at the axis, in shares of it: few enough to be read.
 * @param {ValueAxis} axis @returns {{at: number, text: string}[]}
 */
export function ticksOf({ bins, end }) {
  const n = bins.length;
  const longest = bins.reduce((most, { start }) => Math.max(most, start.length), 0);
  const every = Math.ceil(n / (longest > 7 ? 3 : longest > 4 ? 4 : 6));
  const first = bins[0]?.start === "" ? 1 : 0;
  const ticks = bins.flatMap(({ start }, i) =>
    i >= first && (i - first) % every === 0 && n - i >= 0.8 * every ? [{ at: i / n, text: start }] : [],
  );
  return end === "" || n === 1 ? ticks : [...ticks, { at: 1, text: end }];
}

/** @param {string} name @param {number} n @param {number} size @param {number} expected @param {string} [against] */
export const binTip = (name, n, size, expected, against = "if spread evenly") =>
  `${name}: ${plural(n, "image")}, ${percent(n / Math.max(1, size))} of ${size}. ` +
  `${expected.toFixed(1)} expected ${against}.`;

/** "age, 5 to a bar", "date, by week". @param {string} column @param {ValueAxis} axis */
export const axisTitle = (column, { step }) =>
  step === "" ? column : /^[\d.e+-]+$/.test(step) ? `${column}, ${step} to a bar` : `${column}, by ${step}`;

/**
 * What has no place on the axis, a row for each; the missing are always there.
 * @param {ClusterSummary} summary @param {Breakdown} breakdown @param {number} nImages @returns {Bar[]}
 */
export function apartOf({ size, spread, n_missing, n_groups_missing }, { axis, n_missing: total }, nImages) {
  const expected = (/** @type {number} */ n) => (nImages > 0 ? (size * n) / nImages : 0);
  const apart = (axis?.apart ?? []).map((name, i) => ({
    name,
    count: spread?.apart[i] ?? 0,
    groups: null,
    expected: expected(axis?.spread.apart[i] ?? 0),
    kind: /** @type {const} */ ("apart"),
  }));
  const missing = { name: "missing", count: n_missing, groups: n_groups_missing, expected: expected(total) };
  return [...apart, { ...missing, kind: "missing" }];
}
