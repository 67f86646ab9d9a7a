/** What was made of the cohort and is kept with it, as the page knows it. Pure. */

/** @import {Item, ItemBody, Project, ProjectState} from "../types.js" */

/** Before the server was asked. @type {Project} */
export const UNKNOWN = Object.freeze({
  ...{ id: "", revision: 0, kept: true, file: null, warnings: [], n_looks: 0, n_declared: 0 },
  items: new Map(),
});

/** @param {string} kind @param {string} id */
const placeOf = (kind, id) => `${kind} ${id}`;

/**
 * With what was changed since.
 * @param {Project} before @param {ProjectState} answer @returns {Project}
 */
export function joinedWith(before, answer) {
  const items = new Map(before.items);
  for (const item of answer.items) place(items, item);
  return { ...answer, items };
}

/** With one item as it is now. @param {Project} before @param {Item} item @returns {Project} */
export function withItem(before, item) {
  const items = new Map(before.items);
  place(items, item);
  return { ...before, items };
}

/** @param {Map<string, Item>} items @param {Item} item */
function place(items, item) {
  if (item.gone) items.delete(placeOf(item.kind, item.id));
  else items.set(placeOf(item.kind, item.id), item);
}

/** The first made first. @param {Project} project @param {Item["kind"]} kind */
export const itemsOf = ({ items }, kind) => [...items.values()].filter((item) => item.kind === kind);

/** @param {Project} project @param {Item["kind"]} kind @param {string} id */
export const itemOf = ({ items }, kind, id) => items.get(placeOf(kind, id));

/** What it says, or nothing. @param {Item | undefined} item @returns {ItemBody} */
export const bodyOf = (item) => item?.body ?? {};

/**
 * What is told to who has overwritten another's; nothing where there is nothing to miss.
 * @param {Item | null} before
 */
export function overwritten(before) {
  if (!before) return "";
  const { note, name } = bodyOf(before);
  const was = note || name;
  if (before.gone) return "This had been deleted elsewhere meanwhile: it is there again.";
  return was ? `This had been changed elsewhere meanwhile. It was “${was}”, and is now as it is here.` : "";
}
