/** X-rays in full, decoded. The last few stay, so that going to and fro does not wait. */

const KEPT = 8;

/** @typedef {(id: string) => Promise<HTMLImageElement>} Load */

/** @param {(id: string) => string} urlOf @returns {Load} */
export function createLoader(urlOf) {
  /** Longest unused first. @type {Map<string, Promise<HTMLImageElement>>} */
  const kept = new Map();
  return (id) => {
    const picture = kept.get(id) ?? decoded(urlOf(id));
    kept.delete(id);
    kept.set(id, picture);
    // What failed may be there the next time.
    picture.catch(() => kept.get(id) === picture && kept.delete(id));
    if (kept.size > KEPT) kept.delete(String(kept.keys().next().value));
    return picture;
  };
}

/** @param {string} url */
async function decoded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
