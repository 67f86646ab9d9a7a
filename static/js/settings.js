/**
 * The catalogue of settings, as the server wrote it into the page: every parameter of a map and its clusters with its
 * range, its default and the methods that have it. Link, requests, captions and controls are read from it.
 */

import { formatEps } from "./format.js";

/** @import {Parameter, Params, Settings} from "./types.js" */

/** @type {Settings} */
let catalogue = Object.freeze({});

/** The one catalogue of the page; tests give their own. @param {Settings} settings @returns {Settings} */
export function useCatalogue(settings) {
  catalogue = Object.freeze({ ...settings });
  return catalogue;
}

/** @param {string} key @returns {Parameter | undefined} */
export const setting = (key) => catalogue[key];

/** What the controls say that there is. @param {ParentNode} root @returns {Settings} */
export function readCatalogue(root) {
  const nodes = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-name], [data-choice]"));
  return Object.fromEntries(
    [...nodes].map((node) => [node.dataset.name ?? node.dataset.choice ?? "", readSetting(node)]),
  );
}

/** @param {HTMLElement} node @returns {Parameter} */
function readSetting(node) {
  const { part, methods, axis, default: standard = "", least, limit, whole, word } = node.dataset;
  const label = node.querySelector("label, .slider-label")?.textContent?.trim() ?? "";
  const common = {
    part: part === "clusters" ? "clusters" : "map",
    methods: (methods ?? "").split(" ").filter(Boolean),
    axis: axis === "true",
  };
  if (limit === undefined) {
    const options = /** @type {(HTMLOptionElement | HTMLInputElement)[]} */ ([
      ...node.querySelectorAll("option, input"),
    ]);
    const textOf = (/** @type {HTMLElement} */ option) =>
      (option instanceof HTMLInputElement ? option.parentElement : option)?.textContent?.trim() ?? "";
    const choices = options.map((option) => ({ key: option.value, label: textOf(option) }));
    return /** @type {Parameter} */ ({ ...common, label, default: standard || (choices[0]?.key ?? ""), choices });
  }
  const range = { min: Number(least), max: Number(limit), whole: whole === "true", word: word || undefined };
  return /** @type {Parameter} */ ({
    ...common,
    label,
    ...range,
    default: standard === word ? standard : Number(standard),
  });
}

/**
 * What the value of a parameter is, or null where it cannot be.
 * @param {Parameter} of @param {string} text @returns {number | string | null}
 */
export function valueFrom({ choices, word, min = -Infinity, max = Infinity, whole }, text) {
  if (choices) return choices.find(({ key }) => key === text)?.key ?? null;
  if (word !== undefined && text.trim().toLowerCase() === word) return word;
  const value = text.trim() === "" ? NaN : Number(text);
  return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : null;
}

/** What a parameter may be, in words. @param {Parameter} of */
export function wanted({ choices, word, min, max, whole }) {
  if (choices) return choices.map(({ key }) => key).join(" or ");
  return `${word ? `${word} or ` : ""}a ${whole ? "whole " : ""}number from ${min} to ${max}`;
}

/**
 * The parameters that the chosen methods have, in the catalogue's order.
 * @param {Params} params @param {"map" | "clusters"} part @returns {string[]}
 */
export function keysOf(params, part) {
  const method = part === "map" ? params.method : params.clustering;
  return Object.keys(catalogue).filter((key) => {
    const { part: its, methods } = catalogue[key];
    return its === part && (methods.length === 0 || methods.includes(method));
  });
}

/** The name of a choice for readers. @param {string} key @param {unknown} value @returns {string} */
export const labelOf = (key, value) =>
  catalogue[key]?.choices?.find((choice) => choice.key === value)?.label ?? String(value);

/** A parameter and its value in words. @param {string} key @param {Params} params @returns {string} */
export function inWords(key, params) {
  const value = params[key];
  if (key === "method" || key === "clustering") return labelOf(key, value);
  if (key === "n_components") return `${value}-D`;
  if (catalogue[key]?.choices) return `${key} ${labelOf(key, value)}`;
  return `${key} ${key === "eps" ? formatEps(value) : value}`;
}

/**
 * The same for a caption, in the words of the controls.
 * @param {string} key @param {Params} params @returns {string}
 */
export function described(key, params) {
  if (key === "method" || key === "clustering") return labelOf(key, params[key]);
  const label = (catalogue[key]?.label || key).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  return `${label} ${key === "eps" ? formatEps(params[key]) : labelOf(key, params[key])}`;
}
