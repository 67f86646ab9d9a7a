/**
 * How every point looks under the current labels and colouring, and the legend that says so. Core points are large
 * and solid, border points small and half transparent, noise small and grey; a value that is missing is a ring. Pure.
 */

import { clusterName } from "../format.js";
import { HATCHED, Shape } from "../map/shapes.js";
import { INKS, bytesOf, clusterMark } from "./palette.js";
import { scaleFor } from "./scale.js";

/** @import {Clusters, Column, Encoding, Entry, Steadiness, Theme, Value} from "../types.js" */
/** @import {PointStyle} from "../map/types.js" */

/**
 * What the map can be coloured by that is no column of the metadata: a share for every image, by the option's name.
 * @type {Readonly<Record<string, string>>}
 */
export const PER_IMAGE = Object.freeze({
  "image: stability": "share of runs in which an image stays with its cluster",
  "image: neighbour overlap": "share of the nearest in the features that are nearest on the map",
});

/** Below this an image is shaded: more often than not it was found elsewhere. */
const UNSTABLE = 0.5;

/** Diameters in CSS pixels, and opacities in 0…255. */
const CORE = { size: 10, opacity: 255 };
const BORDER = { size: 6, opacity: 128 };
const NOISE = { size: 5, opacity: 255 };
const FAINTEST = 80;
const ROLES = [NOISE, BORDER, CORE];
/** A hollow or a hatched mark needs a little more room than a dot to be seen as one. */
const RING_SIZE = 8;

/**
 * @param {Pick<Clusters, "labels" | "core" | "own" | "probabilities">} clusters @param {Theme} theme
 * @param {Steadiness} [steady] @param {readonly number[]} [tints] @returns {Encoding}
 */
export function encodeClusters({ labels, core, own, probabilities }, theme, steady = [], tints = []) {
  const noise = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  const counts = new Array(noise + 1).fill(0);
  for (const label of labels) counts[label < 0 ? noise : label] += 1;
  /** @type {Entry[]} */
  const entries = counts.map((count, i) => {
    const label = i === noise ? -1 : i;
    return {
      ...clusterMark(label, theme, tints),
      count,
      name: label < 0 ? "In no group" : clusterName(label, own),
      kind: i === noise ? "noise" : "value",
    };
  });
  const entryOf = Int16Array.from(labels, (label) => (label < 0 ? noise : label));
  const colours = entries.map((entry) => bytesOf(entry.colour));
  const style = styleOf(
    labels,
    core,
    steady,
    (i) => colours[entryOf[i]],
    (i) => entries[entryOf[i]].shape,
  );
  // How firmly a point is in its cluster, of methods that tell: the faintest can still be seen.
  labels.forEach((label, i) => {
    if (probabilities && label >= 0) style.colours[4 * i + 3] = FAINTEST + (255 - FAINTEST) * probabilities[i];
  });
  return {
    style,
    legend: { title: "cluster", entries, ramp: null, entryOf, shaded: steady.filter(isUnsteady).length },
  };
}

/**
 * @param {Pick<Column, "name" | "kind" | "range">} column @param {readonly Value[]} values
 * @param {readonly number[]} labels
 * @param {readonly boolean[]} core @param {Theme} theme @param {Steadiness} [steady] @returns {Encoding}
 */
export function encodeColumn(column, values, labels, core, theme, steady = []) {
  const scale = scaleFor(column, values, theme);
  const style = styleOf(labels, core, steady, scale.colourOf, (i) =>
    scale.entryOf[i] < 0 ? Shape.circle : scale.entries[scale.entryOf[i]].shape,
  );
  return {
    style,
    legend: {
      title: column.name,
      entries: scale.entries,
      ramp: scale.ramp,
      entryOf: scale.entryOf,
      shaded: steady.filter(isUnsteady).length,
    },
  };
}

/** @param {number | null | undefined} share */
const isUnsteady = (share) => typeof share === "number" && share < UNSTABLE;

/**
 * @param {readonly number[]} labels @param {readonly boolean[]} core @param {Steadiness} steady
 * @param {(index: number) => readonly [number, number, number]} colourOf @param {(index: number) => number} shapeOf
 * @returns {PointStyle}
 */
function styleOf(labels, core, steady, colourOf, shapeOf) {
  const count = labels.length;
  const style = {
    colours: new Uint8Array(4 * count),
    sizes: new Float32Array(count),
    shapes: new Uint8Array(count),
    order: new Uint32Array(count),
    roles: new Uint8Array(count),
  };
  for (let i = 0; i < count; i++) {
    style.roles[i] = labels[i] < 0 ? 0 : core[i] ? 2 : 1;
    const role = ROLES[style.roles[i]];
    style.colours.set(colourOf(i), 4 * i);
    style.colours[4 * i + 3] = role.opacity;
    style.shapes[i] = shapeOf(i);
    if (isUnsteady(steady[i])) style.shapes[i] += HATCHED;
    style.sizes[i] = style.shapes[i] >= Shape.ring ? Math.max(RING_SIZE, role.size) : role.size;
  }
  style.order = drawingOrder(style.roles);
  return style;
}

/** Noise first, then border points, core points last and on top. @param {Uint8Array} roles */
function drawingOrder(roles) {
  const order = new Uint32Array(roles.length);
  let place = 0;
  for (const layer of [0, 1, 2]) {
    for (let i = 0; i < roles.length; i++) {
      if (roles[i] === layer) order[place++] = i;
    }
  }
  return order;
}

/** The film and the ink of a theme, as the renderer wants them. @param {Theme} theme */
export function surfaceOf(theme) {
  return { film: bytesOf(INKS[theme].film), ink: bytesOf(INKS[theme].ink) };
}
