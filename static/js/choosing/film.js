/**
 * The film of the map: how its iterations came to it, or how it changes with the perplexity. The first is a drawing
 * that goes when the film is closed; the second turns the slider, and stays where it is stopped. Loaded when it is
 * first opened.
 */

import { FRAME_MS } from "../analysis.js";
import { getAnswer, isAbort, messageOf } from "../api.js";
import { specOf } from "../controls/slider.js";
import { trustworthyPerplexity } from "../controls/slider-maths.js";
import { byId, find } from "../dom.js";
import { count } from "../format.js";
import { coordinatesOf } from "../map/frames.js";
import { changeParams } from "../store.js";
import { projectionQuery } from "../url.js";
import { EXAGGERATED, perplexities, shareAt, stopAt } from "./timeline.js";

/** @import {AppStore, Frames, Reel} from "../types.js" */

/** From map to map: the move takes this long, and what waits for resting sliders waits longer. */
const MAP_MS = 260;

/** Below, a map is grain; above, it hardly changes. */
const [LEAST, MOST] = [5, 100];

/** @param {AppStore} store */
export function createFilm(store) {
  const box = byId("film");
  const opener = byId("film-open", HTMLButtonElement);
  const play = byId("film-play", HTMLButtonElement);
  const track = find(box, "input[type=range]", HTMLInputElement);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Reel | null} */
  let reel = null;
  let at = 0;
  let abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} text */
  const say = (text) => {
    byId("film-says").textContent = text;
    track.setAttribute("aria-valuetext", text);
  };

  /** @param {number} next */
  function show(next) {
    if (!reel) return;
    at = next;
    track.value = String(at);
    box.style.setProperty("--share", String(at / Math.max(1, reel.stops.length - 1)));
    say(reel.label(at));
  }

  /** @param {boolean} wanted */
  function run(wanted) {
    clearTimeout(timer);
    timer = undefined;
    play.setAttribute("aria-pressed", String(wanted));
    play.setAttribute("aria-label", wanted ? "Pause" : "Play");
    if (!wanted || !reel) return;
    if (at === reel.stops.length - 1) move(0);
    timer = setTimeout(step, reel.pace);
  }

  function step() {
    if (!reel || at === reel.stops.length - 1 || store.get().trouble) return run(false);
    if (reel.ready()) move(at + 1);
    timer = setTimeout(step, reel.pace);
  }

  /** @param {number} next */
  function move(next) {
    show(next);
    reel?.go(next);
  }

  /** @param {Reel | null} next @param {number} start */
  function load(next, start) {
    reel = next;
    for (const part of [play, track]) part.disabled = reel === null;
    const mark = find(box, ".film-mark");
    mark.hidden = !reel?.mark;
    if (!reel) return;
    track.max = String(reel.stops.length - 1);
    if (reel.mark) {
      mark.textContent = reel.mark.name;
      mark.style.left = `${100 * shareAt(reel.stops, reel.mark.at)}%`;
    }
    show(start);
    if (document.activeElement === box) track.focus();
  }

  /** How the map that is shown came about. */
  async function loadIterations() {
    leave();
    const { shown } = store.get();
    if (!shown) return;
    say("Reading the iterations …");
    try {
      const frames = await getAnswer(`/api/frames?${projectionQuery(shown)}`, abort.signal);
      load(iterationsReel(store, frames), frames.n_iter.length - 1);
      run(!still.matches);
    } catch (error) {
      if (!isAbort(error)) say(messageOf(error));
    }
  }

  function loadPerplexities() {
    leave();
    const next = perplexityReel(store);
    load(next, stopAt(next.stops, store.get().params.perplexity));
    run(!still.matches);
  }

  /** Back to the map. */
  function leave() {
    run(false);
    abort.abort();
    abort = new AbortController();
    load(null, 0);
    store.set({ film: null });
  }

  const kind = () => find(box, "input:checked", HTMLInputElement).value;
  const start = () => (kind() === "iterations" ? loadIterations() : loadPerplexities());

  /** @param {boolean} wanted */
  function open(wanted) {
    const within = box.contains(document.activeElement);
    box.hidden = !wanted;
    opener.setAttribute("aria-expanded", String(wanted));
    if (wanted) {
      box.focus();
      void start();
    } else {
      leave();
      if (within) opener.focus();
    }
  }

  play.hidden = still.matches;
  play.addEventListener("click", () => run(timer === undefined));
  track.addEventListener("input", () => {
    run(false);
    move(track.valueAsNumber);
  });
  box.addEventListener("change", (event) => {
    if (event.target !== track) void start();
  });
  find(box, "[data-close]").addEventListener("click", () => open(false));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || box.hidden || document.querySelector("dialog[open]")) return;
      // One Escape closes one thing.
      event.stopPropagation();
      open(false);
    },
    true,
  );
  store.on(["params"], ({ params }) => {
    if (box.hidden) return;
    if (params.method === "pca") open(false);
    // Whoever takes the slider stops the film.
    else if (reel && kind() === "perplexity" && params.perplexity !== reel.stops[at]) {
      run(false);
      show(stopAt(reel.stops, params.perplexity));
    }
  });
  // The iterations of another map.
  store.on(["projection"], () => !box.hidden && kind() === "iterations" && void loadIterations());
  return { toggle: () => open(box.hidden === true) };
}

/** @param {AppStore} store @param {Frames} frames @returns {Reel} */
function iterationsReel(store, { n_iter, shape, coordinates }) {
  const last = n_iter[n_iter.length - 1];
  return {
    stops: n_iter,
    mark: EXAGGERATED < last ? { at: EXAGGERATED, name: "end of early exaggeration" } : null,
    pace: FRAME_MS,
    ready: () => true,
    label: (at) => `iteration ${count(n_iter[at])} of ${count(last)}${n_iter[at] <= EXAGGERATED ? " · early exaggeration" : ""}`,
    go: (at) => store.set({ film: coordinatesOf({ shape, coordinates: coordinates[at] }) }),
  };
}

/** @param {AppStore} store @returns {Reel} */
function perplexityReel(store) {
  const { min, max } = specOf(find(document, '.slider[data-name="perplexity"]'));
  const n = store.get().cohort?.n_images ?? 0;
  const most = Math.min(MOST, max, n - 1);
  const stops = perplexities(Math.min(Math.max(min, LEAST), most), most);
  const limit = trustworthyPerplexity(n);
  return {
    stops,
    mark: limit < most ? { at: limit, name: "a third of the images" } : null,
    pace: MAP_MS,
    ready: () => store.get().shown === store.get().params,
    label: (at) => `perplexity ${stops[at]}${stops[at] > limit ? ` · too close to ${count(n)} images` : ""}`,
    go: (at) => changeParams(store, { perplexity: stops[at] }),
  };
}
