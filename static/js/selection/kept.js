/** Named lists of images, kept in this browser. By ids: an image's index is another in another cohort. */

/** @typedef {{name: string, ids: string[]}} Kept */

/** @param {string} shelf @returns {Kept[]}  nothing where the browser keeps nothing, or something else */
export function keptOn(shelf) {
  try {
    const found = JSON.parse(localStorage.getItem(`negatoscope ${shelf}`) ?? "[]");
    return found.filter((/** @type {any} */ one) => typeof one.name === "string" && Array.isArray(one.ids));
  } catch {
    return [];
  }
}

/** In place of what had this name; throws where the browser is full or keeps nothing. @param {string} shelf @param {string} name @param {string[]} ids */
export const keep = (shelf, name, ids) => write(shelf, [...without(shelf, name), { name, ids }]);

/** @param {string} shelf @param {string} name */
export const forget = (shelf, name) => write(shelf, without(shelf, name));

/** @param {string} shelf @param {string} name */
const without = (shelf, name) => keptOn(shelf).filter((one) => one.name !== name);

/** @param {string} shelf @param {Kept[]} all */
const write = (shelf, all) => localStorage.setItem(`negatoscope ${shelf}`, JSON.stringify(all));
