/** The map as a figure on paper. Types only, so no browser asks for them. */

import type { Entry, Legend } from "../types.js";

/** a mark, in CSS pixels; `opacity` 0…1 */
export type Dot = {
  x: number;
  y: number;
  radius: number;
  path: string;
  colour: string;
  opacity: number;
  hatched: boolean;
};
/** an X-ray in its frame; `x` and `y` are its middle, `frame` is its width and `edge` its opacity, `path` a mark in its corner */
export type Plate = {
  x: number;
  y: number;
  side: number;
  colour: string;
  frame: number;
  edge: number;
  opacity: number;
  hatched: boolean;
  path: string | null;
  href: string | null;
};

/** a line of equal density, as a path in CSS pixels */
export type Contour = { path: string; colour: string; opacity: number };

export interface Figure {
  /** of the map alone, in CSS pixels */
  width: number;
  height: number;
  film: string;
  ink: string;
  dots: readonly Dot[];
  contours: readonly Contour[];
  plates: readonly Plate[];
  legend: Pick<Legend, "title" | "ramp" | "shaded"> & { entries: readonly Entry[] };
  /** sentences: what it shows, how it was made */
  caption: readonly string[];
}
