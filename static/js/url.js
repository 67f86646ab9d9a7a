/**
 * What a link says, and what the server is asked: query strings read and written. What is unknown or out of range is
 * told, never replaced without a word. The link itself is written in link.js. Pure.
 */

import { HOME, MAX_ZOOM, MIN_ZOOM } from "./map/camera.js";
import { UNTURNED, isTurn } from "./map/procrustes.js";
import { keysOf, setting, valueFrom, wanted } from "./settings.js";

/** @import {LinkedState, Params, Settings} from "./types.js" */
/** @import {Camera, Turn} from "./map/types.js" */

const MARKS = /** @type {const} */ (["dots", "both", "images"]);

/** Every parameter as it is unless a link says otherwise. @param {Settings} settings @returns {Params} */
export function defaultParams(settings) {
  const values = Object.entries(settings).map(([key, setting]) => [key, setting.default]);
  return { ...Object.fromEntries(values), where: [], own: [] };
}

/** What of the state is in a link. */
export const LINKED = /** @type {const} */ ([
  "params",
  "beside",
  "dim",
  "colour",
  "breakdown",
  "noise",
  "within",
  "marks",
  "contours",
  "scale",
  "camera",
  "turn",
  "theme",
  "image",
]);

/** What a link may say beside the parameters; the server takes the code out of it. */
const KNOWN = Object.freeze(["where", "own", ...LINKED.filter((key) => key !== "params"), "backend", "made", "code"]);
/** What the setting beside may say: it is looked at as the one that follows the sliders is. */
const KNOWN_BESIDE = Object.freeze(["where", "own"]);
const LISTS = Object.freeze(["where", "own", "dim"]);

/**
 * What a link says, one word after the other; what cannot be is told in a sentence.
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

/** @template {string} T @param {Take} take @param {string} key @param {readonly T[]} choices @param {T} otherwise */
const choose = (take, key, choices, otherwise) =>
  take(key, (text) => oneOf(text, choices), otherwise, choices.join(" or "));

/**
 * @param {URLSearchParams} given @param {Settings} settings @param {string[]} faults
 * @param {readonly string[]} known  beside the parameters @returns {Params}
 */
function paramsFrom(given, settings, faults, known) {
  const take = takeFrom(given, faults);
  const params = defaultParams(settings);
  for (const [key, setting] of Object.entries(settings))
    params[key] = take(key, (text) => valueFrom(setting, text), params[key], wanted(setting));
  params.where = given.getAll("where");
  params.own = given.getAll("own");
  for (const key of new Set(given.keys())) {
    if (!(key in settings) && !known.includes(key)) faults.push(`“${key}” is nothing that a link can ask for.`);
    else if (!LISTS.includes(key) && given.getAll(key).length > 1) faults.push(`${key} is given twice.`);
  }
  return params;
}

/**
 * The state that a link asks for, in sentences what it asks for that cannot be, and whether it leaves the setting open.
 * @param {string} query @param {Settings} settings
 * @param {string} [column]  the one that is asked about where the link names none
 * @returns {{state: LinkedState, faults: string[], opens: boolean}}
 */
export function readLink(query, settings, column = "country") {
  const given = new URLSearchParams(query);
  /** @type {string[]} */
  const faults = [];
  const take = takeFrom(given, faults);
  const params = paramsFrom(given, settings, faults, KNOWN);
  const beside = given.get("beside");
  const state = {
    params,
    beside: beside === null ? null : paramsFrom(new URLSearchParams(beside), settings, faults, KNOWN_BESIDE),
    dim: given.getAll("dim"),
    colour: given.get("colour") || "cluster",
    breakdown: given.get("breakdown") || column,
    noise: choose(take, "noise", /** @type {const} */ (["in", "out"]), "out"),
    within: given.get("within") || null,
    marks: choose(take, "marks", MARKS, "both"),
    contours: choose(take, "contours", /** @type {const} */ (["on", "off"]), "off"),
    scale: choose(take, "scale", /** @type {const} */ (["share", "count"]), "share"),
    camera: take("camera", cameraFrom, HOME, "five numbers within reach of the map"),
    turn: take("turn", (text) => turnFrom(text, params.n_components === 2), UNTURNED, "a turn of the map"),
    theme: take("theme", (text) => oneOf(text, /** @type {const} */ (["dark", "light"])), null, "dark or light"),
    image: given.get("image") || null,
    backend: given.get("backend") || null,
    made: given.get("made") || null,
  };
  const opens = !Object.keys(settings).some((key) => given.has(key)) && params.own.length === 0;
  return { state, faults, opens };
}

/** @param {string} query @param {Settings} settings @param {string} [column] @returns {LinkedState} */
export const stateFromQuery = (query, settings, column) => readLink(query, settings, column).state;

/** Only what the method has: the server would otherwise compute the same map twice. @param {Params} params */
export function projectionQuery(params) {
  return queryOf({ ...picked(params, keysOf(params, "map")), where: params.where });
}

/** What a plane hangs on: all but its axes. @param {Params} params */
export function planeQuery(params) {
  const query = projectionQuery(params);
  for (const key of keysOf(params, "clusters")) if (!setting(key)?.axis) query.set(key, params[key]);
  return query;
}

/** @param {Params} params @param {string} breakdown */
export function clusterQuery(params, breakdown) {
  const query = projectionQuery(params);
  for (const [key, value] of Object.entries(picked(params, keysOf(params, "clusters")))) query.set(key, String(value));
  for (const id of params.own) query.append("own", id);
  query.set("breakdown", breakdown);
  return query;
}

/** @param {Params} params @param {readonly string[]} keys @returns {Record<string, string | number>} */
const picked = (params, keys) => Object.fromEntries(keys.map((key) => [key, params[key]]));

/** As the body of a job: what is a number in the state is one here. @param {URLSearchParams} query */
export function bodyOf(query) {
  const lists = ["where", "own"];
  /** @param {string} key */
  const valueOf = (key) => {
    if (lists.includes(key)) return query.getAll(key);
    const [of, text] = [setting(key), query.get(key) ?? ""];
    return of ? valueFrom(of, text) : text;
  };
  return Object.fromEntries([...query.keys()].map((key) => [key, valueOf(key)]));
}

/**
 * A list is written as one pair for each of its values.
 * @param {Record<string, string | number | readonly string[]>} values
 */
export function queryOf(values) {
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
