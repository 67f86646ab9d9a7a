/** What explains the clusters, in the order and the words of the panel. Pure. */

import { decimal, unbroken } from "../format.js";

/** @import {Association, ColumnTest} from "../types.js" */

/** Of so many columns the first ones matter; the others are one click away. */
const MOST_ROWS = 6;

/** What the false discovery rate is held to. */
export const LEVEL = 0.05;

/**
 * The column of interest is always among the first. Amber says: look at what is written here before believing it.
 * @param {Association} association @returns {{first: ColumnTest[], rest: ColumnTest[], untestable: ColumnTest[], amber: boolean}}
 */
export function rankingOf({ columns, column, warnings }) {
  const testable = columns.filter((one) => one.testable);
  const own = testable.findIndex(({ name }) => name === column);
  const first = testable.filter((_, i) => i === own || i < MOST_ROWS - (own >= MOST_ROWS ? 1 : 0));
  const bar = testable[own]?.explained ?? 0;
  const beaten = testable.some((one) => one.name !== column && (one.explained ?? 0) > bar && (one.q_value ?? 1) <= LEVEL);
  return { first, rest: testable.filter((one) => !first.includes(one)), untestable: columns.filter((one) => !one.testable), amber: beaten || warnings.length > 0 };
}

/** "V .61"; a number has no V: η, the root of its share of variation, stands on the same scale. @param {ColumnTest} test */
export function effectOf({ cramers_v, statistic }) {
  return cramers_v === null ? `η ${decimal(statistic === null ? null : Math.sqrt(statistic))}` : decimal(cramers_v);
}

/** The sentence has images, patients, p and q, and where nothing was found, what could have been; else that stands beside it. @param {ColumnTest} test */
export function tipOf({ sentence, detectable_effect, q_value }) {
  if (detectable_effect === null || (q_value ?? 0) > LEVEL) return unbroken(sentence);
  return `${unbroken(sentence)}\nSo many could have shown an effect of ${decimal(detectable_effect)} or more (80% power).`;
}

/** The first sentence carries the answer, or the question. @param {string} text @returns {[string, string]} */
export function splitFirst(text) {
  const found = /^(.+?[.!?])\s+(?=\p{L})(.*)$/su.exec(text);
  return found ? [found[1], found[2]] : [text, ""];
}
