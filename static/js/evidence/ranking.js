/** What explains the clusters, in the order and the words of the panel. Pure. */

import { decimal, unbroken } from "../format.js";

/** @import {Association, ColumnTest} from "../types.js" */

/** Of so many columns the first ones matter; the others are one click away. */
const MOST_ROWS = 6;

/**
 * The column of interest is always among the first.
 * @param {Association} association
 * @returns {{first: ColumnTest[], rest: ColumnTest[], untestable: ColumnTest[]}}
 */
export function rankingOf({ columns, column }) {
  const testable = columns.filter((one) => one.testable);
  const own = testable.findIndex(({ name }) => name === column);
  const first = testable.filter((_, i) => i === own || i < MOST_ROWS - (own >= MOST_ROWS ? 1 : 0));
  return {
    first,
    rest: testable.filter((one) => !first.includes(one)),
    untestable: columns.filter((one) => !one.testable),
  };
}

/** One scale for numbers and categories, corrected for what chance gives. @param {ColumnTest} test */
export const effectOf = ({ effect }) => decimal(effect);

/**
 * The sentence has images, patients, p and q, and where nothing was found, what could have been; else that stands
 * beside it.
 * @param {ColumnTest} test
 */
export function tipOf({ sentence, detectable_effect, evident }) {
  if (detectable_effect === null || !evident) return unbroken(sentence);
  const found = `An effect of ${decimal(detectable_effect)} would have been found in 80% of such cohorts.`;
  return `${unbroken(sentence)}\n${found}`;
}

/** The first sentence carries the answer, or the question. @param {string} text @returns {[string, string]} */
export function splitFirst(text) {
  const found = /^(.+?[.!?])\s+(?=\p{L})(.*)$/su.exec(text);
  return found ? [found[1], found[2]] : [text, ""];
}
