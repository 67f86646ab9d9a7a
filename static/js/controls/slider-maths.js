/** What a slider does with numbers: steps, limits, and where on the track things lie. Pure. */

/** @import {SliderSpec} from "../types.js" */

/** @param {number} value @param {SliderSpec} spec */
export function clampTo(value, spec) {
  return Math.min(spec.limit, Math.max(spec.min, value));
}

/** Free of the digits that binary fractions leave. @param {number} value */
function tidy(value) {
  return Number(value.toFixed(9));
}

/**
 * The value that a key leads to, or null for a key that a slider does not know. Arrows move one step, with Shift or
 * as Page Up and Page Down ten.
 * @param {number} value @param {string} key @param {boolean} shift @param {SliderSpec} spec
 */
export function valueAfterKey(value, key, shift, spec) {
  if (key === "Home") return spec.min;
  if (key === "End") return spec.max;
  const steps = STEPS[key];
  if (steps === undefined) return null;
  const size = Math.abs(steps) === 1 && shift ? 10 : 1;
  return tidy(clampTo(value + steps * size * spec.step, spec));
}

/** @type {Readonly<Record<string, number>>} */
const STEPS = Object.freeze({ ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 });

/** Where a value lies on the track, from 0 to 1. @param {number} value @param {SliderSpec} spec */
export function shareOf(value, spec) {
  return spec.max > spec.min ? Math.min(1, (clampTo(value, spec) - spec.min) / (spec.max - spec.min)) : 0;
}

/**
 * Perplexity must stay below the number of images; the track ends at `cap` however many there are.
 * @param {SliderSpec} spec @param {number} nSamples @param {number} cap @returns {SliderSpec}
 */
export function perplexitySpec(spec, nSamples, cap) {
  const limit = Math.max(spec.min, nSamples - 1);
  return { ...spec, limit, max: Math.min(limit, cap), default: Math.min(spec.default, limit) };
}

/** Above a third of the images a neighbourhood is most of the cohort. @param {number} nSamples */
export function trustworthyPerplexity(nSamples) {
  return (nSamples - 1) / 3;
}
