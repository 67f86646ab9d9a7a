/**
 * The state of the page as a query string and back, so that a link is a view. What is unknown or out of range is
 * told, never replaced without a word. Pure.
 */

import { HOME, MAX_ZOOM, MIN_ZOOM, isHome } from "./map/camera.js";
import { UNTURNED, isTurn } from "./map/procrustes.js";

/** @import {LinkedState, NumberSpec, NumberSpecs, Params} from "./types.js" */
/** @import {Camera, Turn} from "./map/types.js" */

export const CHOICES = Object.freeze({
  method: /** @type {const} */ (["tsne", "pca"]),
  n_components: /** @type {const} */ ([2, 3]),
  init: /** @type {const} */ (["pca", "random"]),
  metric: /** @type {const} */ (["euclidean", "cosine", "manhattan"]),
  marks: /** @type {const} */ (["dots", "both", "images"]),
});

/** Parameters that have no slider, with the server's ranges. @type {NumberSpecs} */
export const EXTRA_SPECS = Object.freeze({
  learning_rate: { min: 1e-3, max: 1e6, default: NaN, whole: false },
  early_exaggeration: { min: 1, max: 1000, default: 12, whole: false },
});

const NUMBER_KEYS = /** @type {const} */ ([
  "perplexity",
  "max_iter",
  "random_state",
  "early_exaggeration",
  "eps",
  "min_samples",
]);

/** @param {NumberSpecs} specs @returns {Params} */
export function defaultParams(specs) {
  const number = (/** @type {string} */ key) => specs[key].default;
  return {
    method: "tsne",
    n_components: 2,
    perplexity: number("perplexity"),
    max_iter: number("max_iter"),
    random_state: number("random_state"),
    learning_rate: "auto",
    early_exaggeration: number("early_exaggeration"),
    init: "pca",
    metric: "euclidean",
    eps: number("eps"),
    min_samples: number("min_samples"),
    where: [],
    own: [],
  };
}

/** What a link may say; the server takes the token out of it. */
const KNOWN = Object.freeze([
  ...NUMBER_KEYS,
  "learning_rate",
  "method",
  "n_components",
  "init",
  "metric",
  "where",
  "own",
  "beside",
  "dim",
  "colour",
  "breakdown",
  "noise",
  "within",
  "marks",
  "camera",
  "turn",
  "theme",
  "image",
  "token",
]);
const LISTS = Object.freeze(["where", "own", "dim"]);

/**
 * What a link says, one word after the other; what cannot be is told in a sentence and not replaced without a word.
 * @typedef {<T>(key: string, of: (text: string) => T | null, otherwise: T, wanted: string) => T} Take
 */

/** @param {URLSearchParams} given @param {string[]} faults @returns {Take} */
const takeFrom = (given, faults) => (key, of, otherwise, wanted) => {
  const text = given.get(key);
  if (text === null) return otherwise;
  const value = of(text);
  if (value === null) faults.push(`${key} is “${text}”: it must be ${wanted}.`);
  return value ?? otherwise;
};

/** @param {NumberSpec} spec */
const inWords = ({ min, max, whole }) => `a ${whole ? "whole " : ""}number from ${min} to ${max}`;

/** @template {string} T @param {Take} take @param {string} key @param {readonly T[]} choices @param {T} otherwise */
const choose = (take, key, choices, otherwise) =>
  take(key, (text) => oneOf(text, choices), otherwise, choices.join(" or "));

/** @param {URLSearchParams} given @param {NumberSpecs} specs @param {string[]} faults @returns {Params} */
function paramsFrom(given, specs, faults) {
  const take = takeFrom(given, faults);
  const params = defaultParams(specs);
  for (const key of NUMBER_KEYS)
    params[key] = take(key, (text) => numberFrom(text, specs[key]), params[key], inWords(specs[key]));
  const rate = (/** @type {string} */ text) => (text === "auto" ? text : numberFrom(text, specs.learning_rate));
  params.learning_rate = take("learning_rate", rate, params.learning_rate, `auto or ${inWords(specs.learning_rate)}`);
  params.method = choose(take, "method", CHOICES.method, params.method);
  params.n_components = take(
    "n_components",
    (text) => CHOICES.n_components.find((n) => String(n) === text) ?? null,
    params.n_components,
    "2 or 3",
  );
  params.init = choose(take, "init", CHOICES.init, params.init);
  params.metric = choose(take, "metric", CHOICES.metric, params.metric);
  params.where = given.getAll("where");
  params.own = given.getAll("own");
  for (const key of new Set(given.keys())) {
    if (!KNOWN.includes(key)) faults.push(`“${key}” is nothing that a link can ask for.`);
    else if (!LISTS.includes(key) && given.getAll(key).length > 1) faults.push(`${key} is given twice.`);
  }
  return params;
}

/** The state that a link asks for, and in sentences what it asks for that cannot be. @param {string} query @param {NumberSpecs} specs @param {string} [column]  the one that is asked about where the link names none @returns {{state: LinkedState, faults: string[]}} */
export function readLink(query, specs, column = "country") {
  const given = new URLSearchParams(query);
  /** @type {string[]} */
  const faults = [];
  const take = takeFrom(given, faults);
  const params = paramsFrom(given, specs, faults);
  const beside = given.get("beside");
  const state = {
    params,
    beside: beside === null ? null : paramsFrom(new URLSearchParams(beside), specs, faults),
    dim: given.getAll("dim"),
    colour: given.get("colour") || "cluster",
    breakdown: given.get("breakdown") || column,
    noise: choose(take, "noise", /** @type {const} */ (["in", "out"]), "out"),
    within: given.get("within") || null,
    marks: choose(take, "marks", CHOICES.marks, "both"),
    camera: take("camera", cameraFrom, HOME, "five numbers within reach of the map"),
    turn: take("turn", (text) => turnFrom(text, params.n_components === 2), UNTURNED, "a turn of the map"),
    theme: take("theme", (text) => oneOf(text, /** @type {const} */ (["dark", "light"])), null, "dark or light"),
    image: given.get("image") || null,
  };
  return { state, faults };
}

/** @param {string} query @param {NumberSpecs} specs @param {string} [column] @returns {LinkedState} */
export const stateFromQuery = (query, specs, column) => readLink(query, specs, column).state;

/** All of the parameters are written, defaults too: a link means the same when a default has changed. @param {LinkedState} state */
export function queryFromState(state) {
  const query = queryOf({ ...state.params, dim: state.dim });
  if (state.beside) query.set("beside", queryOf({ ...state.beside }).toString());
  query.set("colour", state.colour);
  query.set("breakdown", state.breakdown);
  if (state.noise === "in") query.set("noise", "in");
  if (state.within) query.set("within", state.within);
  if (state.marks !== "both") query.set("marks", state.marks);
  if (!isHome(state.camera)) query.set("camera", cameraText(state.camera));
  if (listText(state.turn) !== listText(UNTURNED)) query.set("turn", listText(state.turn));
  if (state.theme) query.set("theme", state.theme);
  if (state.image) query.set("image", state.image);
  return query.toString();
}

/** PCA has no perplexity; sending one would only make the server compute the same map twice. @param {Params} params */
export function projectionQuery(params) {
  const { method, n_components, eps: _eps, min_samples: _min, where, own: _own, ...tsne } = params;
  /** @type {Record<string, string | number>} */
  const query = method === "pca" ? { method, n_components } : { method, n_components, ...tsne };
  if (query.learning_rate === "auto") delete query.learning_rate;
  return queryOf({ ...query, where });
}

/** @param {Params} params @param {string} breakdown */
export function clusterQuery(params, breakdown) {
  const query = projectionQuery(params);
  query.set("eps", String(params.eps));
  query.set("min_samples", String(params.min_samples));
  for (const id of params.own) query.append("own", id);
  query.set("breakdown", breakdown);
  return query;
}

/** The same as the body of a job: what is a number in the state is one here. @param {URLSearchParams} query */
export function bodyOf(query) {
  const words = ["method", "init", "metric", "breakdown"];
  const lists = ["where", "own"];
  /** @param {string} key */
  const valueOf = (key) =>
    lists.includes(key) ? query.getAll(key) : words.includes(key) ? query.get(key) : Number(query.get(key));
  return Object.fromEntries([...query.keys()].map((key) => [key, valueOf(key)]));
}

/** A list is written as one pair for each of its values. @param {Record<string, string | number | readonly string[]>} values */
function queryOf(values) {
  /** @type {(value: string | number | readonly string[]) => string[]} */
  const texts = (value) => (typeof value === "object" ? [...value] : [String(value)]);
  return new URLSearchParams(Object.entries(values).flatMap(([key, value]) => texts(value).map((text) => [key, text])));
}

/** What the canvas says that it shows, once it does. @param {Params} params @param {string} colour */
export function drawnKey(params, colour) {
  const query = queryOf({ ...params });
  query.set("colour", colour);
  return query.toString();
}

/** @param {string | null} text @param {NumberSpec} spec */
function numberFrom(text, spec) {
  if (text === null || text.trim() === "") return null;
  const value = Number(text);
  const fits = value >= spec.min && value <= spec.max && (!spec.whole || Number.isInteger(value));
  return fits ? value : null;
}

/** @template {string} T @param {string | null} text @param {readonly T[]} choices @returns {T | null} */
function oneOf(text, choices) {
  return choices.find((choice) => choice === text) ?? null;
}

/** @param {string | null} text */
const numbersFrom = (text) => (text ?? "").split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));

/** @param {string | null} text @returns {Camera | null} */
function cameraFrom(text) {
  const numbers = numbersFrom(text);
  if (numbers.length !== 5 || !numbers.every(Number.isFinite)) return null;
  const [x, y, zoom, yaw, pitch] = numbers;
  const fits = Math.abs(x) < 1e4 && Math.abs(y) < 1e4 && zoom >= MIN_ZOOM && zoom <= MAX_ZOOM && Math.abs(pitch) <= 1.6;
  return fits ? Object.freeze({ x, y, zoom, yaw, pitch }) : null;
}

/** @param {string | null} text @param {boolean} flat @returns {Turn | null} */
function turnFrom(text, flat) {
  const numbers = numbersFrom(text);
  return isTurn(numbers, flat) ? numbers : null;
}

/** Six decimals are a small part of a pixel even at the largest zoom. @param {readonly number[]} numbers */
const listText = (numbers) => numbers.map((value) => Number(value.toFixed(6)) || 0).join(",");

/** @param {Camera} camera */
const cameraText = ({ x, y, zoom, yaw, pitch }) => listText([x, y, zoom, yaw, pitch]);
