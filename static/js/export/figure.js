/** The map as it is seen, gathered into a figure: what is hidden stays out, what is dimmed stays dim. */

import { getFile } from "../api.js";
import { encodingOf } from "../colour/follow.js";
import { INKS, bytesOf, clusterMark } from "../colour/palette.js";
import { byId } from "../dom.js";
import { fogAt } from "../map/camera.js";
import { SHARES, STRENGTHS, contoursOfGroups } from "../map/contours.js";
import { pointScale } from "../map/points.js";
import { HATCHED, SHAPE_PATHS } from "../map/shapes.js";
import { thumbnailUrl } from "../server.js";
import { captionOf } from "./caption.js";

/** @import {MapView} from "../map/view.js" */
/** @import {PointStyle} from "../map/types.js" */
/** @import {AppState, Theme} from "../types.js" */
/** @import {Contour, Figure, Plate} from "./types.js" */

const DIMMED = 0.15;
const BORDER_OPACITY = 0.45;
/** Pixels of a picture for each that it takes on the screen: enough for print. */
const SHARPNESS = 3;
const AT_ONCE = 6;
/** Of a group, within its lines. */
const HELD = SHARES.map((share) => `${100 * share}%`).join(", ");

/** @param {Readonly<AppState>} state @param {MapView} view @param {Theme} theme @returns {Promise<Figure>} */
export async function figureOf(state, view, theme) {
  const { cohort, projection, clusters, shown, camera, hidden, marks, changed } = state;
  if (!cohort || !projection || !clusters || !shown) throw new Error("There is no map yet.");
  const { style, legend } = encodingOf(
    { cohort, colour: state.colour, scheme: theme, tints: state.tints },
    clusters,
    cohort.records,
    state.shares,
    state.steadiness?.per_image,
  );
  const size = view.size();
  const drawn = (/** @type {number} */ i) => !hidden.includes(legend.entryOf[i]);
  const inside = ({ x = 0, y = 0 }) => x > -20 && y > -20 && x < size.width + 20 && y < size.height + 20;
  const bright = brightness(state);
  const scale = pointScale(style.order.length, camera.zoom, Math.min(size.width, size.height));
  const pictured = cohort.has_images && marks !== "dots" ? picturesShown().filter(({ index }) => drawn(index)) : [];
  const placed =
    marks === "images" && cohort.has_images
      ? []
      : [...style.order]
          .filter(drawn)
          .map((i) => ({ i, ...view.screenOf(i) }))
          .filter(inside);
  const inks = INKS[theme];
  const film = theme === "light" ? "#ffffff" : inks.film;
  const isFlat = projection.coordinates[0]?.length !== 3;
  // In space what is near covers what is far, and hides it: colours are mixed with the film, not let through.
  const dots = isFlat ? placed : placed.sort((a, b) => b.depth - a.depth);
  const contours = contoursIn(state, view, theme);
  return {
    ...size,
    film,
    contours,
    ink: inks.ink,
    dots: dots.map(({ i, x, y, depth }) => {
      const strength = (style.colours[4 * i + 3] / 255) * bright(i);
      return {
        x,
        y,
        radius: (style.sizes[i] * scale) / depth / 2,
        path: SHAPE_PATHS[style.shapes[i] % HATCHED],
        colour: isFlat
          ? colourOf(style, i)
          : mixed(bytesOf(film), style.colours.subarray(4 * i, 4 * i + 3), strength * (1 - fogAt(depth))),
        opacity: isFlat ? strength : 1,
        hatched: style.shapes[i] >= HATCHED,
      };
    }),
    plates: await plates(
      pictured,
      style,
      view,
      bright,
      cohort.records.map(({ id }) => (changed.has(id) ? null : id)),
    ),
    legend: { ...legend, entries: legend.entries.filter((_, i) => !hidden.includes(i)) },
    caption: [
      ...captionOf(cohort, shown, projection, clusters, legend.title),
      ...(contours.length > 0 ? [`Lines of equal density hold ${HELD} of each cluster's images.`] : []),
    ],
  };
}

/**
 * Where they are drawn on the map, and in the colours that they have there.
 * @param {Readonly<AppState>} state @param {MapView} view @param {Theme} theme @returns {Contour[]}
 */
function contoursIn({ contours, clusters, drawn, tints, colour, hidden }, view, theme) {
  const place = view.settledPlace();
  if (contours !== "on" || !clusters || !drawn?.flat || !place) return [];
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    place(x, y)
      .map((value) => value.toFixed(1))
      .join(" ");
  const byCluster = colour === "cluster";
  return contoursOfGroups(clusters.labels, drawn.xyz)
    .filter(({ label }) => !(byCluster && hidden.includes(label)))
    .flatMap(({ label, lines }) =>
      lines.map((pieces, k) => ({
        path: Array.from(
          { length: pieces.length / 4 },
          (_, i) => `M${at(pieces[4 * i], pieces[4 * i + 1])}L${at(pieces[4 * i + 2], pieces[4 * i + 3])}`,
        ).join(""),
        colour: byCluster ? clusterMark(label, theme, tints).colour : INKS[theme].neutral,
        opacity: STRENGTHS[k],
      })),
    );
}

/** @param {Readonly<AppState>} state @returns {(index: number) => number} */
function brightness({ selection, passing }) {
  const selected = new Set(selection);
  return (i) => ((selected.size > 0 && !selected.has(i)) || (passing && !passing[i]) ? DIMMED : 1);
}

/** @param {PointStyle} style @param {number} i */
const colourOf = ({ colours }, i) => hex(colours.subarray(4 * i, 4 * i + 3));

/** @param {Iterable<number>} bytes */
const hex = (bytes) => `#${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/** @param {ArrayLike<number>} film @param {ArrayLike<number>} colour @param {number} strength */
const mixed = (film, colour, strength) =>
  hex(Array.from(colour, (byte, k) => Math.round(film[k] + (byte - film[k]) * strength)));

/** What the map says that it shows. */
function picturesShown() {
  const { shown = "", side = "0" } = byId("pictures", HTMLCanvasElement).dataset;
  return shown
    .split(" ")
    .filter(Boolean)
    .map((index) => ({ index: Number(index), side: Number(side) }));
}

/**
 * @param {readonly {index: number, side: number}[]} pictured @param {PointStyle} style @param {MapView} view
 * @param {(i: number) => number} bright
 * @param {readonly (string | null)[]} ids  null where there is no picture to be shown @returns {Promise<Plate[]>}
 */
async function plates(pictured, style, view, bright, ids) {
  /** @type {Plate[]} */
  const found = [];
  for (let start = 0; start < pictured.length; start += AT_ONCE) {
    const some = pictured.slice(start, start + AT_ONCE).map(async ({ index, side }) => {
      const pixels = Math.min(512, Math.max(64, Math.ceil(1.25 * SHARPNESS * side)));
      const id = ids[index];
      const role = style.roles[index];
      return {
        ...view.screenOf(index),
        side,
        colour: colourOf(style, index),
        frame: role === 0 ? 1 : side > 90 ? 3 : 2,
        opacity: bright(index),
        edge: role === 1 ? BORDER_OPACITY : 1,
        hatched: style.shapes[index] >= HATCHED,
        // Colours repeat beyond the seventh cluster.
        path: style.shapes[index] % HATCHED > 0 ? SHAPE_PATHS[style.shapes[index] % HATCHED] : null,
        href: id === null ? null : await dataUri((await getFile(thumbnailUrl(id, pixels))).blob),
      };
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}

/** @param {Blob} blob @returns {Promise<string>} */
function dataUri(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
