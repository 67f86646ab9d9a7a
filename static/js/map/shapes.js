/**
 * The marks that points are drawn with. Each exists twice with the same outline: as a path in a box from -1 to 1
 * (for legends, cards and the Canvas 2D renderer) and as a distance function in the fragment shader (shaders.js).
 */

export const Shape = Object.freeze({ circle: 0, square: 1, triangle: 2, diamond: 3, plus: 4, inverted: 5, ring: 6 });

/** Added to a shape, it is drawn in stripes: not to be trusted. */
export const HATCHED = 8;

/** The order in which clusters beyond the seven colours get another shape. `ring` is kept for missing values. */
export const CLUSTER_SHAPES = Object.freeze([
  Shape.circle,
  Shape.square,
  Shape.triangle,
  Shape.diamond,
  Shape.plus,
  Shape.inverted,
]);

/** @type {Readonly<Record<number, string>>} */
export const SHAPE_PATHS = Object.freeze({
  [Shape.circle]: "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  [Shape.square]: "M-.85 -.85H.85V.85H-.85Z",
  [Shape.triangle]: "M0 -1L.95 .75H-.95Z",
  [Shape.diamond]: "M0 -1.05L1.05 0L0 1.05L-1.05 0Z",
  [Shape.plus]: "M-.35 -1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z",
  [Shape.inverted]: "M0 1L.95 -.75H-.95Z",
  [Shape.ring]: "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0ZM.58 0A.58 .58 0 1 0 -.58 0A.58 .58 0 1 0 .58 0Z",
});
