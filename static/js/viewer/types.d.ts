/** The shapes of the light table. Types only, so no browser asks for them. */

/** in 256ths of a picture's range */
export type Window = Readonly<{ width: number; level: number }>;

/** of a picture or a canvas, in their own pixels; how many greys a picture has, 256 where nothing is said; and the window that its file asks for */
export type Size = Readonly<{ width: number; height: number; greys?: number; window?: Window }>;

/** an X-ray: as the browser has decoded it, or the samples of one of more than 8 bits */
export type Film = Readonly<
  { width: number; height: number; bits: number; greys: number; window?: Window } & (
    { image: HTMLImageElement } | { samples: Uint16Array; channels: number }
  )
>;

/** how a picture is looked at */
export type Sight = Readonly<{
  /** 1 fits the picture into its pane */
  zoom: number;
  /** the place of the picture that lies in the middle of the pane, as shares of its width and height */
  x: number;
  y: number;
  /** window width and level, in 256ths of the picture's range: its greys where it has 8 bits */
  width: number;
  level: number;
  inverted: boolean;
}>;

/** a place: in shares of a pane from its middle, or in pixels of a picture from its corner */
export type Point = Readonly<{ x: number; y: number }>;

/** what a pane has room for at zoom 1: pixels of the screen to one of the picture, and widths and heights of the picture; how many greys that has, the window that its file asks for, and the grey below which a share of its pixels lies */
export type Room = Readonly<{
  fit: number;
  across: number;
  down: number;
  greys: number;
  window?: Window;
  greyAt?: (share: number) => number;
}>;

export type Look = (sight: Sight, room: Room) => Sight;

/** which X-rays lie on the table; panes beyond `layout` keep theirs and are not seen */
export type Table = Readonly<{ ids: readonly (string | null)[]; layout: 1 | 2 | 4; current: number }>;

/** the images that the arrow keys go through, by index */
export type Sequence = Readonly<{ members: readonly number[]; name: string }>;

/** what an X-ray may be compared with; a metric means neighbours in feature space */
export type Company = "euclidean" | "cosine" | "next" | "group";
export type Companion = Readonly<{ id: string; distance: number | null; day?: string | null }>;

/** shares of the pane, from its middle and of its width and height */
export type Hand = {
  /** and the how manyth finger it is */
  press: (at: Point, finger: number) => void;
  drag: (dx: number, dy: number, event: PointerEvent, at: Point) => void;
  zoom: (x: number, y: number, factor: number) => void;
  pan: (dx: number, dy: number) => void;
  /** null where it leaves */
  hover: (at: Point | null) => void;
  fit: () => void;
};
