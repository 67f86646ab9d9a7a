/**
 * The film of the map: how its iterations came to it, or how it changes with the perplexity. The first is a drawing
 * that goes when the film is closed; the second turns the slider, which goes back too. Loaded when it is first
 * opened.
 */

import { getAnswer, isAbort, messageOf } from "../api.js";
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

/** Once the exaggeration is over little moves: what is left passes faster. */
const SETTLED_MS = 60;

/** Below, a map is grain; above, it hardly changes. */
const LEAST = 5;
const MOST = 100;

/** @param {AppStore} store */
export function createFilm(store) {
  const box = byId("film");
  const opener = byId("film-open");
  const play = byId("film-play", HTMLButtonElement);
  const mark = byId("film-mark");
  const track = find(box, "input", HTMLInputElement);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Reel | null} */
  let reel = null;
  let at = 0;
  let abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** The perplexity that the film set out from, until somebody else takes the slider. @type {number | null} */
  let before = null;
  const ofIterations = () => find(box, ":checked", HTMLInputElement).value === "iterations";

  /** @param {string} text */
  function say(text) {
    byId("film-says").textContent = text;
    track.setAttribute("aria-valuetext", text);
  }

  /** @param {Reel} of @param {number} next */
  function show(of, next) {
    at = next;
    track.value = String(at);
    box.style.setProperty("--share", String(shareAt(of.stops, of.stops[at])));
    say(of.label(at));
  }

  /** @param {number} next */
  function move(next) {
    if (!reel) return;
    show(reel, next);
    reel.go(next);
  }

  /** @param {boolean} wanted */
  function run(wanted) {
    clearTimeout(timer);
    timer = undefined;
    play.setAttribute("aria-label", wanted ? "Pause" : "Play");
    if (!wanted || !reel) return;
    if (at === reel.stops.length - 1) move(0);
    timer = setTimeout(step, reel.pace(at));
  }

  function step() {
    if (!reel || at === reel.stops.length - 1 || store.get().trouble) return run(false);
    if (reel.ready()) move(at + 1);
    timer = setTimeout(step, reel.pace(at));
  }

  /** Whatever is asked for or shown ends, and the map is back. */
  function leave() {
    run(false);
    reel = null;
    abort.abort();
    abort = new AbortController();
    store.batch(() => {
      store.set({ film: null });
      if (before !== null && before !== store.get().params.perplexity) changeParams(store, { perplexity: before });
    });
    before = null;
  }

  async function start() {
    leave();
    say("Reading the iterations …");
    try {
      const next = ofIterations() ? await iterationsReel(store, abort.signal) : perplexityReel(store);
      reel = next;
      if (!ofIterations()) before = store.get().params.perplexity;
      track.max = String(next.stops.length - 1);
      mark.textContent = next.mark?.name ?? "";
      mark.style.left = `${100 * shareAt(next.stops, next.mark?.at ?? 0)}%`;
      show(next, next.from);
      run(!still.matches);
    } catch (error) {
      if (!isAbort(error)) say(messageOf(error));
    }
  }

  /** @param {boolean} wanted */
  function open(wanted) {
    box.hidden = !wanted;
    opener.setAttribute("aria-expanded", String(wanted));
    (wanted ? track : opener).focus();
    if (wanted) void start();
    else leave();
  }

  play.hidden = still.matches;
  play.addEventListener("click", () => run(timer === undefined));
  track.addEventListener("input", () => {
    run(false);
    move(track.valueAsNumber);
  });
  box.addEventListener("change", (event) => event.target !== track && start());
  byId("film-close").addEventListener("click", () => open(false));
  store.watch(["params"], ({ params }) => {
    if (box.hidden) return;
    // It ends by a change of its own, once everybody has heard of this one.
    if (params.method !== "tsne") queueMicrotask(() => open(false));
    // Whoever takes the slider stops the film.
    else if (reel && !ofIterations() && params.perplexity !== reel.stops[at]) {
      before = null;
      run(false);
      show(reel, stopAt(reel.stops, params.perplexity));
    }
  });
  // The iterations of another map.
  store.watch(["projection"], () => !box.hidden && ofIterations() && queueMicrotask(start));
  return { toggle: () => open(box.hidden === true) };
}

/** @param {AppStore} store @param {AbortSignal} signal @returns {Promise<Reel>} */
async function iterationsReel(store, signal) {
  const { shown, params } = store.get();
  /** @type {Frames} */
  const { n_iter, shape, coordinates } = await getAnswer(`/api/frames?${projectionQuery(shown ?? params)}`, signal);
  const last = n_iter[n_iter.length - 1];
  return {
    stops: n_iter,
    from: n_iter.length - 1,
    mark: EXAGGERATED < last ? { at: EXAGGERATED, name: "end of early exaggeration" } : null,
    pace: (at) => (n_iter[at] <= EXAGGERATED ? MAP_MS : SETTLED_MS),
    ready: () => true,
    label: (at) => `iteration ${count(n_iter[at])} of ${count(last)}`,
    go: (at) => store.set({ film: coordinatesOf({ shape, coordinates: coordinates[at] }) }),
  };
}

/** @param {AppStore} store @returns {Reel} */
function perplexityReel(store) {
  const { params, cohort } = store.get();
  const most = Math.min(MOST, Number(find(document, "#perplexity-track", HTMLInputElement).max));
  const stops = perplexities(Math.min(LEAST, most), most);
  const limit = trustworthyPerplexity(cohort?.n_images ?? 0);
  return {
    stops,
    from: stopAt(stops, params.perplexity),
    mark: limit < most ? { at: limit, name: "a third of the images" } : null,
    pace: () => MAP_MS,
    ready: () => store.get().shown === store.get().params,
    label: (at) => `perplexity ${stops[at]}`,
    go: (at) => changeParams(store, { perplexity: stops[at] }),
  };
}
