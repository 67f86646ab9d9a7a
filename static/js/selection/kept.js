/** Named lists of images, kept in this browser. By ids: an image's index is another in another cohort. */

/** @typedef {{name: string, ids: string[], title?: string}} Kept  the title is for people, where the name is not */

/** Nothing where the browser keeps nothing. @param {string} shelf @returns {Kept[]} */
export function keptOn(shelf) {
  try {
    return JSON.parse(localStorage.getItem(`negatoscope ${shelf}`) ?? "[]");
  } catch {
    return [];
  }
}

/**
 * In place of what had this name.
 * @param {string} shelf @param {string} name @param {string[]} ids @param {string} [title]
 */
export const keep = (shelf, name, ids, title) => write(shelf, [...without(shelf, name), { name, ids, title }]);

/** @param {string} shelf @param {string} name */
export const forget = (shelf, name) => write(shelf, without(shelf, name));

/** @param {string} shelf @param {string} name */
const without = (shelf, name) => keptOn(shelf).filter((one) => one.name !== name);

/** @param {string} shelf @param {Kept[]} all */
function write(shelf, all) {
  try {
    localStorage.setItem(`negatoscope ${shelf}`, JSON.stringify(all));
  } catch {
    throw new Error("This browser keeps nothing more: delete a saved selection, or allow the page to store data.");
  }
}
