/** One X-ray on the table: drawn from its own pixels at every zoom, never from a smaller copy. */

import { ApiError, getAnswer, messageOf } from "../api.js";
import { el } from "../dom.js";
import { createDarkroom } from "./darkroom.js";
import { greyAt, isPlain, lookUp, lookupTable, windowOf } from "./greys.js";
import { countsOf } from "./histogram.js";
import { filmUrl } from "./load.js";
import { drawLength, drawLens, drawRim } from "./overlay.js";
import { FIRST_SIGHT, pixelAt, placed, roomFor } from "./sight.js";

/** @import {Cohort, ImageRecord} from "../types.js" */
/** @import {Load} from "./load.js" */
/** @import {Film, Point} from "./types.js" */

/** @typedef {ReturnType<typeof createPane>} Pane */

/** @param {Load} load */
export function createPane(load) {
  const canvas = el("canvas", { role: "img" });
  const label = el("p", { class: "pane-label" });
  const readout = el("p", { class: "pane-readout" });
  const say = el("p", { class: "pane-say", role: "status" });
  const film = el("div", { class: "pane-film" }, canvas, say);
  // Below the film and not over it, where letters may have been burnt in.
  const caption = el("div", { class: "pane-caption" }, label, readout);
  const node = el("div", { class: "pane", role: "group", tabindex: 0 }, film, caption);
  // The greys are looked up in memory; from the graphics card every frame would have to be read back.
  const context = /** @type {CanvasRenderingContext2D} */ (
    canvas.getContext("2d", { alpha: false, willReadFrequently: true })
  );
  const developed = createDarkroom();
  let sight = FIRST_SIGHT;
  /** @type {Film | null} */
  let picture = null;
  /** @type {string | null | undefined} */
  let id;
  let isReduced = false;
  let scheduled = false;
  /** Where the magnifier is, in shares of the pane. @type {Point | null} */
  let lens = null;
  /** How far its pixels are apart. @type {ImageRecord["spacing"]} */
  let spacing = null;
  /** What is measured, in pixels of the picture. @type {[Point, Point] | null} */
  let line = null;

  function draw() {
    scheduled = false;
    context.fillRect(0, 0, canvas.width, canvas.height);
    // A hidden pane has no size.
    if (picture && canvas.width > 0) drawFilm(picture);
    else readout.textContent = "";
  }

  /** @param {Film} film */
  function drawFilm(film) {
    const place = placed(sight, film, canvas);
    const { left, top, scale } = place;
    const [width, height] = [film.width * scale, film.height * scale];
    const shown = developed(film, sight);
    const glass = lens && { x: (lens.x + 0.5) * canvas.width, y: (lens.y + 0.5) * canvas.height };
    context.imageSmoothingQuality = "high";
    context.drawImage(shown, left, top, width, height);
    if (glass) drawLens(context, shown, film, place, glass);
    if ("image" in film && !isPlain(sight)) {
      // The film alone: the dark around it stays dark.
      const [x, y] = [Math.max(0, left), Math.max(0, top)];
      const pixels = context.getImageData(
        x,
        y,
        Math.ceil(Math.min(canvas.width, left + width) - x),
        Math.ceil(Math.min(canvas.height, top + height) - y),
      );
      lookUp(pixels.data, lookupTable(sight));
      context.putImageData(pixels, x, y);
    }
    if (glass) drawRim(context, glass);
    if (line) drawLength(context, place, line, spacing);
    const { width: wide, level } = windowOf(sight, film.greys);
    const bits = film.bits > 8 ? `${film.bits} bits · ` : "";
    const size = isReduced ? ` of ${film.width} × ${film.height}, not full size` : "";
    readout.textContent = `W ${Math.round(wide)} · L ${Math.round(level)} · ${bits}${Math.round(100 * scale)}%${size}`;
  }

  function schedule() {
    if (!scheduled) requestAnimationFrame(draw);
    scheduled = true;
  }

  /** @param {"empty" | "loading" | "failed" | "shown"} state @param {string} text */
  function tell(state, text) {
    node.dataset.state = state;
    say.textContent = text;
    schedule();
  }

  // As many pixels as the screen has there, so that the browser has nothing left to stretch.
  new ResizeObserver(() => {
    const { left, top, right, bottom } = film.getBoundingClientRect();
    const place = (/** @type {number} */ edge) => Math.round(edge * devicePixelRatio);
    canvas.width = place(right) - place(left);
    canvas.height = place(bottom) - place(top);
    // At once: a canvas of a new size is empty.
    draw();
  }).observe(film);

  return {
    node,
    film,
    label,
    room: () => ({
      ...roomFor(picture ?? canvas, canvas),
      ...(picture && {
        greyAt: (/** @type {number} */ share) => greyAt(countsOf(/** @type {Film} */ (picture)), share),
      }),
    }),
    /** @param {Point | null} at */
    magnify(at) {
      if (at === null && lens === null) return;
      lens = at;
      schedule();
    },
    /** From a place that is pressed to where the hand is. @param {Point} at @param {boolean} starts */
    measure(at, starts) {
      if (!picture) return;
      const pixel = pixelAt(sight, picture, canvas, at);
      line = starts || !line ? [pixel, pixel] : [line[0], pixel];
      schedule();
    },
    /** @param {typeof sight} next */
    look(next) {
      sight = next;
      schedule();
    },
    /**
     * Whether another film has come.
     * @param {Cohort} cohort @param {ImageRecord | null} record
     */
    async show(cohort, record) {
      const asked = record?.id ?? null;
      if (asked === id) return false;
      id = asked;
      picture = line = null;
      spacing = record?.spacing ?? null;
      isReduced = cohort.reduced_to !== null;
      canvas.setAttribute("aria-label", `X-ray ${record?.filename ?? ""}`);
      if (!record || asked === null || !cohort.has_images) {
        tell(
          "empty",
          cohort.has_images
            ? "Shift+click an X-ray at the right to put it here."
            : "This cohort came as features alone: there is no picture to show.",
        );
        return false;
      }
      tell("loading", "Loading …");
      const found = await load(record).catch((error) =>
        error instanceof ApiError ? messageOf(error) : whyNot(filmUrl(asked, cohort.reduced_to)),
      );
      if (id !== asked) return false;
      picture = typeof found === "string" ? null : found;
      tell(picture ? "shown" : "failed", picture ? "" : String(found));
      return picture !== null;
    },
  };
}

/** The browser only says that it failed; the server knows why. @param {string} url @returns {Promise<string>} */
const whyNot = (url) =>
  getAnswer(url).catch((error) =>
    error.status === 200 ? "This image cannot be shown by the browser." : messageOf(error),
  );
