/** The left column's inputs, bound to the parameters of the state. */

import { el, find } from "../dom.js";
import { count } from "../format.js";
import { changeParams } from "../store.js";
import { EXTRA_SPECS } from "../url.js";
import { createSlider, specOf } from "./slider.js";
import { clampTo, perplexitySpec, trustworthyPerplexity } from "./slider-maths.js";

/** @import {AppStore, NumberSpecs, Params, SliderSpec} from "../types.js" */
/** @import {Slider} from "./slider.js" */

/** A longer track could not be aimed on; the field still takes any perplexity below the number of images. */
const LONGEST_PERPLEXITY_TRACK = 300;

const WHOLE = new Set(["max_iter", "random_state", "min_samples"]);

/** The ranges that the server wrote into the page. @param {ParentNode} root @returns {NumberSpecs} */
export function readSpecs(root) {
  const specs = [...root.querySelectorAll(".slider")]
    .filter((node) => node instanceof HTMLElement)
    .map((node) => {
      const name = node.dataset.name ?? "";
      const { min, limit, default: standard } = specOf(node);
      return [name, { min, max: limit, default: standard, whole: WHOLE.has(name) }];
    });
  return { ...Object.fromEntries(specs), ...EXTRA_SPECS };
}

/** @param {AppStore} store @param {HTMLFieldSetElement} panel */
export function bindControls(store, panel) {
  const change = changeParams.bind(null, store);
  const sliders = bindSliders(panel, change);
  const perplexityAsGiven = sliders.get("perplexity")?.spec();
  bindSegments(panel, change);
  bindMore(panel, change);
  addReroll(panel, change);
  shortenHelp(panel);

  store.on(["params"], ({ params }) => showParams(panel, sliders, params));
  store.on(["cohort"], ({ cohort, params }) => {
    panel.disabled = cohort?.state !== "ready" || cohort.n_images < 2;
    if (cohort?.state !== "ready" || cohort.n_images < 2) return;
    const slider = sliders.get("perplexity");
    if (!slider || !perplexityAsGiven) return;
    limitPerplexity(panel, slider, perplexityAsGiven, cohort.n_images);
    const perplexity = clampTo(params.perplexity, slider.spec());
    if (perplexity !== params.perplexity) change({ perplexity });
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
      createSlider(root, (value) => change({ [name]: WHOLE.has(name) ? Math.round(value) : value })),
    );
  }
  return sliders;
}

/** @param {ParentNode} panel @param {(patch: Partial<Params>) => void} change */
function bindSegments(panel, change) {
  for (const input of panel.querySelectorAll(".segmented input")) {
    if (!(input instanceof HTMLInputElement)) continue;
    input.addEventListener("change", () => {
      if (input.name === "method") change({ method: input.value === "pca" ? "pca" : "tsne" });
      else change({ n_components: input.value === "3" ? 3 : 2 });
    });
  }
}

/** @param {ParentNode} panel @param {(patch: Partial<Params>) => void} change */
function bindMore(panel, change) {
  const init = find(panel, "#init", HTMLSelectElement);
  const metric = find(panel, "#metric", HTMLSelectElement);
  init.addEventListener("change", () => change({ init: init.value === "random" ? "random" : "pca" }));
  metric.addEventListener("change", () => change({ metric: metric.value }));
  for (const key of /** @type {const} */ (["learning_rate", "early_exaggeration"])) {
    const field = find(panel, `#${key}`, HTMLInputElement);
    field.addEventListener("change", () => {
      const value = typedNumber(key, field.value);
      field.setAttribute("aria-invalid", String(value === null));
      if (value !== null) change({ [key]: value });
    });
  }
}

/** @param {"learning_rate" | "early_exaggeration"} key @param {string} text @returns {number | "auto" | null} */
function typedNumber(key, text) {
  if (key === "learning_rate" && text.trim().toLowerCase() === "auto") return "auto";
  const value = text.trim() === "" ? NaN : Number(text);
  const { min, max } = EXTRA_SPECS[key];
  return value >= min && value <= max ? value : null;
}

/** @param {ParentNode} panel @param {(patch: Partial<Params>) => void} change */
function addReroll(panel, change) {
  const root = find(panel, '[data-name="random_state"]');
  const { min, max } = specOf(root);
  const reroll = () => change({ random_state: min + Math.floor(Math.random() * (max - min + 1)) });
  find(root, ".field").append(
    el(
      "button",
      { type: "button", class: "reroll", "aria-label": "Another seed", title: "Another seed", onclick: reroll },
      "⟳",
    ),
  );
  // The seed has no track: a place on a line means nothing for it. Its label belongs to the field then.
  find(root, ".slider-label", HTMLLabelElement).htmlFor = "random_state";
}

/** The line under a slider is the first sentence of its help, without its reference; all of it is behind the question mark. @param {ParentNode} panel */
function shortenHelp(panel) {
  for (const line of panel.querySelectorAll(".slider .help")) {
    const text = line.textContent ?? "";
    // The seed's line is kept for what the server says of it.
    if (line.id === "random_state-help") {
      line.textContent = "";
      continue;
    }
    const first = /^.*?[.;](?=\s|$)/s.exec(text)?.[0] ?? text;
    line.textContent = first.replace(/\s*\([^)]*\d{4}\)/, "").replace(/;$/, ".");
  }
}

/** As many images as there are now, of which some may be excluded. @param {ParentNode} panel @param {Slider} slider @param {SliderSpec} given @param {number} nImages */
function limitPerplexity(panel, slider, given, nImages) {
  const spec = perplexitySpec(given, nImages, LONGEST_PERPLEXITY_TRACK);
  const limit = trustworthyPerplexity(nImages);
  slider.configure(spec, limit);
  const help = find(panel, "#perplexity-help");
  help.dataset.alone ??= help.textContent ?? "";
  help.textContent = help.dataset.alone + (limit < spec.max ? ` Hatched: too close to ${count(nImages)}.` : "");
}

/** @param {ParentNode} panel @param {Map<string, Slider>} sliders @param {Params} params */
function showParams(panel, sliders, params) {
  for (const [name, slider] of sliders) slider.set(Number(params[/** @type {keyof Params} */ (name)] ?? NaN));
  for (const key of /** @type {const} */ (["method", "n_components"])) {
    find(panel, `[name="${key}"][value="${params[key]}"]`, HTMLInputElement).checked = true;
  }
  for (const key of /** @type {const} */ (["init", "metric"]))
    find(panel, `#${key}`, HTMLSelectElement).value = params[key];
  for (const key of /** @type {const} */ (["learning_rate", "early_exaggeration"])) {
    const field = find(panel, `#${key}`, HTMLInputElement);
    field.value = String(params[key]);
    field.setAttribute("aria-invalid", "false");
  }
  // Kept in place but out of reach, so that nothing jumps when the method changes.
  for (const id of ["tsne-controls", "more-tsne"]) find(panel, `#${id}`).inert = params.method === "pca";
}
