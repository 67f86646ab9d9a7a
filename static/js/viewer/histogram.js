/** How many pixels of a film have each grey; counted once. */

/** @import {Film} from "./types.js" */

/** A browser's picture is counted at this size, from single pixels of it. */
const SIDE = 512;

/** @type {WeakMap<Film, Uint32Array>} */
const counted = new WeakMap();

/** @param {Film} film */
export function countsOf(film) {
  const counts = counted.get(film) ?? ("samples" in film ? ofSamples(film.samples, film.greys) : ofImage(film));
  counted.set(film, counts);
  return counts;
}

/** @param {Uint16Array} samples @param {number} greys */
function ofSamples(samples, greys) {
  const counts = new Uint32Array(greys);
  for (const sample of samples) counts[sample] += 1;
  return counts;
}

/** @param {Film & {image: HTMLImageElement}} film */
function ofImage({ image, width, height, greys }) {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const [across, down] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(across, down).getContext("2d"));
  // A mean of several pixels would be a grey that none of them has.
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, across, down);
  const counts = new Uint32Array(greys);
  const { data } = context.getImageData(0, 0, across, down);
  for (let i = 1; i < data.length; i += 4) counts[data[i]] += 1;
  return counts;
}
