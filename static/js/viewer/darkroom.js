/**
 * What is drawn of a film: its picture, or where that has more greys than the screen, what the window makes of them.
 */

import { develop, lookupTable } from "./greys.js";

/** @import {Film, Sight} from "./types.js" */

/** One for each pane: the pixels of a film take much room. */
export function createDarkroom() {
  /** @type {{of: Film, window: string, canvas: OffscreenCanvas, pixels: ImageData} | null} */
  let made = null;

  /** @param {Film} film @param {Sight} sight @returns {CanvasImageSource} */
  return function developed(film, sight) {
    if ("image" in film) {
      made = null;
      return film.image;
    }
    const window = [sight.width, sight.level, sight.inverted].join();
    if (made?.of !== film)
      made = {
        of: film,
        window: "",
        canvas: new OffscreenCanvas(film.width, film.height),
        pixels: new ImageData(film.width, film.height),
      };
    if (made.window !== window) {
      made.window = window;
      develop(film.samples, film.channels, lookupTable(sight, film.greys), made.pixels.data);
      made.canvas.getContext("2d")?.putImageData(made.pixels, 0, 0);
    }
    return made.canvas;
  };
}
