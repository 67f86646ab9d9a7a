/** What a copy has, found by what is asked. Pure. */

/** @import {IndexOfCopy} from "./types.js" */

/** What belongs to no setting: how much of it is asked for. */
const ASIDE = ["parts", "effort"];

/**
 * Equal of two queries that ask for the same: in one order, with numbers in one spelling.
 * @param {URLSearchParams} query @param {readonly string[]} [without]
 */
export function keyOf(query, without = []) {
  const pairs = [...query].filter(([name]) => !ASIDE.includes(name) && !without.includes(name));
  const spelt = (/** @type {string} */ text) => (text.trim() === "" || isNaN(Number(text)) ? text : Number(text));
  return pairs
    .map(([name, value]) => JSON.stringify([name, spelt(value)]))
    .sort()
    .join();
}

/**
 * Finds the names of answers.
 * @param {IndexOfCopy} index
 */
export function finderOf({ maps, settings, questions, columns, ids }) {
  const byKey = (/** @type {readonly string[]} */ queries) =>
    new Map(queries.map((query, at) => [keyOf(new URLSearchParams(query)), at + 1]));
  const [map, setting, question] = [maps, settings, questions].map(byKey);
  const column = new Map(columns.map((name, at) => [name, at + 1]));
  const place = new Map(ids.map((id, at) => [id, at + 1]));
  const name = (/** @type {string} */ kind, /** @type {number | undefined} */ at) => (at ? `${kind}-${at}` : null);
  return {
    /** @param {URLSearchParams} query */
    map: (query) => name("map", map.get(keyOf(query, NO_MAP))),
    /** @param {URLSearchParams} query */
    setting: (query) => name("setting", setting.get(keyOf(query, OF_QUESTION))),
    /** @param {URLSearchParams} query @param {readonly string[]} [without] */
    question: (query, without) => name("question", question.get(keyOf(query, without))),
    /** @param {string} of */
    column: (of) => name("column", column.get(of)),
    /** The place of an image, from 1. @param {string} id */
    place: (id) => place.get(id),
  };
}

const OF_QUESTION = ["breakdown", "noise", "within"];
const NO_MAP = [...OF_QUESTION, "clustering", "eps", "min_samples"];

/**
 * A list of objects that have the same keys was written as these and rows of values.
 * @param {any} value @returns {any}
 */
export function unpacked(value) {
  if (Array.isArray(value)) return value.map(unpacked);
  if (value === null || typeof value !== "object") return value;
  const { $keys: keys, $rows: rows } = value;
  if (keys)
    return rows.map((/** @type {any[]} */ row) => Object.fromEntries(row.map((cell, i) => [keys[i], unpacked(cell)])));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unpacked(one)]));
}
