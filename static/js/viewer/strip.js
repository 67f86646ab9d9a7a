/** What an X-ray may be compared with: nearest neighbours in feature space, those that follow, those of its patient. */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { byId, el, picture } from "../dom.js";
import { membership } from "../describe.js";
import { thumbnailUrl } from "../server.js";
import { clusterIcon } from "./about.js";
import { dayOf, filmsOf, isSameView } from "./films.js";
import { following, sequenceOf } from "./sequence.js";

/** @import {AppState, AppStore} from "../types.js" */
/** @import {Companion, Company} from "./types.js" */

const MOST = 12;
/** Asked for where some of them are of another view. */
const MANY = 60;

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
    /** @param {number} index @param {Company} company @param {boolean} sameView */
    async show(index, company, sameView) {
      asked.abort();
      asked = new AbortController();
      box.setAttribute("aria-busy", "true");
      try {
        const found = await companionsOf(store.get(), index, company, sameView, asked.signal);
        fill(found, sameView ? "There is no other image of the same view." : "There is no other image.");
      } catch (error) {
        if (!isAbort(error)) fill([], messageOf(error));
      }
    },
  };
}

/**
 * @param {Readonly<AppState>} state @param {number} index @param {Company} company @param {boolean} sameView
 * @param {AbortSignal} signal @returns {Promise<readonly Companion[]>}
 */
async function companionsOf(state, index, company, sameView, signal) {
  const { cohort } = state;
  if (!cohort) return [];
  const { records } = cohort;
  const record = records[index];
  const fits = (/** @type {number} */ i) => i !== index && (!sameView || isSameView(record, records[i]));
  const plain = (/** @type {readonly number[]} */ indices) =>
    indices.filter(fits).map((i) => ({ id: records[i].id, distance: null, day: dayOf(cohort, records[i]) }));
  if (company === "next")
    return plain(following(sequenceOf(state, index), index, sameView ? MANY : MOST)).slice(0, MOST);
  if (company === "group") return plain(filmsOf(cohort, index));
  const query = new URLSearchParams([
    ["metric", company],
    ["n", String(sameView ? MANY : MOST)],
    ...state.params.where.map((condition) => ["where", condition]),
  ]);
  const { neighbours } = await getAnswer(`/api/neighbours/${encodeURIComponent(record.id)}?${query}`, signal);
  const places = new Map(records.map(({ id }, i) => [id, i]));
  return neighbours.filter((/** @type {Companion} */ { id }) => fits(places.get(id) ?? index)).slice(0, MOST);
}

/** @param {Readonly<AppState>} state @param {Companion} companion */
function thumb(state, { id, distance, day = null }) {
  const index = state.cohort?.records.findIndex((record) => record.id === id) ?? -1;
  const name = state.cohort?.records[index]?.filename ?? id;
  const far = distance === null ? (day?.split(" · ").at(-1) ?? "") : distance.toPrecision(3);
  const about = [name, day, distance === null ? "" : `distance ${far}`, membership(state.clusters, index)]
    .filter(Boolean)
    .join(", ");
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
