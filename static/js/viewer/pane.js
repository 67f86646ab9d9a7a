/** One X-ray on the table: drawn from its own pixels at every zoom, never from a smaller copy. */

import { ApiError, getAnswer, imageUrl, messageOf } from "../api.js";
import { el } from "../dom.js";
import { createDarkroom } from "./darkroom.js";
import { isPlain, lookUp, lookupTable, windowOf } from "./greys.js";
import { FIRST_SIGHT, placed, roomFor } from "./sight.js";

/** @import {Cohort, ImageRecord} from "../types.js" */
/** @import {Load} from "./load.js" */
/** @import {Film} from "./types.js" */

/** @typedef {ReturnType<typeof createPane>} Pane */

/** @param {Load} load */
export function createPane(load) {
  const canvas = el("canvas", { role: "img" });
  const label = el("p", { class: "pane-label" });
  const readout = el("p", { class: "pane-readout" });
  const say = el("p", { class: "pane-say", role: "status" });
  const node = el("div", { class: "pane", role: "group", tabindex: 0 }, canvas, label, readout, say);
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
  let scheduled = false;

  function draw() {
    scheduled = false;
    context.fillRect(0, 0, canvas.width, canvas.height);
    // A hidden pane has no size.
    if (picture && canvas.width > 0) drawFilm(picture);
    else readout.textContent = "";
  }

  /** @param {Film} film */
  function drawFilm(film) {
    const { left, top, scale } = placed(sight, film, canvas);
    const [width, height] = [film.width * scale, film.height * scale];
    context.imageSmoothingQuality = "high";
    context.drawImage(developed(film, sight), left, top, width, height);
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
    const { width: wide, level } = windowOf(sight, film.greys);
    const bits = film.bits > 8 ? `${film.bits} bits · ` : "";
    readout.textContent = `W ${Math.round(wide)} · L ${Math.round(level)} · ${bits}${Math.round(100 * scale)}%`;
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
    const { left, top, right, bottom } = node.getBoundingClientRect();
    const place = (/** @type {number} */ edge) => Math.round(edge * devicePixelRatio);
    canvas.width = place(right) - place(left);
    canvas.height = place(bottom) - place(top);
    // At once: a canvas of a new size is empty.
    draw();
  }).observe(node);

  return {
    node,
    label,
    room: () => roomFor(picture ?? canvas, canvas),
    /** @param {typeof sight} next */
    look(next) {
      sight = next;
      schedule();
    },
    /** @param {Cohort} cohort @param {ImageRecord | null} record */
    async show(cohort, record) {
      const asked = record?.id ?? null;
      if (asked === id) return;
      id = asked;
      picture = null;
      canvas.setAttribute("aria-label", `X-ray ${record?.filename ?? ""}`);
      if (!record || asked === null) return tell("empty", "Shift+click an X-ray at the right to put it here.");
      if (!cohort.has_images) return tell("empty", "This cohort came as features alone: there is no picture to show.");
      tell("loading", "Loading …");
      const found = await load(record).catch((error) => (error instanceof ApiError ? messageOf(error) : whyNot(asked)));
      if (id !== asked) return;
      picture = typeof found === "string" ? null : found;
      tell(picture ? "shown" : "failed", picture ? "" : String(found));
    },
  };
}

/** The browser only says that it failed; the server knows why. @param {string} id @returns {Promise<string>} */
const whyNot = (id) =>
  getAnswer(imageUrl(id)).catch((error) =>
    error.status === 200 ? "This image cannot be shown by the browser." : messageOf(error),
  );
