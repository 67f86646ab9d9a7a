/**
 * The colours that carry meaning, for both themes. Okabe and Ito's seven are told apart by every common kind of
 * colour blindness; beyond seven, clusters change shape. On the light film five of them are darkened until they
 * stand 3 : 1 against it. Grey is noise and nothing else.
 */

import { CLUSTER_SHAPES, Shape } from "../map/shapes.js";

/** @import {Inks, Mark, Theme} from "../types.js" */

/** @type {Readonly<Record<Theme, Inks>>} */
export const INKS = Object.freeze({
  dark: {
    cycle: ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2", "#D55E00"],
    film: "#06080a",
    ink: "#e6edf3",
    noise: "#56606b",
    missing: "#7d8894",
    other: "#aab4be",
    neutral: "#7b8a99",
    ramp: ["#414487", "#355f8d", "#2a788e", "#21918c", "#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725"],
  },
  light: {
    cycle: ["#1f88c9", "#b97700", "#008a64", "#b8568f", "#857b00", "#00507f", "#c25400"],
    film: "#e9edf1",
    ink: "#17202a",
    noise: "#8a95a1",
    missing: "#6d7883",
    other: "#55606b",
    neutral: "#75828f",
    ramp: ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779"],
  },
});

/**
 * The mark of a cluster: seven colours with circles, then the same seven with squares, and so on.
 * @param {number} label @param {Theme} theme
 * @param {readonly number[]} [tints]  for each cluster its place in this order, where that is not its number
 * @returns {Mark}
 */
export function clusterMark(label, theme, tints = []) {
  const inks = INKS[theme];
  if (label < 0) return { colour: inks.noise, shape: Shape.circle };
  const place = tints[label] ?? label;
  const round = Math.floor(place / inks.cycle.length) % CLUSTER_SHAPES.length;
  return { colour: inks.cycle[place % inks.cycle.length], shape: CLUSTER_SHAPES[round] };
}

/** Beyond so many a mark comes again, and the legend says so. @param {Theme} theme */
export const marksOf = (theme) => INKS[theme].cycle.length * CLUSTER_SHAPES.length;

/** @param {string} hex  "#rrggbb" @returns {[number, number, number]} */
export function bytesOf(hex) {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * A colour of a ramp at a share from 0 to 1, mixed between its two neighbours.
 * @param {readonly string[]} ramp @param {number} share @returns {[number, number, number]}
 */
export function rampColour(ramp, share) {
  const place = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
  const low = bytesOf(ramp[Math.floor(place)]);
  const high = bytesOf(ramp[Math.ceil(place)]);
  const part = place - Math.floor(place);
  return [mix(low[0], high[0], part), mix(low[1], high[1], part), mix(low[2], high[2], part)];
}

/** @param {number} a @param {number} b @param {number} part */
const mix = (a, b, part) => Math.round(a + (b - a) * part);
