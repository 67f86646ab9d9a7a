/** The images as rows: in which order, which of them are seen, and what a click selects. Pure. */

import { isMissing } from "../colour/scale.js";
import { formatValue } from "../format.js";
import { remembered } from "./conditions.js";
import { parseDate } from "./dates.js";

/** @import {Clusters, Cohort, Order, Value} from "../types.js" */

/** The order that the page starts with: by cluster, the most typical images first, noise last. */
export const BY_CLUSTER = "cluster";

/** What stands in a row, beside its picture and its cluster. @param {Cohort} cohort */
export function columnsOf(cohort) {
  const first = ["filename", cohort.group_column, "country"].filter((name) => name !== null);
  const rest = cohort.columns.map(({ name }) => name).filter((name) => !first.includes(name));
  const known = new Set(cohort.columns.map(({ name }) => name));
  return [...first.filter((name) => name === "filename" || known.has(name)), ...rest];
}

/** @param {Cohort} cohort @param {number} index @param {string} column @returns {Value} */
export function cellOf(cohort, index, column) {
  const record = cohort.records[index];
  return column === "filename" ? record.filename : (record.values[column] ?? null);
}

/**
 * What is missing comes last, whichever way the rest goes; equals keep the order of the cohort.
 * @param {readonly number[]} indices @param {Cohort} cohort @param {Clusters | null} clusters @param {Order} order
 * @returns {number[]}
 */
export function sorted(indices, cohort, clusters, { column, descending }) {
  const keys =
    column === BY_CLUSTER
      ? clusterKeys(cohort, clusters)
      : valueKeys(cohort.records.map((_, i) => cellOf(cohort, i, column)));
  const sign = descending ? -1 : 1;
  return [...indices].sort((a, b) => {
    const [left, right] = [keys[a], keys[b]];
    if (left === null || right === null) return left === right ? a - b : left === null ? 1 : -1;
    return left === right ? a - b : left < right ? -sign : sign;
  });
}

/**
 * Numbers by size, dates by time, text by letters; text that is all numbers by size too.
 * @param {readonly Value[]} values @returns {(number | string | null)[]}
 */
function valueKeys(values) {
  const texts = values.map((value) => formatValue(value).trim().toLowerCase());
  const numbers = texts.map((text) => (text === "" ? null : Number(text)));
  if (!numbers.some(Number.isNaN)) return numbers;
  const days = texts.map(remembered((text) => parseDate(text)?.day ?? null));
  const dated = days.filter((day) => day !== null).length > texts.filter((text) => text !== "").length / 2;
  return dated ? days : texts.map((text, i) => (isMissing(values[i]) ? null : text));
}

/**
 * Within a cluster the representatives as the server ranks them, then core points, then border points.
 * @param {Cohort} cohort @param {Clusters | null} clusters @returns {(number | null)[]}
 */
function clusterKeys(cohort, clusters) {
  if (!clusters) return cohort.records.map(() => 0);
  const rank = new Map(
    clusters.breakdown.clusters.flatMap(({ representatives }) => representatives.map((id, i) => [id, i / 100])),
  );
  return cohort.records.map(({ id }, i) => {
    const label = clusters.labels[i];
    const within = rank.get(id) ?? (clusters.core[i] ? 0.98 : 0.99);
    return (label < 0 ? clusters.n_clusters : label) + within;
  });
}

/**
 * The places that are seen, and a row more on each side.
 * @param {{top: number, height: number, rowHeight: number, perRow: number, count: number}} view
 */
export function windowOf({ top, height, rowHeight, perRow, count }) {
  const first = Math.max(0, Math.floor(top / rowHeight) - 1);
  const last = Math.ceil((top + height) / rowHeight) + 1;
  return {
    first: Math.min(count, first * perRow),
    last: Math.min(count, last * perRow),
    total: Math.ceil(count / perRow) * rowHeight,
  };
}

/**
 * Alone, or with Ctrl in addition or no longer, or with Shift from the last one to this one.
 * @param {readonly number[]} selection @param {readonly number[]} items  in the order shown @param {number} anchor
 * @param {number} place
 * @param {"one" | "toggle" | "range"} how @returns {number[]}  ascending
 */
export function selectionAfter(selection, items, anchor, place, how) {
  const index = items[place];
  if (how === "one") return [index];
  if (how === "toggle")
    return selection.includes(index)
      ? selection.filter((i) => i !== index)
      : [...selection, index].sort((a, b) => a - b);
  return items.slice(Math.min(anchor, place), Math.max(anchor, place) + 1).sort((a, b) => a - b);
}

/**
 * Where a key leads, or null for a key that means nothing here.
 * @param {string} key @param {number} place
 * @param {{perRow: number, page: number, count: number}} view  `page` in items
 */
export function placeAfter(key, place, { perRow, page, count }) {
  const step = {
    ArrowUp: -perRow,
    ArrowDown: perRow,
    PageUp: -page,
    PageDown: page,
    Home: -Infinity,
    End: Infinity,
    ...(perRow > 1 ? { ArrowLeft: -1, ArrowRight: 1 } : {}),
  }[key];
  return step === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, place + step));
}
