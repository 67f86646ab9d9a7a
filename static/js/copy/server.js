/**
 * In the place of server.js where there is no server: what it answered when the copy was made, and its clusters at any
 * eps and min_samples, which are computed here. Everything else is refused, with what the copy has.
 */

import { clustersAt } from "./clusters.js";
import { finderOf, unpacked } from "./index.js";

/** @import {ColumnOfCopy} from "./types.js" */

const { index } = globalThis.negatoscope;
const find = finderOf(index);

/** The longest side of the pictures that lie in the folder as files. */
const SMALL = 512;

/** Longer ones come as scripts: what a page of a folder takes from a file it may not read. */
const LARGE = /^pictures\/large\/\d+$/;

/** A refusal as the server would say it. */
class Refusal extends Error {
  /** @param {string} message @param {string} [parameter]  what it is about */
  constructor(message, parameter) {
    super(message);
    this.parameter = parameter;
  }
}

/** @param {string} why */
const absent = (why) => new Refusal(`This is a copy without its server: ${why}.`);

/** @param {string} id @param {number} size  longest side in pixels */
export function thumbnailUrl(id, size) {
  const place = find.place(id);
  return size > SMALL ? `pictures/large/${place}` : `pictures/small/${place}.jpg`;
}

/** 256 images in the order of the records, 16 squares of 64 pixels to a row. @param {number} page */
export const atlasUrl = (page) => `pictures/atlas/${page}.jpg`;

/** @param {string} id */
export const imageUrl = (id) => `pictures/large/${find.place(id)}`;

/** What a picture can be read from, where its pixels are asked for. @param {string} url @returns {Promise<string>} */
export const readable = (url) => (LARGE.test(url) ? globalThis.negatoscope.load(url) : Promise.resolve(url));

/** There are no jobs. @param {string} id @returns {EventSource} */
export function eventsOf(id) {
  throw absent(`there is no work ${id}`);
}

/** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
export async function reach(path, { method = "GET", signal }) {
  try {
    if (method !== "GET") throw absent("it keeps and computes nothing new");
    const response = path.startsWith("pictures/") ? await fileOf(path) : await answerTo(path);
    signal?.throwIfAborted();
    return response;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return json(bodyOf(error), 400);
  }
}

/** @param {Refusal} refusal */
const bodyOf = ({ message, parameter }) => ({ error: { code: "not_in_the_copy", message, parameter } });

/** @param {unknown} body @param {number} [status] */
const json = (body, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/** @param {readonly (readonly [string, unknown])[]} parts */
const events = (parts) =>
  new Response(parts.map(([name, value]) => `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`).join(""), {
    headers: { "content-type": "text/event-stream" },
  });

/** A picture of the folder as a file. @param {string} path */
async function fileOf(path) {
  const [, place] = /(\d+)(?:\.jpg)?$/.exec(path) ?? [];
  const data = await globalThis.negatoscope.load(`pictures/large/${place}`);
  const bytes = Uint8Array.from(atob(data.slice(data.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes], { type: "image/jpeg" }));
}

/** Those that have come. @type {Map<string, Promise<any>>} */
const known = new Map();

/** @param {string} name @returns {Promise<any>} */
function load(name) {
  const answer = known.get(name) ?? globalThis.negatoscope.load(`answers/${name}`).then(unpacked);
  known.set(name, answer);
  answer.catch(() => known.delete(name));
  return answer;
}

/** What belongs to no setting. */
const WHOLE = ["cohort", "proposal", "project", "looks"];
const FINDINGS = ["association", "enrichment", "quality"];

/** @param {string} path */
async function answerTo(path) {
  const { pathname, searchParams: query } = new URL(path, "http://copy");
  const [, , route, id = ""] = pathname.split("/");
  if (query.has("where")) throw new Refusal(absent("its maps are of all images").message, "where");
  if (query.has("own")) throw absent("it makes no clusters by hand");
  if (WHOLE.includes(route) && id === "") return json(await load(route));
  if (route === "changed") return json({ changed: [], n_new: 0, table: null, is_whole: true });
  if (route === "neighbours") return json(await neighboursOf(decodeURIComponent(id), query));
  if (route === "setting") return events(await settingOf(query));
  if (route === "findings") return events(await findingsOf(query));
  if (route === "clusters") return json((await clustersOf(query))[1]);
  if (route === "plane") return json((await mapOf(query)).plane);
  return json(await findingOf(route, query));
}

/** @param {string} id @param {URLSearchParams} query */
async function neighboursOf(id, query) {
  const place = find.place(id);
  if (!place) throw absent(`it has no image ${id}`);
  const { neighbours, ...of } = (await load(`neighbours-${query.get("metric") ?? "euclidean"}`))[place - 1];
  return { ...of, neighbours: neighbours.slice(0, Number(query.get("n") ?? neighbours.length)) };
}

/** @param {URLSearchParams} query @returns {Promise<any>}  the map, its quality, and its plane of settings */
async function mapOf(query) {
  const name = find.map(query);
  if (name === null) throw absent("it has no such map");
  if ((query.get("clustering") ?? "dbscan") !== "dbscan") throw absent("its groups are those of DBSCAN");
  return load(name);
}

/** The map and its clusters. @param {URLSearchParams} query @returns {Promise<[any, any]>} */
async function clustersOf(query) {
  const column = find.column(query.get("breakdown") ?? "");
  if (column === null) throw absent("it has no such column to count by");
  const setting = find.setting(query);
  const [{ projection }, values, { records }, scores] = await Promise.all([
    mapOf(query),
    /** @type {Promise<ColumnOfCopy>} */ (load(column)),
    load("cohort"),
    setting === null ? null : load(setting),
  ]);
  const at = { eps: Number(query.get("eps")), min_samples: Number(query.get("min_samples")) };
  const unknown = Object.fromEntries(index.scores.map((score) => [score, null]));
  return [projection, clustersAt(projection, at, values, records, scores ?? unknown)];
}

/** @param {URLSearchParams} query */
async function settingOf(query) {
  const [map, clusters] = await clustersOf(query);
  const { plane } = await mapOf(query);
  const asked = (query.get("parts") ?? "map,clusters,plane").split(",");
  const parts = /** @type {const} */ ([
    ["map", map],
    ["clusters", clusters],
    ["plane", plane],
  ]);
  return parts.filter(([name]) => asked.includes(name));
}

/** Each that is there, and of the others why not. @param {URLSearchParams} query */
function findingsOf(query) {
  const asked = (query.get("parts") ?? FINDINGS.join()).split(",");
  return Promise.all(
    asked.map(async (part) => {
      try {
        return /** @type {[string, unknown]} */ ([part, await findingOf(part, query)]);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return /** @type {[string, unknown]} */ (["failed", { part, ...bodyOf(error) }]);
      }
    }),
  );
}

/** What is held fixed concerns these alone. */
const HELD = ["association", "verdict"];

/** @param {string} route @param {URLSearchParams} query */
async function findingOf(route, query) {
  if (route === "quality") return (await mapOf(query)).quality;
  const isOfQuestion = [...HELD, "enrichment", "names"].includes(route);
  const name = isOfQuestion ? find.question(query, HELD.includes(route) ? [] : ["within"]) : null;
  const found = name === null ? undefined : (await load(name))[route];
  if (found === undefined)
    throw absent(isOfQuestion ? "this setting was not tested when it was made" : (NEW[route] ?? NOT));
  return found;
}

const NOT = "it computes nothing new";
/** @type {Record<string, string>} */
const NEW = {
  frames: "it has no films of its maps",
  "k-distance": "it has no distances to choose eps by",
  export: "it writes no tables",
};
