/**
 * Selections as clusters of their own. The server knows them by id until it ends; the page keeps their images, and
 * tells it again.
 */

import { ApiError, registerSelection } from "../api.js";
import { changeParams, joined } from "../store.js";
import { forget, keep, keptOn } from "./kept.js";

/** @import {AppStore} from "../types.js" */

const SHELF = "own clusters";

/** @param {AppStore} store @param {string[]} ids  of images @param {string} [title] */
export async function makeOwn(store, ids, title) {
  const { id } = await registerSelection(ids, title);
  changeParams(store, { own: [...store.get().params.own.filter((other) => other !== id), id] });
  keep(SHELF, id, ids, title);
}

/** @param {AppStore} store @param {string} id */
export function dropOwn(store, id) {
  changeParams(store, { own: store.get().params.own.filter((other) => other !== id) });
  forget(SHELF, id);
}

/**
 * What `ask` answers. Where the server does not know a cluster made by hand, it is told again what this browser has
 * kept; what neither knows leaves the parameters.
 * @template T @param {AppStore} store @param {readonly string[]} own @param {(text: string) => void} toast
 * @param {() => Promise<T>} ask @param {AbortSignal} [signal]  when nobody waits any more @returns {Promise<T>}
 */
export async function withOwn(store, own, toast, ask, signal) {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError && error.parameter === "own")) throw error;
    const told = keptOn(SHELF)
      .filter(({ name }) => own.includes(name))
      .map(({ name, ids, title }) =>
        registerSelection(ids, title).then(
          () => name,
          () => null,
        ),
      );
    const known = await Promise.all(told);
    const left = own.filter((id) => known.includes(id));
    signal?.throwIfAborted();
    if (left.length === own.length) return ask();
    // Of a link nothing is shown in its place; whoever looks at a map already goes on.
    if (store.get().clusters === null) {
      const { unmet, params } = store.get();
      const says = own
        .filter((id) => !left.includes(id))
        .map((id) => `own is “${id}”: no cluster made by hand is known here by this id.`);
      store.set({ unmet: joined(unmet, { says, without: { params: { ...params, own: left } } }) });
      throw error;
    }
    toast("A cluster made by hand is not known here any more, and was left out.");
    changeParams(store, { own: left });
    throw error;
  }
}
