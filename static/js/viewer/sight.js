/**
 * How a picture is looked at: fit, zoom about a place, pan, window and level. Places are shares of pane and picture.
 * Pure.
 */

/** @import {Look, Point, Room, Sight, Size} from "./types.js" */

/** Pixels of the screen to one of the picture, at most. */
const MOST_SCALE = 16;

/** Of a key, in 256ths of the range. */
const STEP = 8;
/** In a picture of many greys a window narrower than this moves slower. */
const NARROW = 64;

/** The whole picture, as it is. @type {Sight} */
export const FIRST_SIGHT = Object.freeze({ zoom: 1, x: 0.5, y: 0.5, width: 256, level: 128, inverted: false });

/** What keys and buttons do. @type {Readonly<Record<string, Look>>} */
export const LOOKS = Object.freeze({
  fit: (sight) => ({ ...sight, zoom: 1, x: 0.5, y: 0.5 }),
  actual: (sight, room) => kept({ ...sight, zoom: 1 / room.fit }, room),
  nearer: (sight, room) => zoomed(sight, room, 0, 0, 1.25),
  farther: (sight, room) => zoomed(sight, room, 0, 0, 0.8),
  left: (sight, room) => panned(sight, room, 0.1, 0),
  right: (sight, room) => panned(sight, room, -0.1, 0),
  up: (sight, room) => panned(sight, room, 0, 0.1),
  down: (sight, room) => panned(sight, room, 0, -0.1),
  narrower: (sight, room) => windowed(sight, sight.width - STEP * pace(sight, room), sight.level, room.greys),
  wider: (sight, room) => windowed(sight, sight.width + STEP * pace(sight, room), sight.level, room.greys),
  lower: (sight, room) => windowed(sight, sight.width, sight.level - STEP * pace(sight, room), room.greys),
  higher: (sight, room) => windowed(sight, sight.width, sight.level + STEP * pace(sight, room), room.greys),
  whole: (sight, { greys, window }) => windowed(sight, window?.width ?? 256, window?.level ?? 128, greys),
  most: (sight, room) => between(sight, room, 0.01, 0.99),
  dark: (sight, room) => between(sight, room, 0.01, 0.5),
  bright: (sight, room) => between(sight, room, 0.5, 0.99),
  invert: (sight) => ({ ...sight, inverted: !sight.inverted }),
  reset: (_, room) => LOOKS.whole(FIRST_SIGHT, room),
});

/**
 * Windows that one key goes through: all greys or those that the file says, all but a few, the dark half and the
 * bright half of the film.
 */
export const WINDOWS = Object.freeze(["whole", "most", "dark", "bright"]);

/**
 * From the grey below which one share of the film lies to that of another.
 * @param {Sight} sight @param {Room} room @param {number} low @param {number} high
 */
function between(sight, { greys, greyAt }, low, high) {
  if (!greyAt) return sight;
  const [from, to] = [low, high].map((share) => (256 * greyAt(share)) / greys);
  return windowed(sight, to - from + 256 / greys, (from + to) / 2, greys);
}

/** @param {Size} picture @param {Size} pane @returns {Room} */
export function roomFor(picture, pane) {
  const [across, down] = [pane.width / picture.width, pane.height / picture.height];
  const fit = Math.min(across, down);
  return { fit, across: across / fit, down: down / fit, greys: picture.greys ?? 256, window: picture.window };
}

/**
 * The window that a file asks for, in 256ths of the range: what is just black and just white in it is so here.
 * @param {Readonly<{dark: number, bright: number}>} window  in greys of the picture @param {number} greys
 */
export const windowIn = ({ dark, bright }, greys) => ({
  width: ((bright - dark + 1) * 256) / greys,
  level: (((dark + bright + 1) / 2) * 256) / greys,
});

/**
 * Where it lies, on whole pixels of the screen: at a scale of 1 every one is the picture's own.
 * @param {Sight} sight @param {Size} picture @param {Size} pane
 */
export function placed(sight, picture, pane) {
  const room = roomFor(picture, pane);
  // A linked pane of another shape may have less to show there.
  const { zoom, x, y } = kept(sight, room);
  const scale = room.fit * zoom;
  return {
    scale,
    left: Math.round(pane.width / 2 - x * picture.width * scale),
    top: Math.round(pane.height / 2 - y * picture.height * scale),
  };
}

/**
 * The pixel of the picture at a place of the pane, in shares of it from its middle.
 * @param {Sight} sight @param {Size} picture @param {Size} pane @param {Point} at @returns {Point}
 */
export function pixelAt(sight, picture, pane, at) {
  const { left, top, scale } = placed(sight, picture, pane);
  return { x: ((at.x + 0.5) * pane.width - left) / scale, y: ((at.y + 0.5) * pane.height - top) / scale };
}

/**
 * What lies there stays there.
 * @param {Sight} sight @param {Room} room @param {number} atX @param {number} atY  from the middle of the pane
 * @param {number} factor
 */
export function zoomed(sight, room, atX, atY, factor) {
  const zoom = held(sight.zoom * factor, Math.min(1, 1 / room.fit), MOST_SCALE / room.fit);
  const shift = 1 / sight.zoom - 1 / zoom;
  return kept({ ...sight, zoom, x: sight.x + atX * room.across * shift, y: sight.y + atY * room.down * shift }, room);
}

/** @param {Sight} sight @param {Room} room @param {number} dx @param {number} dy */
export function panned(sight, room, dx, dy) {
  return kept(
    { ...sight, x: sight.x - (dx * room.across) / sight.zoom, y: sight.y - (dy * room.down) / sight.zoom },
    room,
  );
}

/**
 * Two greys of the picture at least, and its last one at most.
 * @param {Sight} sight @param {number} width @param {number} level @param {number} [greys] @returns {Sight}
 */
export const windowed = (sight, width, level, greys = 256) => ({
  ...sight,
  width: held(width, 512 / greys, 512),
  level: held(level, 0, 256 - 256 / greys),
});

/** How far a movement of the hand goes, 1 in 8 bits. @param {Sight} sight @param {Room} room */
export const pace = ({ width }, { greys }) => (greys > 256 ? Math.min(1, width / NARROW) : 1);

/**
 * No gap at an edge of the pane that the film could fill; in the middle where it is smaller.
 * @param {Sight} sight @param {Room} room @returns {Sight}
 */
function kept(sight, room) {
  const [halfX, halfY] = [room.across / sight.zoom / 2, room.down / sight.zoom / 2];
  return {
    ...sight,
    x: halfX >= 0.5 ? 0.5 : held(sight.x, halfX, 1 - halfX),
    y: halfY >= 0.5 ? 0.5 : held(sight.y, halfY, 1 - halfY),
  };
}

/** @param {number} value @param {number} low @param {number} high */
const held = (value, low, high) => Math.min(high, Math.max(low, value));
