/**
 * The specification curve: the column of interest in every setting around the one on the screen, the one that explains
 * least first, with what each is made of beneath. Asked for at a click, and fetched with it.
 */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { byId, el, find } from "../dom.js";
import { formatEps } from "../format.js";
import { changeParams } from "../store.js";
import { token } from "../theme.js";
import { specificationsPath } from "./paths.js";

/** @import {Page, SpecificationCurve} from "../types.js" */

/** Heights of the curve, of a row of values and of the gap between parts, in CSS pixels. */
const [CURVE, ROW, GAP] = [96, 3, 7];

/** @typedef {"along" | "first" | "second" | "start" | "noise"} Place */

/** Where a setting has its places on the plane. */
const PLACES = /** @type {const} */ (["first", "second"]);

/** @param {Pick<Page, "store" | "tooltip">} page @param {HTMLButtonElement} button  that was clicked */
export function bindSpecifications({ store, tooltip }, button) {
  const told = byId("specifications-told");
  const figure = byId("specifications");
  const canvas = find(figure, "canvas", HTMLCanvasElement);
  let asked = "";
  let abort = new AbortController();
  /** @type {SpecificationCurve | null} */
  let curve = null;
  /** Where the keyboard points. @type {number | null} */
  let cursor = null;

  async function ask() {
    asked = specificationsPath(store.get().params, store.get());
    abort = new AbortController();
    button.disabled = true;
    told.textContent = "Laying out every setting around this one …";
    try {
      show(await getAnswer(asked, abort.signal));
    } catch (error) {
      if (!isAbort(error)) told.textContent = messageOf(error);
    }
    button.disabled = false;
  }

  /** @param {SpecificationCurve | null} found */
  function show(found) {
    curve = found;
    cursor = null;
    told.textContent = found?.sentence ?? "";
    figure.hidden = !found?.testable;
    button.hidden = !figure.hidden;
    if (!found?.testable) return;
    const parts = partsOf(found);
    const names = parts.map(({ key, values }) => {
      const name = el("span", {}, key);
      name.style.height = `${values.length * ROW + GAP}px`;
      return name;
    });
    find(figure, ".specification-parts").replaceChildren(...names);
    canvas.setAttribute(
      "aria-label",
      `${found.settings.length} settings by what ${found.column} explains; arrows go through them, Enter applies one`,
    );
    draw();
  }

  function draw() {
    if (curve?.testable) paint(canvas, curve, cursor);
  }

  /** @param {MouseEvent} event */
  const placeAt = (event) => {
    const { left, width } = canvas.getBoundingClientRect();
    const n = curve?.settings.length ?? 0;
    return Math.min(n - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * n)));
  };

  /** @param {number | null} place */
  function point(place) {
    cursor = place;
    draw();
  }

  /** @param {number} place */
  function apply(place) {
    if (!curve) return;
    const setting = curve.settings[place];
    const parts = partsOf(curve).filter(({ key }) => key !== "start" && key !== "noise");
    store.set({ noise: setting.noise ? "in" : "out" });
    changeParams(store, Object.fromEntries(parts.map(({ key, values, at }) => [key, values[setting[at]]])));
  }

  canvas.addEventListener("pointermove", (event) => {
    if (!curve) return;
    point(placeAt(event));
    tooltip.at(event, describe(curve, placeAt(event)));
  });
  canvas.addEventListener("pointerleave", () => {
    point(null);
    tooltip.hide();
  });
  canvas.addEventListener("click", (event) => apply(placeAt(event)));
  canvas.addEventListener("blur", () => point(null));
  canvas.addEventListener("keydown", (event) => {
    if (!curve) return;
    const n = curve.settings.length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -(n >> 4), PageDown: n >> 4, Home: -n, End: n };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step) {
      point(Math.min(n - 1, Math.max(0, (cursor ?? n >> 1) + step)));
      tooltip.show(canvas.getBoundingClientRect(), describe(curve, cursor ?? 0));
    } else if (event.key === "Enter" && cursor !== null) apply(cursor);
    else return;
    event.preventDefault();
  });
  button.addEventListener("click", ask);
  // A place on the plane is one of the settings: the curve is that of all of them.
  store.watch(["params", "breakdown", "within"], (state) => {
    if (specificationsPath(state.params, state) === asked) return;
    abort.abort();
    asked = "";
    show(null);
  });
  store.watch(["scheme"], draw);
  void ask();
}

/**
 * What settings are made of: each part with its values, and where a setting has the place of its own among them.
 * @param {SpecificationCurve} curve
 * @returns {{key: string, values: readonly (number | string)[], at: Place}[]}
 */
export function partsOf(curve) {
  const [axis] = Object.keys(curve.along);
  const of = (/** @type {Record<string, unknown>} */ values, /** @type {string} */ key) =>
    /** @type {number[]} */ (values[key] ?? []);
  const starts = Array.from({ length: curve.n_starts }, (_, start) => (start ? "drawn" : "as set"));
  /** @param {string} key @param {readonly (number | string)[]} values @param {Place} at */
  const part = (key, values, at) => ({ key, values, at });
  return [
    part(axis ?? "", axis ? of(curve.along, axis) : [], "along"),
    ...curve.axes.map((key, i) => part(key, of(curve.values, key), PLACES[i])),
    part("start", starts, "start"),
    part("noise", ["out", "in"], "noise"),
  ].filter(({ values }) => values.length > 0);
}

/** @param {SpecificationCurve} curve @param {number} place */
export function describe(curve, place) {
  const setting = curve.settings[place];
  const made = partsOf(curve).map(({ key, values, at }) => {
    const value = values[setting[at]];
    return `${key} ${key === "eps" ? formatEps(Number(value)) : value}`;
  });
  return `explains ${Math.round(100 * setting.explained)}% · p = ${setting.p_value}\n${made.join(" · ")}`;
}

/** @param {HTMLCanvasElement} canvas @param {SpecificationCurve} curve @param {number | null} cursor */
function paint(canvas, curve, cursor) {
  const parts = partsOf(curve);
  const height = CURVE + parts.reduce((sum, { values }) => sum + values.length * ROW + GAP, 0);
  canvas.style.height = `${height}px`;
  const scale = devicePixelRatio;
  const width = canvas.clientWidth;
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(scale, scale);
  const [accent, dim, line, ink] = ["--accent", "--dim", "--line", "--ink"].map(token);
  const { settings } = curve;
  const [low, high] = [Math.min(0, settings[0].explained), Math.max(0.1, settings[settings.length - 1].explained)];
  const yOf = (/** @type {number} */ value) => 3 + (CURVE - 6) * (1 - (value - low) / (high - low || 1));
  const xOf = (/** @type {number} */ place) => ((place + 0.5) / settings.length) * width;
  context.fillStyle = line;
  context.fillRect(0, yOf(0), width, 1);
  for (const isFound of [false, true]) {
    context.fillStyle = isFound ? accent : dim;
    for (const [place, setting] of settings.entries())
      if (setting.p_value <= 0.05 === isFound) context.fillRect(xOf(place) - 1, yOf(setting.explained) - 1, 2, 2);
  }
  context.fillStyle = ink;
  let top = CURVE + GAP / 2;
  for (const { values, at } of parts) {
    for (const [row, shares] of sharesOf(settings, at, values.length, Math.max(1, Math.floor(width))).entries())
      for (const [x, share] of shares.entries()) {
        context.globalAlpha = share;
        context.fillRect(x, top + (values.length - 1 - row) * ROW, 1, ROW - 1);
      }
    top += values.length * ROW + GAP;
  }
  context.globalAlpha = 0.6;
  if (cursor !== null) context.fillRect(xOf(cursor) - 0.5, 0, 1, height);
}

/**
 * How many of the settings in each column of pixels have each value, as a share of them: a row for each value.
 * @param {SpecificationCurve["settings"]} settings @param {Place} at @param {number} n_values @param {number} width
 */
export function sharesOf(settings, at, n_values, width) {
  const rows = Array.from({ length: n_values }, () => new Float32Array(width));
  const totals = new Float32Array(width);
  for (const [place, setting] of settings.entries()) {
    const from = Math.floor((place / settings.length) * width);
    // With fewer settings than pixels one is as wide as it is.
    const to = Math.max(from + 1, Math.floor(((place + 1) / settings.length) * width));
    for (let x = from; x < to; x++) {
      rows[setting[at]][x] += 1;
      totals[x] += 1;
    }
  }
  for (const row of rows) for (let x = 0; x < width; x++) row[x] /= totals[x] || 1;
  return rows;
}
