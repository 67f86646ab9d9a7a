/** Selections as clusters of their own, which the project keeps under the ids that parameters name them by. */

import { ApiError, registerSelection } from "../api.js";
import { changeParams, joined } from "../store.js";
import { drop, keep, refresh } from "../project/kept.js";
import { bodyOf, itemOf } from "../project/model.js";

/** @import {AppStore} from "../types.js" */

/** @param {AppStore} store @param {string[]} ids  of images @param {string} [title] */
export async function makeOwn(store, ids, title) {
  const { id } = await registerSelection(ids, title);
  const before = bodyOf(itemOf(store.get().project, "group", id));
  const told = await keep(store, "group", id, { ...before, ...(title && { name: title }), images: ids });
  changeParams(store, { own: [...store.get().params.own.filter((other) => other !== id), id] });
  return told;
}

/** @param {AppStore} store @param {string} id */
export async function dropOwn(store, id) {
  const { own } = store.get().params;
  if (own.includes(id)) changeParams(store, { own: own.filter((other) => other !== id) });
  await drop(store, "group", id);
}

/**
 * What `ask` answers. Where the server does not know a cluster made by hand, it is told what this browser remembers;
 * what neither knows leaves the parameters.
 * @template T @param {AppStore} store @param {readonly string[]} own @param {(text: string) => void} toast
 * @param {() => Promise<T>} ask @param {AbortSignal} [signal]  when nobody waits any more @returns {Promise<T>}
 */
export async function withOwn(store, own, toast, ask, signal) {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError && error.parameter === "own")) throw error;
    const left = await toldAgain(store, own);
    signal?.throwIfAborted();
    if (left.length === own.length) return ask();
    // Of a link nothing is shown in its place; whoever looks at a map already goes on.
    if (store.get().clusters === null) {
      const { unmet, params } = store.get();
      const says = unknown(own, left);
      store.set({ unmet: joined(unmet, { says, without: { params: { ...params, own: left } } }) });
      throw error;
    }
    toast("A cluster made by hand is not known here any more, and was left out.");
    changeParams(store, { own: left });
    throw error;
  }
}

/**
 * The same for setting A, which cannot be changed: what nobody knows is said in its place.
 * @template T @param {AppStore} store @param {readonly string[]} own @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
export async function withOwnOfA(store, own, ask) {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError && error.parameter === "own")) throw error;
    const left = await toldAgain(store, own);
    if (left.length === own.length) return ask();
    throw new ApiError(unknown(own, left).join(" "), error.code, error.status, "own");
  }
}

/**
 * Which of them the server knows, once it was told what this browser remembers.
 * @param {AppStore} store @param {readonly string[]} own
 */
async function toldAgain(store, own) {
  await refresh(store);
  return own.filter((id) => itemOf(store.get().project, "group", id));
}

/** @param {readonly string[]} own @param {readonly string[]} left  those that are known */
const unknown = (own, left) =>
  own
    .filter((id) => !left.includes(id))
    .map((id) => `own is “${id}”: no cluster made by hand is known here by this id.`);
