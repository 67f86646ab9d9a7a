/**
 * Window and level: which grey of the screen a grey of the picture becomes (DICOM PS3.3, C.11.2.1.2.1). Width 256
 * at level 128 leaves 8 bits as they are, and shows the whole range of a picture of more. Pure.
 */

/** @import {Sight} from "./types.js" */

/**
 * In greys of a picture that has so many, as a reader is told them.
 * @param {Pick<Sight, "width" | "level">} sight @param {number} greys
 */
export function windowOf({ width, level }, greys) {
  // A linked picture of fewer greys may be asked for less than one of them.
  return { width: Math.max(2, (width * greys) / 256), level: (level * greys) / 256 };
}

/**
 * A grey of the screen for each of the picture's.
 * @param {Pick<Sight, "width" | "level" | "inverted">} sight @param {number} [greys]
 */
export function lookupTable(sight, greys = 256) {
  const { width, level } = windowOf(sight, greys);
  return Uint8ClampedArray.from({ length: greys }, (_, grey) => {
    // Held before it is turned round, so that an inverted picture is the exact negative.
    const shown = Math.min(255, Math.max(0, Math.round(255 * ((grey - level + 0.5) / (width - 1) + 0.5))));
    return sight.inverted ? 255 - shown : shown;
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

/**
 * Makes opaque pixels of samples.
 * @param {Uint16Array} samples @param {number} channels  1 or 3 @param {Uint8ClampedArray} table
 * @param {Uint8ClampedArray} rgba
 */
export function develop(samples, channels, table, rgba) {
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let i = 0, at = 0; i < rgba.length; i += 4, at += channels) {
    rgba[i] = table[samples[at]];
    rgba[i + 1] = table[samples[at + green]];
    rgba[i + 2] = table[samples[at + blue]];
    rgba[i + 3] = 255;
  }
}

/**
 * The grey below which a share of a film's pixels lies. Black and white to the last grey are left out: shutters,
 * borders and letters that were burnt in.
 * @param {ArrayLike<number>} counts  of each grey @param {number} share
 */
export function greyAt(counts, share) {
  const last = counts.length - 1;
  let all = 0;
  for (let grey = 1; grey < last; grey++) all += counts[grey];
  let below = 0;
  for (let grey = 1; grey < last; grey++) {
    below += counts[grey];
    if (all > 0 && below >= share * all) return grey;
  }
  return share * last;
}

/** Whether a picture may be drawn as it is. @param {Sight} sight */
export const isPlain = ({ width, level, inverted }) => width === 256 && level === 128 && !inverted;
