/** The setting that the page opens with, where its link names none: the one that the server proposes. */

import { getAnswer } from "../../api.js";

/** @import {AppStore, Proposal} from "../../types.js" */

/**
 * A proposal that takes longer than this is not waited for: the map of the notebook's setting stands, and a page that
 * jumps away from it later would do so for no reason. It is offered beside the sliders then.
 */
const PATIENCE_MS = 1000;

/** What was asked, once it was. @type {Promise<Proposal> | null} */
let asked = null;

/** The proposal that is known or on its way; null where none was asked for. */
export const known = () => asked;

/** Of all images: what a reader leaves out later is another question. @returns {Promise<Proposal>} */
export function proposal() {
  asked ??= getAnswer("/api/proposal").catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** @param {AppStore} store */
export async function openProposed(store) {
  const { params } = store.get();
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  /** @type {Proposal | null} */
  const found = await Promise.race([params.where.length > 0 ? null : proposal(), late]).catch(() => null);
  // A hand that was quicker knows what it wants.
  const isUntouched = store.get().params === params;
  store.set({ opening: false, ...(found && isUntouched && { params: { ...params, ...found.params } }) });
}
