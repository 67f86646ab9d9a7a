/** Decodes the screenshots that the browser makes (8 bits, RGB or RGBA, not interlaced), so that pixels can be counted. */

import { inflateSync } from "node:zlib";

/** @typedef {{width: number, height: number, rgba: Uint8Array}} Pixels */

/** @param {Buffer} png @returns {Pixels} */
export function decodePng(png) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, colourType, , , interlaced] = png.subarray(24, 29);
  const channels = colourType === 6 ? 4 : 3;
  if (depth !== 8 || (colourType !== 2 && colourType !== 6) || interlaced)
    throw new Error("This PNG is not of the kind that screenshots are.");
  const raw = inflateSync(Buffer.concat(dataChunks(png)));
  const rgba = new Uint8Array(4 * width * height).fill(255);
  let above = new Uint8Array(width * channels);
  for (let y = 0; y < height; y++) {
    const start = y * (width * channels + 1);
    const row = unfilter(raw[start], raw.subarray(start + 1, start + 1 + width * channels), above, channels);
    for (let x = 0; x < width; x++) rgba.set(row.subarray(x * channels, x * channels + channels), 4 * (y * width + x));
    above = row;
  }
  return { width, height, rgba };
}

/** @param {Buffer} png */
function dataChunks(png) {
  const chunks = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") chunks.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return chunks;
}

/** @param {number} filter @param {Uint8Array} bytes @param {Uint8Array} above @param {number} channels */
function unfilter(filter, bytes, above, channels) {
  const row = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const left = i >= channels ? row[i - channels] : 0;
    const corner = i >= channels ? above[i - channels] : 0;
    row[i] = bytes[i] + [0, left, above[i], (left + above[i]) >> 1, paeth(left, above[i], corner)][filter];
  }
  return row;
}

/** @param {number} a @param {number} b @param {number} c */
function paeth(a, b, c) {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** How many pixels have this colour, give or take a rounding. @param {Pixels} pixels @param {readonly number[]} rgb @param {number} [tolerance] */
export function countColour({ rgba }, rgb, tolerance = 3) {
  let count = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if (
      Math.abs(rgba[i] - rgb[0]) <= tolerance &&
      Math.abs(rgba[i + 1] - rgb[1]) <= tolerance &&
      Math.abs(rgba[i + 2] - rgb[2]) <= tolerance
    )
      count += 1;
  }
  return count;
}

/** How many pixels of two pictures of one size differ by more than `least`, summed over the channels. @param {Pixels} one @param {Pixels} other @param {number} [least] */
export function countDifferences(one, other, least = 12) {
  if (one.width !== other.width || one.height !== other.height) return Infinity;
  let count = 0;
  for (let i = 0; i < one.rgba.length; i += 4) {
    if (
      Math.abs(one.rgba[i] - other.rgba[i]) +
        Math.abs(one.rgba[i + 1] - other.rgba[i + 1]) +
        Math.abs(one.rgba[i + 2] - other.rgba[i + 2]) >
      least
    )
      count += 1;
  }
  return count;
}

/** The middle of a solid 5 × 5 block of a colour: somewhere inside a point. @param {Pixels} pixels @param {readonly number[]} rgb @returns {{x: number, y: number} | null} */
export function findBlock({ width, height, rgba }, rgb) {
  const is = (/** @type {number} */ x, /** @type {number} */ y) =>
    [0, 1, 2].every((c) => Math.abs(rgba[4 * (y * width + x) + c] - rgb[c]) <= 3);
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2; x < width - 2; x++) {
      if (!is(x, y)) continue;
      let solid = true;
      for (let dy = -2; dy <= 2 && solid; dy++) for (let dx = -2; dx <= 2 && solid; dx++) solid = is(x + dx, y + dy);
      if (solid) return { x, y };
    }
  }
  return null;
}
