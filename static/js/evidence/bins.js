/**
 * The best values of cohorts without clusters as bars. An edge lies on the observed value, so no bar is half as good.
 * Pure.
 */

/** @import {Bins} from "../types.js" */

const WANTED = 18;

/**
 * @param {readonly (number | null)[]} best  null where nothing was admissible @param {number} observed
 * @param {boolean} lowerIsBetter @returns {Bins}
 */
export function binsOf(best, observed, lowerIsBetter) {
  const values = best.filter((value) => value !== null);
  const low = Math.min(observed, ...values);
  const high = Math.max(observed, ...values);
  const width = (high - low) / WANTED || 1;
  // What equals the observed value is as good: it belongs to the bar on the better side of the edge.
  const place = (/** @type {number} */ value) => {
    const steps = (value - observed) / width;
    return lowerIsBetter ? Math.ceil(steps - 1e-9) - 1 : Math.floor(steps + 1e-9);
  };
  const places = values.map(place);
  const first = Math.min(-1, ...places);
  const bars = Array.from({ length: Math.max(0, ...places) - first + 1 }, (_, i) => ({
    count: 0,
    asGood: lowerIsBetter === i + first < 0,
  }));
  for (const at of places) bars[at - first].count += 1;
  return { bars, low: observed + first * width, high: observed + (first + bars.length) * width, edge: -first };
}
