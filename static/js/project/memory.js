/** What this browser remembers of a project that the server cannot keep, or could not be told. */

/** @import {Item, ItemBody} from "../types.js" */

/**
 * `seen` is the revision that it was made of; `sent` the one that a server which keeps nothing gave it, and nothing
 * where no server has heard of it.
 * @typedef {{kind: Item["kind"], id: string, body: ItemBody, seen?: number, sent?: number}} Remembered
 */

/**
 * A hash of the images, and what they are called: two cohorts may be called the same.
 * @typedef {{id: string, name: string}} Cohort
 */

/** @param {Cohort} cohort */
const shelfOf = ({ id }) => `negatoscope project ${id}`;

/** Nothing where the browser remembers nothing. @param {string} shelf @returns {any[]} */
function read(shelf) {
  try {
    return JSON.parse(localStorage.getItem(shelf) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {Cohort} cohort @returns {Remembered[]} */
export const remembered = (cohort) => [...earlier(cohort), ...read(shelfOf(cohort))];

/** In place of what had this name. @param {Cohort} cohort @param {Remembered} one */
export const remember = (cohort, one) => write(cohort, [...without(cohort, one), one]);

/** @param {Cohort} cohort @param {Pick<Remembered, "kind" | "id">} one */
export function forget(cohort, one) {
  const left = without(cohort, one);
  if (left.length < read(shelfOf(cohort)).length) write(cohort, left);
  for (const shelf of [earlierShelfOf(cohort), OWN]) {
    const kept = read(shelf);
    const rest = kept.filter(({ name }) => idOf(name, shelf) !== one.id);
    if (rest.length < kept.length) put(shelf, rest);
  }
}

/** @param {Cohort} cohort @param {Pick<Remembered, "kind" | "id">} one @returns {Remembered[]} */
const without = (cohort, { kind, id }) =>
  read(shelfOf(cohort)).filter((other) => other.kind !== kind || other.id !== id);

/** @param {Cohort} cohort @param {Remembered[]} all */
const write = (cohort, all) => put(shelfOf(cohort), all);

/** @param {string} shelf @param {unknown[]} all */
function put(shelf, all) {
  try {
    if (all.length > 0) localStorage.setItem(shelf, JSON.stringify(all));
    else localStorage.removeItem(shelf);
  } catch {
    throw new Error("This browser keeps nothing more: delete a saved selection, or allow the page to store data.");
  }
}

/** Clusters made by hand, of all cohorts, before there were projects. */
const OWN = "negatoscope own clusters";

/** Selections, by the cohort's name. @param {Cohort} cohort */
const earlierShelfOf = ({ name }) => `negatoscope ${name}`;

/**
 * What earlier versions have kept in the browser alone: it is taken over once.
 * @param {Cohort} cohort @returns {Remembered[]}
 */
function earlier(cohort) {
  const selections = read(earlierShelfOf(cohort)).map(({ name, ids }) => ({
    ...{ kind: /** @type {const} */ ("selection"), id: idOf(name, ""), sent: 0 },
    body: { name, images: ids },
  }));
  const groups = read(OWN).map(({ name, ids, title }) => ({
    ...{ kind: /** @type {const} */ ("group"), id: name, sent: 0 },
    body: { ...(title && { name: title }), images: ids },
  }));
  return [...selections, ...groups];
}

/** Made of the name, so that it is taken over once. @param {string} name @param {string} shelf */
const idOf = (name, shelf) =>
  shelf === OWN
    ? name
    : `earlier-${[...name]
        .map((c) => (c.codePointAt(0) ?? 0).toString(36))
        .join("")
        .slice(0, 50)}`;
