/** The shapes of the light table. Types only, so no browser asks for them. */

/** of a picture or a canvas, in their own pixels; and how many greys a picture has, 256 where nothing is said */
export type Size = Readonly<{ width: number; height: number; greys?: number }>;

/** an X-ray: as the browser has decoded it, or the samples of one of more than 8 bits */
export type Film = Readonly<
  { width: number; height: number; bits: number; greys: number } & (
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

/** what a pane has room for at zoom 1: pixels of the screen to one of the picture, and widths and heights of the picture; and how many greys that has */
export type Room = Readonly<{ fit: number; across: number; down: number; greys: number }>;

export type Look = (sight: Sight, room: Room) => Sight;

/** which X-rays lie on the table; panes beyond `layout` keep theirs and are not seen */
export type Table = Readonly<{ ids: readonly (string | null)[]; layout: 1 | 2 | 4; current: number }>;

/** the images that the arrow keys go through, by index */
export type Sequence = Readonly<{ members: readonly number[]; name: string }>;

/** what an X-ray may be compared with; a metric means neighbours in feature space */
export type Company = "euclidean" | "cosine" | "next" | "group";
export type Companion = Readonly<{ id: string; distance: number | null }>;

/** shares of the pane, from its middle and of its width and height */
export type Hand = {
  drag: (dx: number, dy: number, event: PointerEvent) => void;
  zoom: (x: number, y: number, factor: number) => void;
  fit: () => void;
};
