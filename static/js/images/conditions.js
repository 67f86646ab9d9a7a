/**
 * Conditions on images, written as `--where` takes them, so that one list can dim here or exclude on the server:
 * `view!=L`, `age>=40`, `date<=2020-03`, `*~pneumonia`. An image passes when it meets all of them. Pure.
 */

import { parseDate } from "../colour/dates.js";
import { formatValue } from "../format.js";

/** @import {Column, Condition, ImageRecord, Value} from "../types.js" */

/** Stands for any column. */
export const ANY = "*";

/** @param {string} text @returns {Condition | null} */
export function parseCondition(text) {
  const [, column, test, value] = /^(.*?)(!=|>=|<=|[=~])([^]*)$/.exec(text) ?? [];
  return test ? { column: column.trim(), test: /** @type {Condition["test"]} */ (test), value: value.trim() } : null;
}

/** @param {readonly string[]} where @returns {Condition[]} */
const parsed = (where) => where.map(parseCondition).filter((condition) => condition !== null);

/** @param {readonly string[]} where @param {string} column */
export const ofColumn = (where, column) => where.filter((text) => parseCondition(text)?.column === column);

/** @param {readonly string[]} where @param {string} column */
export const without = (where, column) => where.filter((text) => parseCondition(text)?.column !== column);

/** For every record 1 where it meets all conditions; null where there are none. @param {readonly string[]} where @param {readonly ImageRecord[]} records @param {readonly Column[]} columns */
export function passingOf(where, records, columns) {
  const tests = parsed(where).map((condition) => {
    const test = remembered((/** @type {Value | undefined} */ value) => accepts(condition, value));
    if (condition.column !== ANY) return (/** @type {ImageRecord} */ { values }) => test(values[condition.column]);
    const some = condition.test === "!=" ? "every" : "some";
    return (/** @type {ImageRecord} */ { values }) => columns[some](({ name }) => test(values[name]));
  });
  return tests.length === 0 ? null : Uint8Array.from(records, (record) => (tests.every((test) => test(record)) ? 1 : 0));
}

/** A column has few values and many rows. @template K, V @param {(key: K) => V} of @returns {(key: K) => V} */
export function remembered(of) {
  /** @type {Map<K, V>} */
  const known = new Map();
  return (key) => {
    const value = known.get(key) ?? of(key);
    known.set(key, value);
    return value;
  };
}

/** Whether a value meets all conditions on its column. @param {readonly string[]} where @param {string} column @param {Value} value */
export const allows = (where, column, value) => parsed(ofColumn(where, column)).every((condition) => accepts(condition, value));

/** What is missing equals the blank and lies in no range. @param {Condition} condition @param {Value | undefined} value */
function accepts({ test, value: wanted }, value) {
  // Formatting a number takes longer than comparing it.
  if (typeof value === "number" && /^[<>]/.test(test) && wanted !== "") return test === ">=" ? value >= Number(wanted) : value <= Number(wanted);
  const text = formatValue(value ?? null);
  if (test === "=") return text === wanted;
  if (test === "!=") return text !== wanted;
  if (test === "~") return text.toLowerCase().includes(wanted.toLowerCase());
  return isBeyond(text, test, wanted);
}

/**
 * Two numbers by size, all else as dates, of which a partial one stands for its whole span: all of it has to lie in the
 * bound's or beyond. So `2020` meets neither `>=2020-03` nor `<=2020-03`.
 * @param {string} text @param {">=" | "<="} test @param {string} bound
 */
function isBeyond(text, test, bound) {
  const [number, limit] = [text, bound].map((one) => (one === "" ? NaN : Number(one)));
  if (!Number.isNaN(number) && !Number.isNaN(limit)) return test === ">=" ? number >= limit : number <= limit;
  const [date, other] = [isoOf(text), isoOf(bound)];
  if (date === "" || other === "") return false;
  const rest = test === ">=" ? "-01-01" : "-12-31";
  const [end, last] = [date, other].map((one) => one + rest.slice(one.length - 4));
  return test === ">=" ? end >= last : end <= last;
}

const DIGITS = Object.freeze({ year: 4, month: 7, day: 10 });

/** A date cut to what is known of it; empty where it is none. @param {string} text */
export function isoOf(text) {
  const date = parseDate(text);
  return date ? new Date(date.day * 86_400_000).toISOString().slice(0, DIGITS[date.precision]) : "";
}

/**
 * Which of these values are wanted, in place of what was said of them: the others are ruled out, or the one that is
 * left is named where these are all there are.
 * @param {readonly string[]} where @param {string} column @param {readonly string[]} values @param {ReadonlySet<string>} wanted @param {boolean} all
 */
export function withValues(where, column, values, wanted, all) {
  const unwanted = values.filter((value) => !wanted.has(value));
  const [only] = wanted;
  const kept = where.filter((text) => !["=", "!="].includes(parseCondition(text)?.test ?? "") || parseCondition(text)?.column !== column);
  return [...kept, ...(all && wanted.size === 1 && unwanted.length > 1 ? [`${column}=${only}`] : unwanted.map((value) => `${column}!=${value}`))];
}

/** What is in force, in words, one line for each column. @param {readonly string[]} where @returns {{column: string, words: string}[]} */
export function wordsOf(where) {
  /** @type {Map<string, string[]>} */
  const lines = new Map();
  for (const condition of parsed(where)) lines.set(condition.column, [...(lines.get(condition.column) ?? []), phrase(condition)]);
  return [...lines].map(([column, phrases]) => ({ column, words: `${column === ANY ? "any column" : column} ${phrases.join(", ").replace(", to ", " to ")}` }));
}

/** @param {Condition} condition */
function phrase({ test, value }) {
  if (test === "~") return `has “${value}”`;
  if (value === "") return test === "=" ? "missing" : "not missing";
  return `${{ "=": "is", "!=": "not", ">=": "from", "<=": "to" }[test]} ${value}`;
}
