/** Drawn above both maps: a ring round every image that changes cluster, and lines from its place in A to that in B. */

import { INKS } from "../colour/palette.js";
import { byId } from "../dom.js";
import { brightMask } from "../panels/map/panel.js";

/** @import {AppState, AppStore} from "../types.js" */
/** @import {Place, PointStyle} from "../map/types.js" */
/** @import {MapView} from "../map/view.js" */

/**
 * `offset`: from the left edge of A.
 * @typedef {{offset: number, width: number, height: number, place: (index: number) => Place,
 *   boxes: ReturnType<MapView["boxes"]>}} Pane
 */
/**
 * `a` and `b`: its places among the images of either.
 * @typedef {{a: number, b: number, colours: readonly [string, string]}} Move
 */
/**
 * `lines`: of some of them; `pointed` is stronger.
 * @typedef {{moves: readonly Move[], lines: readonly Move[], pointed: Move | undefined, ink: string}} Scene
 */

const GAP = 3;
/** More rings in one map, or more lines, take too long for a hand that moves it, and show nothing. */
const MOST = 3000;
/** With as many lines as this they are at their faintest. */
const MANY = 200;

/** @param {AppStore} store @param {MapView} viewA @param {MapView} viewB */
export function bindMoves(store, viewA, viewB) {
  const canvas = byId("moves", HTMLCanvasElement);
  const stage = byId("stage");
  /** @type {Scene | null} */
  let scene = null;
  const draw = () => {
    if (!scene || !store.get().beside) return;
    const a = { offset: 0, ...viewA.size(), place: viewA.places(), boxes: viewA.boxes() };
    const b = {
      offset: stage.getBoundingClientRect().left - canvas.getBoundingClientRect().left,
      ...viewB.size(),
      place: viewB.places(),
      boxes: viewB.boxes(),
    };
    byId("beside-many").hidden = drawMoves(canvas, a, b, scene);
  };
  const renew = () => {
    scene = sceneOf(store.get());
    draw();
  };
  store.watch(["joint", "styleA", "pointedFlow", "moveLines", "hoveredA"], renew);
  store.watch(["encoding", "selection", "passing", "hidden", "focus"], renew);
  viewA.onDrawn(draw);
  viewB.onDrawn(draw);
}

/** @param {Readonly<AppState>} state @returns {Scene} */
function sceneOf(state) {
  const { joint, styleA, pointedFlow: flow, moveLines, hoveredA, encoding, hidden } = state;
  const ink = INKS[state.scheme].ink;
  if (!joint || !encoding || !styleA) return { moves: [], lines: [], pointed: undefined, ink };
  const mask = brightMask(state);
  const bright = (/** @type {number} */ k) =>
    (!mask || mask[joint.b[k]] > 0) && !hidden.includes(encoding.legend.entryOf[joint.b[k]]);
  const moveOf = (/** @type {number} */ k) => ({
    a: joint.a[k],
    b: joint.b[k],
    colours: /** @type {const} */ ([colourOf(styleA, joint.a[k]), colourOf(encoding.style, joint.b[k])]),
  });
  const moves = joint.agreement.changed.filter(bright).map(moveOf);
  const ofFlow =
    flow &&
    joint.a.flatMap((_, k) => (joint.labelsA[k] === flow.from && joint.labelsB[k] === flow.to ? [moveOf(k)] : []));
  return { moves, lines: ofFlow ?? (moveLines ? moves : []), pointed: moves.find(({ a }) => a === hoveredA), ink };
}

/** @param {PointStyle} style @param {number} index */
const colourOf = ({ colours }, index) => `rgb(${colours.subarray(4 * index, 4 * index + 3).join(" ")})`;

/**
 * @param {HTMLCanvasElement} canvas @param {Pane} a @param {Pane} b @param {Scene} scene
 * @returns {boolean}  whether everything is drawn
 */
function drawMoves(canvas, a, b, { moves, lines, pointed, ink }) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const ratio = Math.min(devicePixelRatio || 1, 3);
  const [width, height] = [Math.round((b.offset + b.width) * ratio), Math.round(a.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const ringed = [
    drawRings(
      context,
      a,
      moves.map((move) => move.a),
      ink,
    ),
    drawRings(
      context,
      b,
      moves.map((move) => move.b),
      ink,
    ),
  ];
  const drawn = lines.length > MOST ? [] : lines;
  context.globalAlpha = Math.max(0.25, 0.8 - (0.55 * drawn.length) / MANY);
  for (const move of drawn) drawLine(context, a, b, move, 1);
  context.globalAlpha = 1;
  if (pointed) drawLine(context, a, b, pointed, 2);
  canvas.dataset.rings = String(moves.length);
  canvas.dataset.lines = String(drawn.length + (pointed ? 1 : 0));
  return !ringed.includes(false) && drawn.length === lines.length;
}

/**
 * Round dots first, as one path; what lies under a picture is cut out.
 * @param {CanvasRenderingContext2D} context @param {Pane} pane @param {readonly number[]} indices @param {string} ink
 * @returns {boolean}  whether there are few enough
 */
function drawRings(context, { offset, width, height, place, boxes }, indices, ink) {
  const shown = indices
    .map(place)
    .filter(({ x, y, size }) => x > -size && y > -size && x < width + size && y < height + size);
  if (shown.length > MOST) return false;
  context.save();
  context.beginPath();
  context.rect(offset, 0, width, height);
  context.clip();
  Object.assign(context, { lineWidth: 1.25, globalAlpha: 0.8, strokeStyle: ink });
  context.beginPath();
  for (const { x, y, size, pictured } of shown) {
    if (pictured) continue;
    context.moveTo(offset + x + size / 2 + GAP, y);
    context.arc(offset + x, y, size / 2 + GAP, 0, 2 * Math.PI);
  }
  context.stroke();
  for (const { x, y, side } of boxes.values()) context.clearRect(offset + x - side / 2, y - side / 2, side, side);
  context.beginPath();
  for (const { x, y, size, pictured } of shown) {
    const half = size / 2 + GAP;
    if (pictured) context.roundRect(offset + x - half, y - half, 2 * half, 2 * half, 5);
  }
  context.stroke();
  context.restore();
  return true;
}

/**
 * From ring to ring; what lies outside its map is met at the edge of it.
 * @param {CanvasRenderingContext2D} context @param {Pane} a @param {Pane} b @param {Move} move @param {number} weight
 */
function drawLine(context, a, b, move, weight) {
  const [from, to] = [endOf(a, move.a), endOf(b, move.b)];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const [tipX, tipY] = [to.x - dx * to.reach, to.y - dy * to.reach];
  const gradient = context.createLinearGradient(from.x, from.y, to.x, to.y);
  move.colours.forEach((colour, end) => gradient.addColorStop(end, colour));
  Object.assign(context, { lineWidth: weight, strokeStyle: gradient, fillStyle: move.colours[1] });
  context.beginPath();
  context.moveTo(from.x + dx * from.reach, from.y + dy * from.reach);
  context.lineTo(tipX, tipY);
  context.stroke();
  const head = 4 + 2 * weight;
  context.beginPath();
  context.moveTo(tipX, tipY);
  context.lineTo(tipX - head * dx + 0.45 * head * dy, tipY - head * dy - 0.45 * head * dx);
  context.lineTo(tipX - head * dx - 0.45 * head * dy, tipY - head * dy + 0.45 * head * dx);
  context.fill();
}

/** @param {Pane} pane @param {number} index */
function endOf({ offset, width, height, place }, index) {
  const { x, y, size } = place(index);
  const inside = x >= 0 && x <= width && y >= 0 && y <= height;
  return {
    x: offset + Math.min(width, Math.max(0, x)),
    y: Math.min(height, Math.max(0, y)),
    reach: inside ? size / 2 + GAP : 0,
  };
}
