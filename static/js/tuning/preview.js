/**
 * What a setting that is only pointed at would give: its clusters, on the map alone. Parameters, link, tiles and cards
 * stay as they are; the map is itself again as soon as nothing is pointed at.
 */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { byId } from "../dom.js";
import { count, plural } from "../format.js";
import { inWords, keysOf } from "../settings.js";
import { clusterQuery } from "../url.js";

/** @import {AppStore, Clusters, Params} from "../types.js" */

/** A pointer on its way to another cell asks for none of those that it crosses. */
const DELAY_MS = 120;

/** @param {AppStore} store */
export function createPreview(store) {
  const badge = byId("preview");
  let wanted = "";
  let abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} text */
  const say = (text) => {
    badge.hidden = text === "";
    badge.textContent = text;
  };

  /** @param {string} query */
  async function ask(query) {
    try {
      store.set({ previewed: await getAnswer(`/api/clusters?${query}`, abort.signal) });
    } catch (error) {
      if (!isAbort(error)) say(messageOf(error));
    }
  }

  /** Asks for nothing more; what is shown stays until the map itself changes. */
  function settle() {
    clearTimeout(timer);
    abort.abort();
  }

  store.watch(["previewed", "shown"], ({ previewed }) => say(previewed ? sentence(previewed) : ""));
  return {
    settle,
    /**
     * @param {Readonly<Record<string, number>> | null} place  on the plane of the map that is shown: values of
     *   parameters, and what else is known there
     */
    point(place) {
      const { shown, params, breakdown } = store.get();
      const pointed = keysOf(params, "clusters").filter((key) => place && key in place);
      const values = Object.fromEntries(pointed.map((key) => [key, place?.[key]]));
      const applied = pointed.every((key) => values[key] === params[key]);
      const query = applied || !shown ? "" : clusterQuery({ ...shown, ...values }, breakdown).toString();
      if (query === wanted) return;
      wanted = query;
      settle();
      abort = new AbortController();
      if (query) timer = setTimeout(ask, DELAY_MS, query);
      else {
        store.soon({ previewed: null });
        say("");
      }
    },
  };
}

/** @param {Clusters} clusters */
function sentence({ params, n_clusters, n_noise }) {
  const [, ...keys] = keysOf(/** @type {Params} */ (/** @type {unknown} */ (params)), "clusters");
  const place = keys.map((key) => inWords(key, /** @type {Params} */ (/** @type {unknown} */ (params))));
  return `Preview · ${place.join(" · ")}: ${plural(n_clusters, "cluster")}, ${count(n_noise)} in no group`;
}
