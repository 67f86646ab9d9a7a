/** The shapes of what the map passes between its modules. Types only, so no browser asks for them. */

export type Camera = Readonly<{ x: number; y: number; zoom: number; yaw: number; pitch: number }>;
/** the part of the world that is shown at zoom 1 */
export type Frame = Readonly<{ centre: readonly [number, number, number]; halfWidth: number; halfHeight: number }>;
/** in CSS pixels */
export type Viewport = Readonly<{ width: number; height: number; frame: Frame; flat: boolean }>;

export interface Positions {
  /** three numbers a point; z is 0 on a flat map */
  xyz: Float32Array;
  count: number;
  flat: boolean;
}

/** an orthogonal 3 × 3 matrix, row by row: how a drawing lies against the coordinates that were served */
export type Turn = readonly number[];

/** how each point looks; all arrays have one entry (colours: four) a point */
export interface PointStyle {
  /** red, green, blue, opacity */
  colours: Uint8Array;
  /** diameter in CSS pixels at zoom 1 */
  sizes: Float32Array;
  /** values of `Shape` */
  shapes: Uint8Array;
  /** indices in the order of drawing, what matters most last; who is not among them is neither drawn nor picked */
  order: Uint32Array;
  /** 0 noise, 1 border, 2 core */
  roles: Uint8Array;
}

export type Marks = "dots" | "both" | "images";

/** what a drag does: moves the map (turns it where it has depth), or draws round points */
export type Tool = "pan" | "lasso" | "rectangle";
/** chosen points take the place of those chosen before, join them, or change sides */
export type Choosing = "replace" | "add" | "toggle";

/** Part of an image that is loaded, as drawImage takes it. */
export type Sprite = { image: CanvasImageSource; x: number; y: number; width: number; height: number };

/** Where pictures come from; the map knows them by their point's index. */
export interface PictureSource {
  /** the best there is now for this many device pixels, or null; what is better is loaded */
  sprite: (index: number, pixels: number) => Sprite | null;
  /** after a frame has asked for all that it shows: what no frame wants any more need not be loaded */
  settle: () => void;
}

/** Which points may show a picture, from which size on; see placement.js. */
export interface Placement {
  xy: Float32Array;
  order: Uint32Array;
  low: number[];
  extent: number;
  /** of every point, the first at which it is shown */
  level: Uint8Array;
  /** the level that is being placed, and the next of the order to look at */
  current: number;
  next: number;
  /** who has a place, in the order of getting it */
  placed: number[];
  /** of the current level */
  grid: Uint32Array;
}

export interface FrameState {
  /** clip_from_world */
  matrix: Float32Array;
  viewport: Viewport;
  /** 0 shows the positions moved from, 1 those moved to */
  progress: number;
  pointScale: number;
  /** index of the point under the cursor, or -1 */
  hovered: number;
  /** background, 0…255 */
  film: readonly [number, number, number];
  /** outline of the hovered point, 0…255 */
  ink: readonly [number, number, number];
}

export interface Renderer {
  kind: "webgl2" | "canvas2d";
  /** three numbers a point */
  setPositions: (from: Float32Array, to: Float32Array) => void;
  setStyle: (style: PointStyle) => void;
  /** 1 keeps a point, 0 dims it; null dims none */
  setFocus: (focus: Uint8Array | null) => void;
  resize: (width: number, height: number, pixelRatio: number) => void;
  draw: (frame: FrameState) => void;
}

export interface MapEvents {
  /** -1 when nothing is under the cursor */
  hover: (index: number) => void;
  pick: (index: number) => void;
  /** the hand has moved it */
  camera: (camera: Camera) => void;
  /** after every frame; what lies above the map can be put in its place */
  drawn: () => void;
  /** the point after this one, for the keyboard */
  next: (index: number, step: 1 | -1) => number;
  /** the points that the hand has chosen, ascending */
  choose: (indices: readonly number[], how: Choosing) => void;
  /** the points that belong together with this one, ascending */
  alike: (index: number) => readonly number[];
  /** what a drag does where no key says otherwise */
  tool: () => Tool;
  /** what is being drawn, as x, y, x, y … in CSS pixels; null when it is done */
  outline: (path: readonly number[] | null) => void;
}

/** of a point on the canvas, in CSS pixels; `size` is how wide it is, or its picture where it has one */
export type Place = { x: number; y: number; depth: number; size: number; pictured: boolean };

/** what the hand and the keys act on */
export interface GestureTarget extends Omit<MapEvents, "camera" | "drawn"> {
  camera: () => Camera;
  viewport: () => Viewport;
  moveCamera: (camera: Camera) => void;
  hovered: () => number;
  /** the point at a place on the canvas, or -1 */
  indexAt: (x: number, y: number) => number;
  /** the points within an outline on the canvas, ascending */
  indicesWithin: (path: readonly number[]) => number[];
}

export interface Grid {
  /** x, y of every point */
  xy: Float32Array;
  /** where each bucket begins in `members`, with one entry more than buckets */
  starts: Uint32Array;
  /** indices of points, bucket by bucket */
  members: Uint32Array;
  /** buckets along each axis */
  side: number;
  minX: number;
  minY: number;
  cellX: number;
  cellY: number;
}

export interface Transition {
  from: Float32Array;
  to: Positions;
  fromFrame: Frame;
  toFrame: Frame;
  /** milliseconds */
  startedAt: number;
  duration: number;
}
