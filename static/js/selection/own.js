/** Selections as clusters of their own. The server knows them by id until it ends; the page keeps their images, and tells it again. */

import { ApiError, registerSelection } from "../api.js";
import { changeParams } from "../store.js";
import { forget, keep, keptOn } from "./kept.js";

/** @import {AppStore, Params} from "../types.js" */

const SHELF = "own clusters";

/** @param {AppStore} store @param {string[]} ids  of images */
export async function makeOwn(store, ids) {
  const { id } = await registerSelection(ids);
  keep(SHELF, id, ids);
  changeParams(store, { own: [...store.get().params.own.filter((other) => other !== id), id] });
}

/** @param {AppStore} store @param {string} id */
export function dropOwn(store, id) {
  forget(SHELF, id);
  changeParams(store, { own: store.get().params.own.filter((other) => other !== id) });
}

/**
 * What `ask` answers. Where the server does not know the parameters' clusters made by hand, those that this browser
 * has kept are told it again first.
 * @template T @param {Params} params @param {() => Promise<T>} ask @returns {Promise<T>}
 */
export async function withOwn({ own }, ask) {
  try {
    return await ask();
  } catch (error) {
    const kept = keptOn(SHELF).filter(({ name }) => own.includes(name));
    if (!(error instanceof ApiError && error.code === "unknown_selection") || kept.length === 0) throw error;
    for (const { ids } of kept) await registerSelection(ids);
    return ask();
  }
}
