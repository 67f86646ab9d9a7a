/** What is other in the folder than when the cohort was opened, in words. Pure. */

import { count, plural } from "../../format.js";

/** @import {Since} from "../../types.js" */

/** @param {{size: number}} changed  pictures */
export const changedSince = ({ size }) =>
  `${plural(size, "picture")} changed since ${size === 1 ? "its" : "their"} features were computed`;

/** Of new pictures and of the metadata, each of its own; nothing where all is as it was. @param {Since} since */
export function newSince({ n_new, table, is_whole }) {
  const told = [];
  const n = `${is_whole ? "" : "at least "}${plural(n_new, "image")}`;
  if (n_new > 0) told.push(`${n} ${n_new === 1 ? "is" : "are"} new in the folder, and not on the map`);
  if (table) told.push(TABLES[table]);
  return told;
}

/** For a narrow bar. @param {number} n_changed @param {Since} since */
export function inShort(n_changed, { n_new, table }) {
  const one = [n_changed, n_new, table].filter(Boolean).length === 1;
  const told = [
    n_changed > 0 && (one ? `${plural(n_changed, "picture")} changed` : `${count(n_changed)} changed`),
    n_new > 0 && (one ? plural(n_new, "new image") : `${count(n_new)} new`),
    table && SHORT[table][one ? 0 : 1],
  ];
  return told.filter(Boolean).join(", ");
}

const TABLES = {
  changed: "the metadata were changed since they were read",
  gone: "the metadata cannot be read any more",
  new: "a table is new in the folder",
};

/** Alone, and behind others. */
const SHORT = {
  changed: ["metadata changed", "metadata"],
  gone: ["metadata gone", "metadata"],
  new: ["new table", "new table"],
};
