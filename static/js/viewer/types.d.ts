/** The shapes of the light table. Types only, so no browser asks for them. */

/** of a picture or a canvas, in their own pixels */
export type Size = Readonly<{width: number, height: number}>;

/** how a picture is looked at */
export type Sight = Readonly<{
  /** 1 fits the picture into its pane */
  zoom: number,
  /** the place of the picture that lies in the middle of the pane, as shares of its width and height */
  x: number,
  y: number,
  /** window width and level, in grey values of 8 bits */
  width: number,
  level: number,
  inverted: boolean,
}>;

/** what a pane has room for at zoom 1: pixels of the screen to one of the picture, and widths and heights of the picture */
export type Room = Readonly<{fit: number, across: number, down: number}>;

export type Look = (sight: Sight, room: Room) => Sight;

/** which X-rays lie on the table; panes beyond `layout` keep theirs and are not seen */
export type Table = Readonly<{ids: readonly (string | null)[], layout: 1 | 2 | 4, current: number}>;

/** the images that the arrow keys go through, by index */
export type Sequence = Readonly<{members: readonly number[], name: string}>;

/** what an X-ray may be compared with; a metric means neighbours in feature space */
export type Company = "euclidean" | "cosine" | "next" | "group";
export type Companion = Readonly<{id: string, distance: number | null}>;

/** shares of the pane, from its middle and of its width and height */
export type Hand = {
  drag: (dx: number, dy: number, event: PointerEvent) => void,
  zoom: (x: number, y: number, factor: number) => void,
  fit: () => void,
};
