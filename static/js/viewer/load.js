/**
 * X-rays in full, or as large as a bundle has them, decoded. The last few stay, so that going to and fro does not
 * wait.
 */

import { getFile } from "../api.js";
import { imageUrl, readable, thumbnailUrl } from "../server.js";
import { samplesOf } from "./numpy.js";
import { windowIn } from "./sight.js";

/** @import {ImageRecord} from "../types.js" */
/** @import {Film} from "./types.js" */

const KEPT = 8;

/** @typedef {(record: ImageRecord) => Promise<Film>} Load */

/**
 * @param {() => void} lost  called when one cannot be had
 * @param {() => number | null} reducedTo  the longest side of a bundle's pictures @returns {Load}
 */
export function createLoader(lost, reducedTo) {
  /** Longest unused first. @type {Map<string, Promise<Film>>} */
  const kept = new Map();
  return (record) => {
    const { id } = record;
    const film = kept.get(id) ?? decoded(record, reducedTo());
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
 * @param {ImageRecord} record @param {number | null} reducedTo @returns {Promise<Film>}
 */
async function decoded({ id, bits, window }, reducedTo) {
  if (bits !== null && bits > 8) {
    const { blob } = await getFile(imageUrl(id, "/deep"));
    const greys = 2 ** bits;
    return {
      ...samplesOf(await blob.arrayBuffer()),
      bits,
      greys,
      ...(window && { window: windowIn(window, greys) }),
    };
  }
  const image = new Image();
  image.src = await readable(filmUrl(id, reducedTo));
  await image.decode();
  return { image, width: image.naturalWidth, height: image.naturalHeight, bits: 8, greys: 256 };
}

/** Where an X-ray is, or the largest picture that is left of it. @param {string} id @param {number | null} reducedTo */
export const filmUrl = (id, reducedTo) => (reducedTo === null ? imageUrl(id) : thumbnailUrl(id, reducedTo));
