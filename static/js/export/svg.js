/**
 * A figure as SVG that stands alone: shapes and text as vectors, X-rays inside it, no style sheet, no address of
 * anything outside. All that comes from a file is escaped. Pure.
 */

import { count } from "../format.js";
import { SHAPE_PATHS, Shape } from "../map/shapes.js";
import { wrapped } from "./caption.js";

/** @import {Contour, Dot, Figure, Plate} from "./types.js" */

const LEGEND = 190;
const PAD = 16;
const LINE = 16;
/** A letter of the caption, about. */
const LETTER = 5.9;
/** The longest name in the legend, in letters. */
const NAME = 22;

/** Characters that XML does not allow at all are left out. @param {unknown} value */
export function escaped(value) {
  const text = String(value).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Its size in CSS pixels, and its text. @param {Figure} figure */
export function figureSvg(figure) {
  const { width: mapWidth, height: mapHeight, film, ink, dots, contours, plates, caption } = figure;
  const width = Math.round(mapWidth + LEGEND);
  const lines = wrapped(caption, Math.floor((width - 2 * PAD) / LETTER));
  const legend = legendOf(figure);
  const top = Math.max(Math.round(mapHeight), legend.height);
  const height = top + lines.length * LINE + 2 * PAD;
  const text = lines.map((line, i) => words(line, PAD, top + PAD + 12 + i * LINE, ink, 11)).join("");
  const family = "system-ui, 'Helvetica Neue', Arial, sans-serif";
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const clip = `<rect width="${number(mapWidth)}" height="${number(mapHeight)}"/>`;
  const tile = 'width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"';
  const stripe = `<rect width="1.4" height="3" fill="${film}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${family}">
<title>${escaped(caption[0] ?? "Map")}</title>
<desc>${escaped(caption.join(" "))}</desc>
<defs><clipPath id="map">${clip}</clipPath><pattern id="hatch" ${tile}>${stripe}</pattern></defs>
<rect width="${width}" height="${height}" fill="${film}"/>
<g clip-path="url(#map)">
${dots.map(dot).join("\n")}
${contours.map(contour).join("\n")}
${plates.map((plate) => picture(plate, film)).join("\n")}
</g>
<g transform="translate(${Math.round(mapWidth)} ${PAD})">${legend.svg}</g>
${text}
</svg>
`;
  return { svg, width, height };
}

/** @param {number} value */
const number = (value) => String(Math.round(value * 100) / 100);

/**
 * @param {unknown} value @param {number} x @param {number} y @param {string} colour @param {number} size
 * @param {string} [more]
 */
const words = (value, x, y, colour, size, more = "") =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}"${more}>${escaped(value)}</text>`;

/**
 * @param {string} path @param {number} x @param {number} y @param {number} radius @param {string} fill
 * @param {number} [opacity]
 */
const mark = (path, x, y, radius, fill, opacity = 1) =>
  `<path d="${path}" transform="translate(${number(x)} ${number(y)}) scale(${number(radius)})" fill="${fill}" ` +
  `fill-rule="evenodd"${opacity < 1 ? ` fill-opacity="${number(opacity)}"` : ""}/>`;

/** @param {Dot} dot */
function dot({ x, y, radius, path, colour, opacity, hatched }) {
  const whole = mark(path, x, y, radius, colour, opacity);
  // The stripes keep their width whatever the size of the mark, so they are not scaled with it.
  return hatched
    ? `${whole}<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="url(#hatch)"/>`
    : whole;
}

/** @param {Contour} contour */
const contour = ({ path, colour, opacity }) =>
  `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.25" stroke-linecap="round" ` +
  `stroke-opacity="${opacity}"/>`;

/** @param {Plate} plate @param {string} film */
function picture({ x, y, side, colour, frame, edge, opacity, hatched, path, href }, film) {
  const [left, top] = [x - side / 2, y - side / 2];
  const box = (/** @type {number} */ inset, /** @type {number} */ length) =>
    `x="${number(left + inset)}" y="${number(top + inset)}" width="${number(length)}" height="${number(length)}"`;
  const border =
    `<rect ${box(frame / 2, side - frame)} rx="2" fill="${film}" stroke="${colour}" stroke-width="${frame}" ` +
    `stroke-opacity="${edge}"${hatched ? ' stroke-dasharray="4 3"' : ""}/>`;
  const xray =
    href && `<image ${box(frame, side - 2 * frame)} preserveAspectRatio="xMidYMid slice" href="${escaped(href)}"/>`;
  const corner = path
    ? `<path d="${path}" transform="translate(${number(left + 6)} ${number(top + 6)}) scale(4)" fill="${colour}" ` +
      `fill-rule="evenodd" stroke="${film}" stroke-width="0.6" paint-order="stroke"/>`
    : "";
  return `<g opacity="${number(opacity)}">${border}${xray ?? ""}${corner}</g>`;
}

/** @param {Figure} figure @returns {{svg: string, height: number}} */
function legendOf({ legend, ink }) {
  let y = 12;
  const parts = [words(legend.title, 0, y, ink, 12, ' font-weight="600"')];
  if (legend.ramp) {
    const { colours, low, high } = legend.ramp;
    const stops = colours
      .map((colour, i) => `<stop offset="${number(i / (colours.length - 1))}" stop-color="${colour}"/>`)
      .join("");
    parts.push(
      `<linearGradient id="ramp">${stops}</linearGradient>`,
      `<rect y="${y + 10}" width="168" height="10" fill="url(#ramp)"/>`,
    );
    parts.push(words(low, 0, y + 34, ink, 11), words(high, 168, y + 34, ink, 11, ' text-anchor="end"'));
    y += 38;
  }
  for (const { name, count: n, colour, shape, kind } of legend.entries) {
    y += LINE + 2;
    const short = name.length > NAME ? `${name.slice(0, NAME - 1)}…` : name;
    parts.push(
      mark(SHAPE_PATHS[shape], 6, y - 4, kind === "noise" ? 3.5 : 5.5, colour),
      words(short, 18, y, ink, 11),
      words(count(n), 168, y, ink, 11, ' text-anchor="end"'),
    );
  }
  y += LINE + 8;
  const dotPath = SHAPE_PATHS[Shape.circle];
  parts.push(
    mark(dotPath, 6, y - 4, 5, ink),
    words("core", 18, y, ink, 11),
    mark(dotPath, 60, y - 4, 3, ink, 0.5),
    words("border", 70, y, ink, 11),
  );
  if (legend.shaded > 0) {
    y += LINE;
    parts.push(
      mark(dotPath, 6, y - 4, 5, ink),
      `<circle cx="6" cy="${y - 4}" r="5" fill="url(#hatch)"/>`,
      words(`unstable ${count(legend.shaded)}`, 18, y, ink, 11),
    );
  }
  return { svg: parts.join(""), height: y + 2 * PAD };
}
