/** One slider: label, number field, track and a line of help. The markup is the template's; this gives it life. */

import { find } from "../dom.js";
import { decimalsOf } from "../format.js";
import { clampTo, shareOf, valueAfterKey } from "./slider-maths.js";

/** @import {SliderSpec} from "../types.js" */

/** Typing "17" passes "1": the field waits this long for the next digit. */
const TYPING_MS = 350;

/** @typedef {ReturnType<typeof createSlider>} Slider */

/** @param {HTMLElement} root @param {(value: number) => void} onChange */
export function createSlider(root, onChange) {
  let spec = specOf(root);
  let value = spec.default;
  const field = find(root, "input[type=number]", HTMLInputElement);
  const track = find(root, "input[type=range]", HTMLInputElement);
  const hatched = find(root, ".hatched");

  function show() {
    track.value = String(value);
    track.setAttribute("aria-valuetext", textOf(value, spec));
    if (document.activeElement !== field || field.valueAsNumber !== value) field.value = textOf(value, spec);
    root.style.setProperty("--share", String(shareOf(value, spec)));
  }

  /** @param {number} next */
  function change(next) {
    if (!Number.isFinite(next) || next === value) return show();
    value = next;
    show();
    onChange(value);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // In the field, Home and End move the text cursor, and left and right too.
    if (event.target === field && !/^(ArrowUp|ArrowDown|PageUp|PageDown)$/.test(event.key)) return;
    // On the track, keys stop where the track does.
    const reach = event.target === track ? { ...spec, limit: Math.max(spec.max, value) } : spec;
    const next = valueAfterKey(value, event.key, event.shiftKey, reach);
    if (next === null) return;
    event.preventDefault();
    change(next);
  }

  track.addEventListener("input", () => change(track.valueAsNumber));
  track.addEventListener("keydown", onKey);
  track.addEventListener("dblclick", () => change(spec.default));
  find(root, ".slider-label").addEventListener("dblclick", () => change(spec.default));
  field.addEventListener("keydown", onKey);
  listenToField(field, () => spec, change);
  show();

  return {
    name: root.dataset.name ?? "",
    spec: () => spec,
    /** @param {number} next */
    set(next) {
      value = next;
      show();
    },
    /** @param {SliderSpec} next @param {number} untrustworthyFrom  Infinity where all of the range can be trusted */
    configure(next, untrustworthyFrom) {
      spec = next;
      track.max = String(spec.max);
      field.max = String(spec.limit);
      hatched.hidden = untrustworthyFrom >= spec.max;
      root.style.setProperty("--hatch-from", String(shareOf(untrustworthyFrom, spec)));
      value = clampTo(value, spec);
      show();
    },
  };
}

/** @param {HTMLInputElement} field @param {() => SliderSpec} spec @param {(value: number) => void} change */
function listenToField(field, spec, change) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    const typed = field.valueAsNumber;
    if (typed === clampTo(typed, spec())) timer = setTimeout(() => change(typed), TYPING_MS);
  });
  field.addEventListener("change", () => {
    clearTimeout(timer);
    change(clampTo(field.valueAsNumber, spec()));
  });
}

/** @param {HTMLElement} root @returns {SliderSpec} */
function specOf(root) {
  const number = (/** @type {string} */ key) => Number(root.dataset[key]);
  return {
    min: number("min"),
    max: number("max"),
    limit: number("limit"),
    step: number("step"),
    default: number("default"),
  };
}

/** As many decimals as the step has, more only where more were given. @param {number} value @param {SliderSpec} spec */
function textOf(value, spec) {
  const text = value.toFixed(decimalsOf(spec.step));
  return Math.abs(Number(text) - value) < 1e-9 ? text : String(Number(value.toFixed(6)));
}
