/**
 * What a setting that is only pointed at would give: its clusters, on the map alone. Parameters, link, tiles and cards
 * stay as they are; the map is itself again as soon as nothing is pointed at.
 */

import { getAnswer, isAbort, messageOf } from "../api.js";
import { byId } from "../dom.js";
import { count, formatEps, plural } from "../format.js";
import { clusterQuery } from "../url.js";

/** @import {AppStore, Clusters, PlaneSetting} from "../types.js" */

/** A pointer on its way to another cell asks for none of those that it crosses. */
const DELAY_MS = 120;

/** @param {AppStore} store */
export function createPreview(store) {
  const badge = byId("preview");
  let wanted = "";
  /** Entries of the map's own legend, which are none of the preview's. @type {readonly number[]} */
  let hidden = [];
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
      const previewed = await getAnswer(`/api/clusters?${query}`, abort.signal);
      if (!store.get().previewed) ({ hidden } = store.get());
      store.set({ previewed, hidden: [] });
    } catch (error) {
      if (!isAbort(error)) say(messageOf(error));
    }
  }

  /** Asks for nothing more; what is shown stays until the map itself changes. */
  function settle() {
    clearTimeout(timer);
    abort.abort();
  }

  function end() {
    if (store.get().previewed) {
      store.set({ previewed: null });
      store.set({ hidden });
    }
    say("");
  }

  store.on(["previewed"], ({ previewed }) => say(previewed ? sentence(previewed) : ""));
  store.on(["shown"], end);
  return {
    settle,
    /** @param {PlaneSetting | null} setting  of the map that is shown */
    point(setting) {
      const { shown, params, breakdown } = store.get();
      const { eps, min_samples } = setting ?? params;
      const applied = eps === params.eps && min_samples === params.min_samples;
      const query = applied || !shown ? "" : clusterQuery({ ...shown, eps, min_samples }, breakdown).toString();
      if (query === wanted) return;
      wanted = query;
      settle();
      abort = new AbortController();
      if (query) timer = setTimeout(ask, DELAY_MS, query);
      else end();
    },
  };
}

/** @param {Clusters} clusters */
function sentence({ params, n_clusters, n_noise }) {
  return `Preview · eps ${formatEps(Number(params.eps))} · min_samples ${params.min_samples}: ${plural(n_clusters, "cluster")}, ${count(n_noise)} noise`;
}
