/** Which filters are in force, and what they do to the images that fail: dim them, or exclude them. */

import { changeParams } from "../store.js";

/** @import {AppState, AppStore} from "../types.js" */

/** @param {Pick<AppState, "params" | "dim">} state @returns {{where: readonly string[], excludes: boolean}} */
export const inForce = ({ params, dim }) => (params.where.length > 0 ? { where: params.where, excludes: true } : { where: dim, excludes: false });

/** Until the new map is there the old filters dim on; they are kept in case the server refuses. @param {AppStore} store @param {readonly string[]} where @param {boolean} excludes */
export function putInForce(store, where, excludes) {
  if (excludes) changeParams(store, { where });
  else store.set({ dim: where, params: store.get().params.where.length > 0 ? { ...store.get().params, where: [] } : store.get().params });
}
