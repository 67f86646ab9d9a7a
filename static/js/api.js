/** What is asked of the server. Every failure becomes an `ApiError` whose message is fit to be shown. */

import { eventReader } from "./events.js";
import { asSentence } from "./format.js";
import { reach } from "./server.js";

export class ApiError extends Error {
  /**
   * @param {string} message @param {string} code @param {number} status @param {string} [parameter]  what it is about
   */
  constructor(message, code, status, parameter) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.parameter = parameter;
  }
}

let lost = () => {};

/** @param {() => void} listener  called whenever the server cannot be reached */
export const onLost = (listener) => {
  lost = listener;
};

export const serverLost = () => lost();

/**
 * What a path answers, which the caller knows.
 * @param {string} path @param {AbortSignal} [signal] @returns {Promise<any>}
 */
export const getAnswer = (path, signal) => ask(path, { signal });

/**
 * What a path answers part by part, under the names of the parts; each is heard of as it comes.
 * @param {string} path @param {AbortSignal} signal @param {(part: string, value: any) => void} [hear]
 * @returns {Promise<Record<string, any>>}
 */
export async function getParts(path, signal, hear = () => {}) {
  const response = await reached(reach(path, { signal, headers: { accept: "text/event-stream" } }));
  // What cannot be asked is refused as everywhere.
  if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream"))
    return answerOf(response);
  /** @type {Record<string, any>} */
  const parts = {};
  const take = eventReader((event, data) => {
    const body = JSON.parse(data);
    if (event === "error") throw refusal(body, response.status);
    parts[event] = body;
    hear(event, body);
  });
  const reader = response.body.getReader();
  const text = new TextDecoder();
  for (;;) {
    const { done, value } = await reached(reader.read());
    if (done) return parts;
    take(text.decode(value, { stream: true }));
  }
}

/** What is said when a stream ends before it is done. */
export const brokenOff = () => new ApiError("The server broke off before this was done.", "broken_off", 200);

/**
 * A file, and the name that the server gives it.
 * @param {string} path @returns {Promise<{blob: Blob, name: string}>}
 */
export async function getFile(path) {
  const response = await reached(reach(path, {}));
  if (!response.ok) await answerOf(response);
  const name = /filename="(.+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "";
  return { blob: await reached(response.blob()), name };
}

/**
 * What a path answers to something that is sent to it.
 * @param {"POST"} method @param {string} path @param {unknown} body @returns {Promise<any>}
 */
export const send = (method, path, body) =>
  ask(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** @param {string} path @param {object} body @returns {Promise<{id: string}>} */
export const startJob = (path, body) => send("POST", path, body);

/**
 * Makes images a cluster of their own, which parameters name by its id.
 * @param {string[]} ids  of images @param {string} [name]
 */
export const registerSelection = (ids, name) => startJob("/api/selections", { ids, name });

/** @param {unknown} error */
export function messageOf(error) {
  return asSentence(error instanceof Error ? error.message : String(error));
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/** @param {string} path @param {RequestInit} init @returns {Promise<any>} */
export async function ask(path, init) {
  return answerOf(await reached(reach(path, init)));
}

/** @template T @param {Promise<T>} step @returns {Promise<T>} */
async function reached(step) {
  try {
    return await step;
  } catch (error) {
    if (isAbort(error)) throw error;
    lost();
    throw new ApiError(
      "The server does not answer. Start negatoscope again; this page goes on by itself.",
      "unreachable",
      0,
    );
  }
}

/** @param {Response} response */
async function answerOf(response) {
  const body = await response.json().catch((error) => {
    if (isAbort(error)) throw error;
    return null;
  });
  if (response.ok && body !== null) return body;
  const error = refusal(body, response.status);
  // All that stands here is about a study that is gone.
  if (error.code === "study_replaced") location.reload();
  throw error;
}

/** Why there is no answer. @param {any} body @param {number} status */
export function refusal(body, status) {
  const told = body?.error;
  return new ApiError(
    told?.message ?? `The server answered ${status} without a reason.`,
    told?.code ?? "unknown",
    status,
    told?.parameter,
  );
}
