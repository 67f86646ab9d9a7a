/** What explains the clusters, in the order and the words of the panel. Pure. */

import { decimal, formatP, groupNoun, plural } from "../format.js";

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

/** @param {ColumnTest} test @param {string | null} groupColumn */
export function tipOf(test, groupColumn) {
  const facts = [
    plural(test.n_images, "image"),
    groupColumn && groupNoun(groupColumn, test.n_groups),
    test.n_missing > 0 && `${test.n_missing} without a value`,
    `q ${formatP(test.q_value).replace(/^\./, "= .")} over all columns`,
  ].filter(Boolean);
  const least = test.detectable_effect === null ? "\nSo few could not have shown any effect." : `\nSo many could have shown an effect of ${decimal(test.detectable_effect)} or more (80% power).`;
  return `${test.sentence}\n${facts.join(" · ")}${least}`;
}

/** The first sentence carries the answer, or the question. @param {string} text @returns {[string, string]} */
export function splitFirst(text) {
  const found = /^(.+?[.!?])\s+(?=\p{Lu})(.*)$/su.exec(text);
  return found ? [found[1], found[2]] : [text, ""];
}
