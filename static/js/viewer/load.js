/** X-rays in full, decoded. The last few stay, so that going to and fro does not wait. */

import { getFile, imageUrl } from "../api.js";
import { samplesOf } from "./numpy.js";

/** @import {ImageRecord} from "../types.js" */
/** @import {Film} from "./types.js" */

const KEPT = 8;

/** @typedef {(record: ImageRecord) => Promise<Film>} Load */

/** @param {() => void} lost  called when one cannot be had @returns {Load} */
export function createLoader(lost) {
  /** Longest unused first. @type {Map<string, Promise<Film>>} */
  const kept = new Map();
  return (record) => {
    const { id } = record;
    const film = kept.get(id) ?? decoded(record);
    if (!kept.has(id)) film.catch(lost);
    kept.delete(id);
    kept.set(id, film);
    // What failed may be there the next time.
    film.catch(() => kept.get(id) === film && kept.delete(id));
    if (kept.size > KEPT) kept.delete(String(kept.keys().next().value));
    return film;
  };
}

/**
 * A browser gives 8 bits of a picture; of more, all samples are asked for.
 * @param {ImageRecord} record @returns {Promise<Film>}
 */
async function decoded({ id, bits }) {
  if (bits !== null && bits > 8) {
    const { blob } = await getFile(`${imageUrl(id)}/deep`);
    return { ...samplesOf(await blob.arrayBuffer()), bits, greys: 2 ** bits };
  }
  const image = new Image();
  image.src = imageUrl(id);
  await image.decode();
  return { image, width: image.naturalWidth, height: image.naturalHeight, bits: 8, greys: 256 };
}
