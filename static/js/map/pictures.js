/**
 * The pictures of the points, on a canvas of their own above either renderer: only those that are placed, on the
 * screen and loaded are drawn. It knows points by their index, and asks a source for their pictures.
 */

import { screenFromWorld } from "./camera.js";
import { levelFor, placeMore, startPlacement } from "./placement.js";
import { mixPositions } from "./points.js";
import { HATCHED, SHAPE_PATHS } from "./shapes.js";

/** @import {FrameState, Marks, PictureSource, Placement, PointStyle, Positions, Sprite} from "./types.js" */

/** At zoom 1, in CSS pixels. */
const REST_SIDE = 30;
const LARGEST_SIDE = 360;
/** On one frame; more would be too small to see. */
const MOST_PICTURES = 1200;
/** Time for placing in one frame, in milliseconds, and the points looked at between two looks at the clock. */
const BUDGET_MS = 6;
const SLICE = 4000;
/** In space every turn of the map places anew, once it has rested: while it turns, nobody comes or goes. */
const MOST_IN_SPACE = 2000;
const REST_MS = 160;
const FADE_MS = 140;
const BORDER_OPACITY = 0.45;
const DIMMED = 0.4;

/**
 * `still`: nothing fades; `held`: the hand is on the map.
 * @typedef {{zoom: number, pixelsPerUnit: number, now: number, still: boolean, held: boolean}} Look
 */
/** @typedef {{index: number, x: number, y: number, side: number, sprite: Sprite | null, far: number}} Shown */

/**
 * Pictures grow slower than the map, so that coming nearer shows more of them too.
 * @param {number} zoom @param {number} shortSide  of the map, in CSS pixels
 */
export function pictureSide(zoom, shortSide) {
  const screen = Math.min(1.6, Math.max(1, shortSide / 850));
  return Math.min(LARGEST_SIDE, shortSide / 2, REST_SIDE * screen * zoom ** 0.55);
}

/**
 * From the middle of one picture to that of the next: large cohorts keep more of their dots in sight.
 * @param {number} side @param {Marks} marks @param {number} count
 */
export const spacingOf = (side, marks, count) =>
  side * (marks === "images" ? 1 : 1.06 + Math.min(1, count / 20_000)) + 4;

/** @param {HTMLCanvasElement} canvas */
export function createPictureLayer(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /**
   * @type {{marks: Marks, source: PictureSource | null, style: PointStyle | null, focus: Uint8Array | null,
   *   first: readonly number[]}}
   */
  const given = { marks: "dots", source: null, style: null, focus: null, first: [] };
  let ratio = 1;
  /** @type {Float32Array} */
  let from = new Float32Array(0);
  /** @type {Positions} */
  let to = { xyz: from, count: 0, flat: true };
  /** @type {Placement | null} */
  let placement = null;
  /** The turn of a 3-D map that `placement` is for; the one that was drawn last, and since when. */
  let turn = "";
  let latest = "";
  let turnedAt = 0;
  /** Whether there are points that have not been looked at. */
  let waiting = false;
  /** Of a picture that is not far away, in CSS pixels. */
  let side = 0;
  /** @type {Shown[]} */
  let shown = [];
  /** When each picture came into sight. @type {Map<number, number>} */
  let since = new Map();

  /** @param {FrameState} frame @param {Look} look */
  function placed(frame, { now, held }) {
    const current = to.flat ? "" : frame.matrix.join();
    if (current !== latest || held) turnedAt = now;
    latest = current;
    if (placement && (current === turn || now - turnedAt < REST_MS)) return placement;
    turn = current;
    const order = priority(/** @type {PointStyle} */ (given.style), given.first);
    placement = startPlacement(planeOf(to, frame), to.flat ? order : order.subarray(0, MOST_IN_SPACE));
    return placement;
  }

  /**
   * What is to be seen in a frame; the hovered one comes last, on top.
   * @param {FrameState} frame @param {Look} look @param {PictureSource} source
   */
  function collect(frame, look, source) {
    const { zoom, pixelsPerUnit } = look;
    const plan = placed(frame, look);
    const { matrix, viewport, hovered } = frame;
    const { width, height } = viewport;
    const images = given.marks === "images";
    side = pictureSide(zoom, Math.min(width, height));
    const level = levelFor(plan, spacingOf(side, given.marks, to.count) / (to.flat ? pixelsPerUnit : 1));
    const started = performance.now();
    do waiting = !placeMore(plan, level, SLICE);
    while (waiting && performance.now() - started < BUDGET_MS);
    const positions = frame.progress < 1 ? mixPositions(from, to.xyz, frame.progress) : to.xyz;
    /** @type {Shown[]} */
    const found = [];
    /** @param {number} i @param {number} own */
    const show = (i, own) => {
      const [px, py, pz] = [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]];
      if (
        to.flat &&
        (Math.abs(matrix[0] * px + matrix[12]) > 1 + own / width ||
          Math.abs(matrix[5] * py + matrix[13]) > 1 + own / height)
      )
        return;
      const [x, y, depth] = screenFromWorld(matrix, viewport, px, py, pz);
      const sprite = source.sprite(i, own * ratio);
      // What is further away is smaller; what is nearer no larger than its place.
      if (sprite || images)
        found.push({ index: i, x, y, side: own / Math.max(1, depth), sprite, far: to.flat ? 0 : depth - 1 });
    };
    const fits = (/** @type {number} */ i) => plan.level[i] <= level;
    for (const i of plan.placed) {
      if (found.length < MOST_PICTURES && i !== hovered && fits(i)) show(i, side);
    }
    found.sort((one, other) => other.far - one.far);
    // Without dots, the point that the keyboard has come to has no other sign.
    if (hovered >= 0 && (images || fits(hovered))) show(hovered, 1.12 * side);
    source.settle();
    return found;
  }

  return {
    /** @param {Partial<typeof given>} next */
    set(next) {
      // Another colour is no reason to place anew.
      if (
        (next.style && !alike(next.style.order, given.style?.order ?? [])) ||
        !alike(next.first ?? given.first, given.first)
      )
        placement = null;
      Object.assign(given, next);
    },
    /** @param {Float32Array} nextFrom @param {Positions} nextTo */
    setPositions(nextFrom, nextTo) {
      from = nextFrom;
      to = nextTo;
      placement = null;
    },
    /** @param {number} width @param {number} height @param {number} pixelRatio */
    resize(width, height, pixelRatio) {
      ratio = pixelRatio;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    },
    hasDots: () => given.marks !== "images",
    /** The point whose picture lies there, or -1. @param {number} x @param {number} y */
    at: (x, y) =>
      shown.findLast((one) => Math.abs(one.x - x) <= one.side / 2 && Math.abs(one.y - y) <= one.side / 2)?.index ?? -1,
    /**
     * The pictures that are shown, by their points.
     * @returns {ReadonlyMap<number, Readonly<{x: number, y: number, side: number}>>}
     */
    boxes: () => new Map(shown.map((one) => [one.index, one])),
    /** @param {FrameState} frame @param {Look} look @returns {boolean}  whether another frame is needed */
    draw(frame, look) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, frame.viewport.width, frame.viewport.height);
      const { marks, source, style, focus } = given;
      const idle = marks === "dots" || !source || !style || style.sizes.length !== to.count || to.count === 0;
      shown = idle ? [] : collect(frame, look, source);
      const seen = new Map();
      let young = false;
      for (const one of shown) {
        seen.set(one.index, since.get(one.index) ?? look.now);
        const age = look.still ? 1 : Math.min(1, (look.now - seen.get(one.index)) / FADE_MS);
        young ||= age < 1;
        drawPicture(context, one, frame, /** @type {PointStyle} */ (style), focus, age);
      }
      since = seen;
      canvas.dataset.shown = shown.map(({ index }) => index).join(" ");
      canvas.dataset.side = String(shown.length > 0 ? side : 0);
      return young || (!idle && (waiting || latest !== turn));
    },
  };
}

/**
 * Medoids first, then core points, border points and noise: the drawing order the other way round.
 * @param {PointStyle} style @param {readonly number[]} first @returns {Uint32Array}
 */
export function priority(style, first) {
  const leading = new Set(first);
  const order = style.order.toReversed();
  return Uint32Array.from([...order.filter((i) => leading.has(i)), ...order.filter((i) => !leading.has(i))]);
}

/**
 * The plane in which pictures must not overlap: the map itself, or the screen that it is seen on.
 * @param {Positions} positions @param {FrameState} frame
 */
function planeOf({ xyz, count, flat }, { matrix, viewport }) {
  const xy = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const at = flat
      ? [xyz[3 * i], xyz[3 * i + 1]]
      : screenFromWorld(matrix, viewport, xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2]);
    xy.set(at.slice(0, 2), 2 * i);
  }
  return xy;
}

/**
 * @param {CanvasRenderingContext2D} context @param {Shown} one @param {FrameState} frame @param {PointStyle} style
 * @param {Uint8Array | null} focus @param {number} age  0…1
 */
function drawPicture(context, { index, x, y, side, sprite, far }, frame, style, focus, age) {
  const hovered = index === frame.hovered;
  const [left, top] = [Math.round(x - side / 2), Math.round(y - side / 2)];
  const size = Math.round(side);
  // What lies behind the middle of a 3-D map sinks into the film, as the points do.
  const bright = focus && !focus[index] && !hovered ? DIMMED : 1 - Math.min(0.6, Math.max(0, 4 * far));
  context.globalAlpha = age;
  context.fillStyle = rgb(frame.film);
  context.beginPath();
  context.roundRect(left, top, size, size, 3);
  context.fill();
  const role = style.roles[index];
  const width = role === 0 ? 1 : side > 90 ? 3 : 2;
  // The frame stands on the film, not on the picture: half opaque, its colour stays what the legend says.
  context.globalAlpha = age * bright * (role === 1 && !hovered ? BORDER_OPACITY : 1);
  context.lineWidth = width;
  context.strokeStyle = rgb(style.colours.subarray(4 * index, 4 * index + 3));
  context.setLineDash(style.shapes[index] >= HATCHED ? [4, 3] : []);
  context.beginPath();
  context.roundRect(left + width / 2, top + width / 2, size - width, size - width, 3 - width / 2);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = age * bright;
  if (sprite)
    context.drawImage(
      sprite.image,
      sprite.x,
      sprite.y,
      sprite.width,
      sprite.height,
      left + width,
      top + width,
      size - 2 * width,
      size - 2 * width,
    );
  const shape = style.shapes[index] % HATCHED;
  if (shape > 0) drawMark(context, left + 6, top + 6, new Path2D(SHAPE_PATHS[shape]), frame.film);
  if (!hovered) return;
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeStyle = rgb(frame.ink);
  context.strokeRect(left - 1, top - 1, size + 2, size + 2);
}

/**
 * Colours repeat beyond the seventh cluster; the mark tells them apart here too.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {Path2D} path
 * @param {readonly number[]} film
 */
function drawMark(context, x, y, path, film) {
  context.save();
  context.translate(x, y);
  context.scale(4, 4);
  context.fillStyle = context.strokeStyle;
  context.strokeStyle = rgb(film);
  context.lineWidth = 0.6;
  context.stroke(path);
  context.fill(path, "evenodd");
  context.restore();
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function alike(a, b) {
  let same = a.length === b.length;
  for (let i = 0; same && i < a.length; i++) same = a[i] === b[i];
  return same;
}

/** @param {ArrayLike<number>} bytes */
const rgb = (bytes) => `rgb(${bytes[0]} ${bytes[1]} ${bytes[2]})`;
