/** The tiles, the server's warnings, and the sentence that a screen reader hears. */

import { byId, el } from "../../dom.js";
import { asSentence, compact, count, decimal, percent, plural } from "../../format.js";

/** @import {Page} from "../../types.js" */

/** A reader is told once the hand rests, not at every step of a drag. */
const SETTLE_MS = 500;

/** @param {Page} page */
export function bindSummary({ store }) {
  const live = byId("live");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  store.watch(["clusters"], ({ clusters, projection }) => {
    if (!clusters) return;
    const { n_clusters, n_noise, labels, score } = clusters;
    // One cluster is no division.
    const judged = n_clusters > 1 ? score : null;
    showTile("tile-score", judged);
    showTile("tile-clusters", n_clusters);
    showTile("tile-noise", n_noise);
    byId("tile-silhouette").textContent = decimal(clusters.silhouette);
    byId("noise-box").dataset.tip = labels.length
      ? `${percent(1 - n_noise / labels.length)} of the images belong to a cluster.`
      : "";
    showWarnings([...(projection?.warnings ?? []), ...clusters.warnings]);
    clearTimeout(timer);
    timer = setTimeout(() => {
      live.textContent = `${plural(n_clusters, "cluster")}, ${count(n_noise)} in no group, score ${judged ?? "–"}`;
    }, SETTLE_MS);
  });
  const busy = byId("busy");
  const trouble = byId("trouble");
  store.watch(["busy"], (state) => {
    busy.hidden = !state.busy;
  });
  store.watch(["trouble", "clusters"], (state) => {
    // Without a map the sentence stands in its place.
    trouble.hidden = state.trouble === null || state.clusters === null;
    trouble.textContent = state.trouble;
  });
}

/**
 * A long number is set smaller, a very long one rounded.
 * @param {string} id @param {number | null} value
 */
function showTile(id, value) {
  const tile = byId(id);
  const text = value === null ? "–" : count(value);
  tile.textContent = value && text.length > 7 ? compact(value) : text;
  tile.title = text.length > 7 ? text : "";
  tile.classList.toggle("long", text.length > 4);
}

/**
 * What the server says of the seed stands by it: with the usual start it is always true.
 * @param {readonly string[]} warnings
 */
function showWarnings(warnings) {
  const list = byId("warnings", HTMLUListElement);
  const sentences = [...new Set(warnings.map(asSentence))];
  const ofSeed = sentences.filter((text) => /\bseed\b/i.test(text));
  byId("random_state-help").textContent = ofSeed.join(" ");
  const wanted = sentences.filter((text) => !ofSeed.includes(text));
  const shown = [...list.children].map((item) => item.textContent);
  if (wanted.join("\n") === shown.join("\n")) return;
  list.replaceChildren(...wanted.map((text) => el("li", {}, text)));
}
