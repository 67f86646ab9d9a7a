/** The left column's inputs, bound to the parameters of the state. */

import { el, find } from "../dom.js";
import { count } from "../format.js";
import { changeParams } from "../store.js";
import { keysOf, setting, valueFrom } from "../settings.js";
import { createSlider } from "./slider.js";
import { clampTo, perplexitySpec, trustworthyPerplexity } from "./slider-maths.js";

/** @import {AppStore, Params, SliderSpec} from "../types.js" */
/** @import {Slider} from "./slider.js" */

/** A longer track could not be aimed on; the field still takes any perplexity below the number of images. */
const LONGEST_PERPLEXITY_TRACK = 300;

/** Seeds that are short enough to be read out. */
const SEEDS = 10_000;

/** @param {AppStore} store @param {HTMLFieldSetElement} panel */
export function bindControls(store, panel) {
  const change = changeParams.bind(null, store);
  const sliders = bindSliders(panel, change);
  const perplexityAsGiven = sliders.get("perplexity")?.spec();
  bindSegments(panel, change);
  bindMore(panel, change);
  addReroll(panel, change);

  store.watch(["params"], ({ params }) => showParams(panel, sliders, params));
  store.rule(["cohort"], ({ cohort, params }) => {
    if (cohort?.state !== "ready" || cohort.n_images < 2 || !perplexityAsGiven) return {};
    const spec = perplexitySpec(perplexityAsGiven, cohort.n_images, LONGEST_PERPLEXITY_TRACK);
    const perplexity = clampTo(params.perplexity, spec);
    const n_neighbors = Math.min(params.n_neighbors, cohort.n_images);
    const fits = perplexity === params.perplexity && n_neighbors === params.n_neighbors;
    return fits ? {} : { params: { ...params, perplexity, n_neighbors } };
  });
  store.watch(["cohort"], ({ cohort }) => {
    panel.disabled = cohort?.state !== "ready" || cohort.n_images < 2;
    if (cohort?.state !== "ready" || cohort.n_images < 2) return;
    const slider = sliders.get("perplexity");
    if (!slider || !perplexityAsGiven) return;
    limitPerplexity(panel, slider, perplexityAsGiven, cohort.n_images);
  });
  showParams(panel, sliders, store.get().params);
}

/** @param {ParentNode} panel @param {(patch: Partial<Params>) => void} change @returns {Map<string, Slider>} */
function bindSliders(panel, change) {
  /** @type {Map<string, Slider>} */
  const sliders = new Map();
  for (const root of panel.querySelectorAll(".slider")) {
    if (!(root instanceof HTMLElement)) continue;
    const name = root.dataset.name ?? "";
    sliders.set(
      name,
      createSlider(root, (value) => change({ [name]: setting(name)?.whole ? Math.round(value) : value })),
    );
  }
  return sliders;
}

/** @param {ParentNode} panel @param {(patch: Partial<Params>) => void} change */
function bindSegments(panel, change) {
  for (const input of panel.querySelectorAll(".segmented input")) {
    if (!(input instanceof HTMLInputElement)) continue;
    input.addEventListener("change", () => {
      const of = setting(input.name);
      if (of) change({ [input.name]: valueFrom(of, input.value) });
    });
  }
}

/** @param {ParentNode} panel @param {(patch: Partial<Params>) => void} change */
function bindMore(panel, change) {
  for (const row of rowsOf(panel)) {
    const key = row.dataset.name ?? "";
    const field = find(row, "input, select", HTMLElement);
    field.addEventListener("change", () => {
      const of = setting(key);
      const value = of ? valueFrom(of, /** @type {HTMLInputElement | HTMLSelectElement} */ (field).value) : null;
      field.setAttribute("aria-invalid", String(value === null));
      if (value !== null) change({ [key]: value });
    });
  }
}

/** @param {ParentNode} panel @returns {HTMLElement[]} */
const rowsOf = (panel) => [.../** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll(".more-row[data-name]"))];

/** @param {ParentNode} panel @param {(patch: Partial<Params>) => void} change */
function addReroll(panel, change) {
  const onclick = () => change({ random_state: Math.floor(Math.random() * SEEDS) });
  find(panel, '[data-name="random_state"]').append(
    el(
      "button",
      { type: "button", class: "reroll", "aria-label": "Another seed", title: "Another seed", onclick },
      "⟳",
    ),
  );
}

/**
 * As many images as there are now, of which some may be excluded.
 * @param {ParentNode} panel @param {Slider} slider @param {SliderSpec} given @param {number} nImages
 */
function limitPerplexity(panel, slider, given, nImages) {
  const spec = perplexitySpec(given, nImages, LONGEST_PERPLEXITY_TRACK);
  const limit = trustworthyPerplexity(nImages);
  slider.configure(spec, limit);
  const help = find(panel, "#perplexity-help").textContent ?? "";
  find(panel, '[data-name="perplexity"] .about').dataset.tip =
    help + (limit < spec.max ? ` Hatched: too close to ${count(nImages)}.` : "");
}

/** @param {ParentNode} panel @param {Map<string, Slider>} sliders @param {Params} params */
function showParams(panel, sliders, params) {
  for (const [name, slider] of sliders) slider.set(Number(params[/** @type {keyof Params} */ (name)] ?? NaN));
  for (const key of ["method", "n_components", "clustering"]) {
    find(panel, `[name="${key}"][value="${params[key]}"]`, HTMLInputElement).checked = true;
  }
  for (const row of rowsOf(panel)) {
    const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (find(row, "input, select", HTMLElement));
    field.value = String(params[row.dataset.name ?? ""]);
    field.setAttribute("aria-invalid", "false");
  }
  for (const part of /** @type {const} */ (["map", "clusters"])) {
    const keys = keysOf(params, part);
    const all = /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll(`[data-name][data-part="${part}"]`));
    for (const node of all) node.hidden = !keys.includes(node.dataset.name ?? "");
  }
  const more = find(panel, "#more-map");
  more.hidden = rowsOf(more).every((row) => row.hidden);
  // It helps to choose eps, which not every method has.
  find(panel, "#k-distance").hidden = !keysOf(params, "clusters").includes("eps");
}
