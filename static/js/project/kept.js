/** Keeps what is made with the cohort, on the server; where that cannot be, this browser remembers it. */

import { ApiError, ask, getAnswer } from "../api.js";
import { forget, remember, remembered } from "./memory.js";
import { itemOf, joinedWith, overwritten, withItem } from "./model.js";

/** @import {AppStore, Item, ItemBody, Project} from "../types.js" */
/** @import {Remembered} from "./memory.js" */

/** @param {AppStore} store */
const cohortOf = (store) => ({ id: store.get().project.id, name: store.get().cohort?.name ?? "" });

/**
 * Asks what has been changed, here or in another browser, and brings what this browser remembers.
 * @param {AppStore} store @returns {Promise<string>}  what the reader should know of what was brought, if anything
 */
export async function refresh(store) {
  const answer = await getAnswer(`/api/project?since=${store.get().project.revision}`);
  const { project } = store.get();
  // A server that has lost its memory counts from the start again.
  const isOther = answer.revision < project.revision;
  const whole = isOther ? await getAnswer("/api/project") : answer;
  const isSame = whole.id === project.id && whole.kept === project.kept && whole.revision === project.revision;
  if (!isSame || whole.warnings.length > 0)
    store.set({ project: joinedWith(isOther ? { ...project, items: new Map() } : project, whole) });
  const told = [];
  for (const one of remembered(cohortOf(store))) {
    // What this cohort does not take stays remembered.
    if (!isKnown(store.get().project, one)) told.push(await put(store, one, one.seen).catch(() => ""));
    else if (store.get().project.kept) forget(cohortOf(store), one);
  }
  return told.filter(Boolean).join(" ");
}

/**
 * Whether the server has it, or something later. What it was never told it cannot have, whatever it has of that name;
 * what it had in memory alone is told again.
 * @param {Project} project @param {Remembered} one
 */
function isKnown(project, { kind, id, sent }) {
  const there = itemOf(project, kind, id);
  if (there === undefined || sent === undefined) return false;
  return sent === 0 || (!project.kept && there.revision >= sent);
}

/**
 * @param {AppStore} store @param {Item["kind"]} kind @param {string} id @param {ItemBody} body
 * @returns {Promise<string>}  what the reader should know of it, if anything
 */
export async function keep(store, kind, id, body) {
  const seen = itemOf(store.get().project, kind, id)?.revision;
  try {
    return await put(store, { kind, id, body }, seen);
  } catch (error) {
    if (!isUnkept(error) || !store.get().project.id) throw error;
    remember(cohortOf(store), { kind, id, body, seen });
    const item = { kind, id, revision: seen ?? 0, time: "", gone: false, body, n_absent: 0 };
    store.soon({ project: withItem(store.get().project, item) });
    return `${error.message} Until then this browser keeps it.`;
  }
}

/** @param {AppStore} store @param {Remembered} one @param {number} [seen]  the revision that it was made of */
async function put(store, { kind, id, body }, seen) {
  const answer = await sendToKeep("PUT", pathOf(kind, id), { body, revision: seen || null });
  const cohort = cohortOf(store);
  if (store.get().project.kept) forget(cohort, { kind, id });
  else remember(cohort, { kind, id, body, sent: answer.item.revision });
  store.soon({ project: withItem(store.get().project, answer.item) });
  return overwritten(answer.overwritten);
}

/** @param {AppStore} store @param {Item["kind"]} kind @param {string} id */
export async function drop(store, kind, id) {
  const item = itemOf(store.get().project, kind, id);
  const seen = item?.revision ? `?revision=${item.revision}` : "";
  const answer = await sendToKeep("DELETE", `${pathOf(kind, id)}${seen}`);
  forget(cohortOf(store), { kind, id });
  store.soon({ project: withItem(store.get().project, answer.item) });
}

/**
 * What is made is sent also where the page is left at once; browsers lend that to what is small.
 * @param {"PUT" | "DELETE"} method @param {string} path @param {unknown} [body] @returns {Promise<any>}
 */
function sendToKeep(method, path, body) {
  const text = JSON.stringify(body);
  const keepalive = (text?.length ?? 0) < SMALL;
  return ask(path, { method, headers: { "content-type": "application/json" }, body: text, keepalive });
}

/** Letters; each has four bytes at most, of 64 KiB. */
const SMALL = 15_000;

/** @param {string} kind @param {string} id */
const pathOf = (kind, id) => `/api/project/${kind}/${encodeURIComponent(id)}`;

/**
 * Not heard of, or not to be written: no fault of what was made.
 * @param {unknown} error @returns {error is ApiError}
 */
const isUnkept = (error) => error instanceof ApiError && (error.status === 0 || error.code === "not_kept");

/** A name that nothing else has. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
