/** The time of the two films of a map: its iterations, and the perplexities. Pure. */

/** scikit-learn's: so many iterations at first pull neighbours together harder than they are alike. */
export const EXAGGERATED = 250;

/** One perplexity to the next: the same share more each time, for that is about what a map changes by. */
const RATIO = 1.08;

/** Whole perplexities, ascending, the first and the last among them. @param {number} first @param {number} last */
export function perplexities(first, last) {
  const stops = [first];
  while (stops[stops.length - 1] < last)
    stops.push(Math.min(last, Math.round(Math.max(RATIO * stops[stops.length - 1], stops[stops.length - 1] + 1))));
  return stops;
}

/**
 * The first stop that is not before a value; beyond all of them, the last.
 * @param {readonly number[]} stops  ascending @param {number} value
 */
export function stopAt(stops, value) {
  const found = stops.findIndex((stop) => stop >= value);
  return found < 0 ? stops.length - 1 : found;
}

/**
 * Where a value lies on a track that has its stops at even distances, from 0 to 1.
 * @param {readonly number[]} stops  ascending @param {number} value
 */
export function shareAt(stops, value) {
  if (value <= stops[0] || stops.length < 2) return 0;
  const next = stopAt(stops, value);
  const part = Math.min(1, (value - stops[next - 1]) / (stops[next] - stops[next - 1]));
  return (next - 1 + part) / (stops.length - 1);
}
