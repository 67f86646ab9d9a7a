/**
 * Conditions on images, written as `--where` takes them, so that one list can dim here or exclude on the server:
 * `view!=L`, `age>=40`, `date<=2020-03`, `*~pneumonia`. An image passes when it meets all of them. The meaning is that
 * of
 * `crates/cohort/src/filter.rs`; both run `tests/conditions.json`. Pure.
 */

import { formatValue } from "../format.js";
import { parseDate } from "./dates.js";
import { parseNumber, plainNumber } from "./numbers.js";

/** @import {Column, Condition, GivenDate, ImageRecord, Scheme, Value} from "../types.js" */

/** Stands for any column of the metadata. */
export const ANY = "*";

/** Longer ones first, so that each is found whole. */
const SIGNS = /** @type {const} */ (["!=", ">=", "<=", "=", "~"]);

/** @param {string} text */
const composed = (text) => text.normalize("NFC");
/** @param {string} text */
const folded = (text) => composed(text).toLowerCase();

/**
 * The longest name of a column that a sign follows is the column, whatever signs are in it; a blank before the sign
 * ends
 * it. Null where no column fits.
 * @param {string} text @param {Pick<Scheme, "columns">} scheme @returns {Condition | null}
 */
export function parseCondition(text, { columns }) {
  for (let at = text.length - 1; at > 0; at--) {
    const test = SIGNS.find((sign) => text.startsWith(sign, at));
    const column = test && nameOf(text.slice(0, at).trim(), columns);
    if (!test || !column) continue;
    const value = text.slice(at + test.length).trim();
    return test === "~" && value === "" ? null : { column, test, value };
  }
  return null;
}

/**
 * The name of a column: to the letter, or else whatever its case when only one fits.
 * @param {string} name @param {readonly Pick<Column, "name">[]} columns
 */
function nameOf(name, columns) {
  if (name === "") return null;
  const exact = columns.find((column) => composed(column.name) === composed(name));
  if (exact) return exact.name;
  const same = columns.filter((column) => folded(column.name) === folded(name));
  return same.length === 1 ? same[0].name : name === ANY ? ANY : null;
}

/**
 * Written so that it is read as it is meant: a blank ends a name that goes on in another.
 * @param {Condition} condition @param {Pick<Scheme, "columns">} scheme
 */
export function conditionText({ column, test, value }, scheme) {
  const text = `${column}${test}${value}`;
  const read = parseCondition(text, scheme);
  return read?.column === column && read.test === test ? text : `${column} ${test}${value}`;
}

/** @param {readonly string[]} where @param {Scheme} scheme @returns {Condition[]} */
const parsed = (where, scheme) =>
  where.map((text) => parseCondition(text, scheme)).filter((condition) => condition !== null);

/** @param {readonly string[]} where @param {string} column @param {Scheme} scheme */
export const ofColumn = (where, column, scheme) =>
  where.filter((text) => parseCondition(text, scheme)?.column === column);

/** @param {readonly string[]} where @param {string} column @param {Scheme} scheme */
export const without = (where, column, scheme) =>
  where.filter((text) => parseCondition(text, scheme)?.column !== column);

/**
 * Why a condition cannot be met by any image, in a sentence; null where it makes sense.
 * @param {string} text @param {Scheme} scheme
 */
export function faultOf(text, scheme) {
  const condition = parseCondition(text, scheme);
  if (!condition) {
    const isCondition = SIGNS.some((sign) => text.indexOf(sign) > 0);
    return isCondition ? `“${text}” names no column of this cohort.` : `“${text}” is no condition.`;
  }
  const isBounded = condition.test === ">=" || condition.test === "<=";
  return isBounded && !asked(condition, scheme).some((column) => hasBound(condition, column))
    ? `“${text}” compares with no value of the column's kind.`
    : null;
}

/** @param {Condition} condition @param {Scheme} scheme */
const asked = ({ column }, { columns }) =>
  columns.filter(({ name, of_pictures }) => (column === ANY ? !of_pictures : name === column));

/**
 * A bound has to be of the column's kind; of text it may be a number or a date.
 * @param {Condition} condition @param {Column} column
 */
function hasBound({ value }, { kind, writing }) {
  const [number, date] = [parseNumber(value, writing.decimal_comma), parseDate(value, writing.date_order)];
  return kind === "number" ? number !== null : kind === "date" ? date !== null : number !== null || date !== null;
}

/**
 * For every record 1 where it meets all conditions; null where there are none.
 * @param {readonly string[]} where @param {readonly ImageRecord[]} records @param {Scheme} scheme
 */
export function passingOf(where, records, scheme) {
  const tests = parsed(where, scheme).map((condition) => {
    const columns = asked(condition, scheme).map((column) => ({
      name: column.name,
      meets: remembered(meeting(condition, column, scheme)),
    }));
    const some = condition.column === ANY && condition.test !== "!=" ? "some" : "every";
    return (/** @type {ImageRecord} */ { values }) => columns[some](({ name, meets }) => meets(values[name] ?? null));
  });
  return tests.length === 0
    ? null
    : Uint8Array.from(records, (record) => (tests.every((test) => test(record)) ? 1 : 0));
}

/**
 * The first condition that leaves no image of those that the ones before it leave, in a sentence; null where some are
 * left.
 * @param {readonly string[]} where @param {readonly ImageRecord[]} records @param {Scheme} scheme
 */
export function nothingLeft(where, records, scheme) {
  let left = records.length;
  for (let i = 0; i < where.length && left > 0; i++) {
    const passing = passingOf(where.slice(0, i + 1), records, scheme);
    const before = left;
    left = passing?.reduce((sum, met) => sum + met, 0) ?? left;
    if (left === 0)
      return i === 0
        ? `No image of ${records.length} meets ${where[i]}.`
        : `No image of the ${before} (of ${records.length}) that the conditions before it leave meets ${where[i]}.`;
  }
  return null;
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

/**
 * Whether a value meets all conditions on its column.
 * @param {readonly string[]} where @param {Column} column @param {Value} value @param {Scheme} scheme
 */
export const allows = (where, column, value, scheme) =>
  parsed(ofColumn(where, column.name, scheme), scheme).every((condition) => meeting(condition, column, scheme)(value));

/**
 * The condition whose value is read as the cells of one column are.
 * @param {Condition} condition @param {Column} column @param {Scheme} scheme @returns {(value: Value) => boolean}
 */
function meeting({ test, value: wanted }, { kind, writing }, { missing_words }) {
  const number = parseNumber(wanted, writing.decimal_comma);
  const date = parseDate(wanted, writing.date_order);
  const isMissing = wanted === "" || (missing_words.includes(folded(wanted)) && !writing.kept.includes(folded(wanted)));
  const text = writing.spellings[composed(wanted)] ?? composed(wanted);
  /**
   * What of a date column is no date is text; a time of day counts only where the condition names one.
   * @param {Value} value
   */
  const equals = (value) => {
    if (value === null || isMissing) return value === null && isMissing;
    if (typeof value === "number") return value === number;
    const held = kind === "date" ? parseDate(String(value), writing.date_order) : null;
    if (held) return date !== null && (date.iso.includes("T") ? held.iso : held.iso.split("T")[0]) === date.iso;
    return composed(shownText(value)) === text;
  };
  if (test === "=") return equals;
  if (test === "!=") return (value) => !equals(value);
  if (test === "~") return (value) => value !== null && folded(shownText(value)).includes(folded(wanted));
  const least = test === ">=";
  return (value) => {
    if (value === null || typeof value === "boolean") return false;
    const [size, held] =
      typeof value === "number"
        ? [value, null]
        : [kind === "date" ? null : parseNumber(value, writing.decimal_comma), parseDate(value, writing.date_order)];
    if (size !== null && number !== null) return least ? size >= number : size <= number;
    return held !== null && date !== null && isBeyond(held, date, least);
  };
}

/**
 * A partial date stands for its whole span, and all of it has to lie in the bound's or beyond: `2020` meets neither
 * `>=2020-03` nor `<=2020-03`.
 * @param {GivenDate} date @param {GivenDate} bound @param {boolean} least
 */
const isBeyond = (date, bound, least) => (least ? date.first >= bound.first : date.end <= bound.end);

/** A value as it is compared: all digits of a number. @param {Value} value */
const shownText = (value) => (typeof value === "number" ? plainNumber(value) : formatValue(value));

const DIGITS = Object.freeze({ year: 4, month: 7, day: 10 });

/** A date cut to what is known of it; empty where it is none. @param {string} text */
export function isoOf(text) {
  const date = parseDate(text);
  return date ? date.iso.slice(0, DIGITS[date.precision]) : "";
}

/**
 * Which of these values are wanted, in place of what was said of them: the others are ruled out, or the one that is
 * left is named where these are all there are.
 * @param {readonly string[]} where @param {string} column @param {readonly string[]} values
 * @param {ReadonlySet<string>} wanted @param {boolean} all @param {Scheme} scheme
 */
export function withValues(where, column, values, wanted, all, scheme) {
  const unwanted = values.filter((value) => !wanted.has(value));
  const [only] = wanted;
  const kept = where.filter((text) => {
    const condition = parseCondition(text, scheme);
    return condition?.column !== column || !["=", "!="].includes(condition.test);
  });
  const write = (/** @type {"=" | "!="} */ test) => (/** @type {string} */ value) =>
    conditionText({ column, test, value }, scheme);
  return [
    ...kept,
    ...(all && wanted.size === 1 && unwanted.length > 1 ? [write("=")(only)] : unwanted.map(write("!="))),
  ];
}

/**
 * What is in force, in words, one line for each column.
 * @param {readonly string[]} where @param {Scheme} scheme @returns {{column: string, words: string}[]}
 */
export function wordsOf(where, scheme) {
  /** @type {Map<string, string[]>} */
  const lines = new Map();
  for (const condition of parsed(where, scheme))
    lines.set(condition.column, [...(lines.get(condition.column) ?? []), phrase(condition)]);
  return [...lines].map(([column, phrases]) => ({
    column,
    words: `${column === ANY ? "any column" : column} ${phrases.join(", ").replace(", to ", " to ")}`,
  }));
}

/** @param {Condition} condition */
function phrase({ test, value }) {
  if (test === "~") return `has “${value}”`;
  if (value === "") return test === "=" ? "missing" : "not missing";
  return `${{ "=": "is", "!=": "not", ">=": "from", "<=": "to" }[test]} ${value}`;
}
