/** What a copy without a server has, and how it comes to the page. Types only. */

import type { Breakdown } from "../types.js";

/** Queries of what is in the copy; each has its answers under its place, from 1. */
export type IndexOfCopy = {
  maps: readonly string[];
  settings: readonly string[];
  questions: readonly string[];
  columns: readonly string[];
  /** of the images, in the order of the records */
  ids: readonly string[];
  /** the scores that a setting has beside the notebook's */
  scores: readonly string[];
  /** what the copy has, in a sentence */
  said: string;
};

/** A column by image. */
export type ColumnOfCopy = {
  /** without clusters: all images */
  breakdown: Omit<Breakdown, "clusters">;
  /** of its values as they are shown, in order */
  names: readonly string[];
  /** the value of each image, -1 where it is missing */
  codes: readonly number[];
  /** of numbers and dates: the bin of each image, or what it is apart from them */
  placed: {
    bins: readonly (number | null)[];
    apart: readonly (number | null)[];
    numbers: readonly (number | null)[];
    /** dates as they are written */
    texts: readonly (string | null)[] | null;
  } | null;
};

declare global {
  /** What the scripts of a copy share, which are no modules. */
  var negatoscope: {
    index: IndexOfCopy;
    /** those that have come, by name */
    answers: Record<string, any>;
    /** a script of the folder that brings an answer */
    load(name: string): Promise<any>;
    /** where a module is to be imported from */
    address(path: string): string;
    /** starts the page */
    run(sources: Record<string, string>): Promise<void>;
  };
}
