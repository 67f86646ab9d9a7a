/** Clusters by the values of one column, and their most central images, counted as the server counts them. Pure. */

/** @import {Breakdown, ClusterSummary} from "../types.js" */
/** @import {ColumnOfCopy} from "./types.js" */

/** Images shown for a cluster. */
const N_REPRESENTATIVES = 8;
/** Members up to which a cluster's centre is its medoid; beyond, the point nearest to its mean. */
const MEDOID_LIMIT = 1000;

/**
 * @param {ColumnOfCopy} column @param {readonly Float64Array[]} axes  of the standardised map
 * @param {{labels: readonly number[], n_clusters: number}} clustering
 * @param {readonly {id: string, group: string | null}[]} records @returns {Breakdown}
 */
export function breakdownOf(column, axes, { labels, n_clusters }, records) {
  const members = Array.from({ length: n_clusters + 1 }, () => /** @type {number[]} */ ([]));
  for (const [image, label] of labels.entries()) members[label < 0 ? n_clusters : label].push(image);
  const clusters = members.map((images, at) => ({
    label: at < n_clusters ? at : -1,
    size: images.length,
    ...tallyOf(column, images, records),
    spread: spreadOf(column, images),
    representatives: mostCentral(axes, images).map((image) => records[image].id),
  }));
  if (clusters[n_clusters].size === 0) clusters.pop();
  return { ...column.breakdown, clusters: /** @type {ClusterSummary[]} */ (clusters) };
}

/** @param {ColumnOfCopy} column @param {readonly number[]} images @param {readonly {group: string | null}[]} records */
function tallyOf({ names, codes }, images, records) {
  /** An image without a patient is one for itself. @param {number} image */
  const groupOf = (image) => records[image].group ?? image;
  const groups = (/** @type {readonly number[]} */ some) => new Set(some.map(groupOf)).size;
  /** By the number of the value, -1 where it is missing. @type {Map<number, number[]>} */
  const by = new Map([[-1, []]]);
  for (const image of images) {
    const some = by.get(codes[image]);
    if (some) some.push(image);
    else by.set(codes[image], [image]);
  }
  const missing = by.get(-1) ?? [];
  by.delete(-1);
  // Names are numbered in their order.
  const counts = [...by].sort(([a, one], [b, other]) => other.length - one.length || a - b);
  return {
    n_groups: groups(images),
    counts: counts.map(([code, some]) => ({ value: names[code], count: some.length, n_groups: groups(some) })),
    n_missing: missing.length,
    n_groups_missing: groups(missing),
  };
}

/** @param {ColumnOfCopy} column @param {readonly number[]} images */
function spreadOf({ breakdown: { axis }, placed }, images) {
  if (!axis || !placed) return null;
  const { bins, apart, numbers, texts } = placed;
  const countsOf = (/** @type {number} */ n, /** @type {readonly (number | null)[]} */ at) => {
    const counts = new Array(n).fill(0);
    for (const image of images) {
      const place = at[image];
      if (place !== null) counts[place] += 1;
    }
    return counts;
  };
  const known = images.filter((image) => numbers[image] !== null);
  const number = (/** @type {number} */ image) => /** @type {number} */ (numbers[image]);
  known.sort((a, b) => number(a) - number(b));
  const lower = known[Math.floor((known.length - 1) / 2)];
  const upper = known[Math.floor(known.length / 2)];
  const median = lower === undefined ? null : (texts?.[lower] ?? String(short(number(lower) / 2 + number(upper) / 2)));
  return { bins: countsOf(axis.bins.length, bins), apart: countsOf(axis.apart.length, apart), median };
}

/** To five digits, a tie to the even one. @param {number} value */
function short(value) {
  // A double has no more than 767 digits, and a tie no more than some forty; toExponential rounds one up.
  const [, digits, rest, power] = /^(-?\d\.\d{4})(\d*)e(.*)$/.exec(value.toExponential(60)) ?? [];
  const isTie = /^50*$/.test(rest ?? "") && Number(digits.at(-1)) % 2 === 0;
  return isTie ? Number(`${digits}e${power}`) : Number(value.toExponential(4));
}

/** @param {readonly Float64Array[]} axes @param {readonly number[]} images @returns {number[]}  the medoid first */
function mostCentral(axes, images) {
  const remoteness = images.length <= MEDOID_LIMIT ? sumsOfDistances(axes, images) : squaresToMean(axes, images);
  const ranks = [...images.keys()].sort((a, b) => remoteness[a] - remoteness[b]);
  return ranks.slice(0, N_REPRESENTATIVES).map((rank) => images[rank]);
}

/** @param {readonly Float64Array[]} axes @param {readonly number[]} images */
const sumsOfDistances = (axes, images) =>
  images.map((i) =>
    images.reduce((sum, j) => sum + Math.sqrt(axes.reduce((s, axis) => s + (axis[j] - axis[i]) ** 2, 0)), 0),
  );

/** @param {readonly Float64Array[]} axes @param {readonly number[]} images */
function squaresToMean(axes, images) {
  const means = axes.map((axis) => images.reduce((sum, i) => sum + axis[i], 0) / images.length);
  return images.map((i) => axes.reduce((sum, axis, k) => sum + (axis[i] - means[k]) ** 2, 0));
}
