/**
 * Window and level: which grey of the screen a grey of the picture becomes (DICOM PS3.3, C.11.2.1.2.1). Width 256
 * at level 128 leaves the 8 bits as they are. Pure.
 */

/** @import {Sight} from "./types.js" */

/** A grey of the screen for each of the picture's 256. @param {Pick<Sight, "width" | "level" | "inverted">} sight */
export function lookupTable({ width, level, inverted }) {
  return Uint8ClampedArray.from({ length: 256 }, (_, grey) => {
    // Held before it is turned round, so that an inverted picture is the exact negative.
    const shown = Math.min(255, Math.max(0, Math.round(255 * ((grey - level + 0.5) / (width - 1) + 0.5))));
    return inverted ? 255 - shown : shown;
  });
}

/** Looks every pixel up, in place. @param {Uint8ClampedArray} rgba @param {Uint8ClampedArray} table */
export function lookUp(rgba, table) {
  for (let i = 0; i < rgba.length; i += 4) {
    rgba[i] = table[rgba[i]];
    rgba[i + 1] = table[rgba[i + 1]];
    rgba[i + 2] = table[rgba[i + 2]];
  }
}

/** Whether a picture may be drawn as it is. @param {Sight} sight */
export const isPlain = ({ width, level, inverted }) => width === 256 && level === 128 && !inverted;
