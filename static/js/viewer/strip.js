/** What an X-ray may be compared with: nearest neighbours in feature space, those that follow, those of its patient. */

import { getAnswer, isAbort, messageOf, thumbnailUrl } from "../api.js";
import { byId, el, picture } from "../dom.js";
import { membership } from "../describe.js";
import { clusterIcon } from "./about.js";
import { following, sequenceOf } from "./sequence.js";

/** @import {AppState, AppStore} from "../types.js" */
/** @import {Companion, Company} from "./types.js" */

const MOST = 12;

/** @param {AppStore} store @param {() => void} found */
export function createStrip(store, found) {
  const box = byId("viewer-strip");
  let asked = new AbortController();
  /** @type {readonly Companion[]} */
  let companions = [];

  /** @param {readonly Companion[]} next @param {string} text  in place of none */
  function fill(next, text) {
    companions = next;
    box.setAttribute("aria-busy", "false");
    byId("viewer-strip-say").textContent = next.length > 0 ? "" : text;
    box.replaceChildren(...next.map((companion) => thumb(store.get(), companion)));
    found();
  }

  return {
    ids: () => companions.map(({ id }) => id),
    /** @param {number} index @param {Company} company */
    async show(index, company) {
      asked.abort();
      asked = new AbortController();
      box.setAttribute("aria-busy", "true");
      try {
        fill(await companionsOf(store.get(), index, company, asked.signal), "There is no other image.");
      } catch (error) {
        if (!isAbort(error)) fill([], messageOf(error));
      }
    },
  };
}

/**
 * @param {Readonly<AppState>} state @param {number} index @param {Company} company @param {AbortSignal} signal
 * @returns {Promise<readonly Companion[]>}
 */
async function companionsOf(state, index, company, signal) {
  const records = state.cohort?.records ?? [];
  const { id, group } = records[index];
  const plain = (/** @type {readonly number[]} */ indices) =>
    indices.slice(0, MOST).map((i) => ({ id: records[i].id, distance: null }));
  if (company === "next") return plain(following(sequenceOf(state, index), index, MOST));
  if (company === "group")
    return plain([...records.keys()].filter((i) => group !== null && records[i].group === group && i !== index));
  const query = new URLSearchParams([
    ["metric", company],
    ["n", String(MOST)],
    ...state.params.where.map((condition) => ["where", condition]),
  ]);
  return (await getAnswer(`/api/neighbours/${encodeURIComponent(id)}?${query}`, signal)).neighbours;
}

/** @param {Readonly<AppState>} state @param {Companion} companion */
function thumb(state, { id, distance }) {
  const index = state.cohort?.records.findIndex((record) => record.id === id) ?? -1;
  const name = state.cohort?.records[index]?.filename ?? id;
  const far = distance === null ? "" : distance.toPrecision(3);
  const about = [name, far && `distance ${far}`, membership(state.clusters, index)].filter(Boolean).join(", ");
  return el(
    "button",
    {
      type: "button",
      class: "companion",
      "data-id": id,
      "aria-label": about,
      title: `${about}. Shift+click or Shift+Enter puts it beside.`,
    },
    state.cohort?.has_images ? picture(thumbnailUrl(id, 128), "", 72) : el("span", { class: "companion-name" }, name),
    el("span", { class: "companion-mark" }, clusterIcon(state, index), far),
  );
}
