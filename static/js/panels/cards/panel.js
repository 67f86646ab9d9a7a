/** One card for each cluster: who is in it, against what an even spread would give, and its most central images. */

import { thumbnailUrl } from "../../api.js";
import { INKS, clusterMark } from "../../colour/palette.js";
import { byId, el, markIcon, picture } from "../../dom.js";
import { clusterName, count, decimal, groupNoun, plural } from "../../format.js";
import { linkBar } from "../../images/bars.js";
import { enrichmentPath } from "../../evidence/paths.js";
import { SHAPE_PATHS } from "../../map/shapes.js";
import { barTip, barsOf } from "./model.js";

/** @import {AppStore, Bar, Breakdown, ClusterSummary, Clusters, Cohort, EnrichedCell, Page} from "../../types.js" */

/**
 * @typedef {{label: number, bar: Bar, show: (cell?: EnrichedCell, longest?: number) => void}[]} Rows  shows what the
 *   test of a cell says
 */

const MOST_BARS = 5;
const MOST_THUMBS = 7;

/** @param {Page} page */
export function bindCards({ store }) {
  const box = byId("cards");
  /** Kept from one drawing to the next: a picture made anew blinks. @type {Map<string, HTMLButtonElement>} */
  const thumbs = new Map();

  /** @type {Rows} */
  const rows = [];

  const draw = () => {
    const { clusters, cohort, encoding } = store.get();
    if (!clusters || !cohort || !encoding) return;
    rows.length = 0;
    const cards = clusters.breakdown.clusters.map((summary) =>
      card(store, summary, clusters.breakdown, cohort, thumbs, rows),
    );
    box.replaceChildren(...cards);
    const advice = adviceOn(clusters);
    if (advice) box.append(el("p", { class: "cards-empty" }, advice));
    mark();
  };
  // Marked in place: cards made anew would take the keyboard's focus with them.
  const mark = () => {
    const { enrichment, shown } = store.get();
    box.setAttribute("aria-busy", String(enrichment.stale));
    const known = shown && !enrichment.stale && enrichment.of === enrichmentPath(shown, store.get());
    const cells = new Map(
      (known ? enrichment.value?.cells : null)?.map((cell) => [`${cell.label} ${cell.value}`, cell]),
    );
    const cellOf = (/** @type {Rows[number]} */ { label, bar }) =>
      bar.kind === "value" ? cells.get(`${label} ${bar.name}`) : undefined;
    // A test has its own images and expects its own number of them: there has to be room for that too.
    /** @type {Map<number, number>} */
    const longest = new Map();
    for (const row of rows)
      longest.set(
        row.label,
        Math.max(longest.get(row.label) ?? 1, row.bar.count, row.bar.expected, cellOf(row)?.expected ?? 0),
      );
    for (const row of rows) row.show(cellOf(row), longest.get(row.label));
  };
  store.watch(["encoding"], draw);
  store.watch(["enrichment"], mark);
  store.watch(["hovered"], ({ hovered, cohort, clusters }) => {
    const id = cohort?.records[hovered]?.id;
    for (const thumb of box.querySelectorAll(".thumb.lit")) thumb.classList.remove("lit");
    if (id !== undefined) thumbs.get(id)?.classList.add("lit");
    for (const node of box.querySelectorAll(".card")) {
      node.classList.toggle(
        "lit",
        hovered >= 0 && node.getAttribute("data-label") === String(clusters?.labels[hovered]),
      );
    }
  });
}

/** What to turn where there is nothing to compare. @param {Clusters} clusters */
function adviceOn({ n_clusters, n_noise, labels }) {
  if (labels.length === 0) return "There is nothing to group.";
  if (n_clusters === 0) return "Every image is noise. A larger eps or a smaller min_samples finds clusters.";
  if (n_clusters === 1 && n_noise === 0) return "All images are one cluster. A smaller eps parts it.";
  return null;
}

/**
 * @param {AppStore} store @param {ClusterSummary} summary @param {Breakdown} breakdown @param {Cohort} cohort
 * @param {Map<string, HTMLButtonElement>} thumbs @param {Rows} rows
 */
function card(store, summary, breakdown, cohort, thumbs, rows) {
  const { label, size, n_groups } = summary;
  const name = clusterName(label, store.get().clusters?.own ?? []);
  const dim = () => store.soon({ focus: { kind: "cluster", label } });
  const undim = () => store.soon({ focus: null });
  const mark = swatch(store, label);
  const counts = [plural(size, "image"), cohort.group_column && groupNoun(cohort.group_column, n_groups)]
    .filter(Boolean)
    .join(" · ");
  return el(
    "article",
    {
      class: "card",
      "data-label": label,
      "aria-label": `${name}, ${counts}`,
      onpointerenter: dim,
      onpointerleave: undim,
      onfocusin: dim,
      onfocusout: undim,
    },
    el(
      "header",
      { class: "card-head" },
      markIcon(SHAPE_PATHS[mark.shape], mark.colour, label < 0 ? 8 : 12),
      el("h3", {}, name),
      steadiness(store, label),
      el("p", {}, counts),
    ),
    cohort.columns.length > 0 && barList(store, summary, breakdown, cohort, rows),
    thumbRow(store, summary, cohort, thumbs),
  );
}

/** How much of the cluster other runs find again, once that is known. @param {AppStore} store @param {number} label */
function steadiness(store, label) {
  const found = store.get().steadiness?.clusters.find((one) => one.label === label);
  if (!found?.verdict) return null;
  const { verdict, jaccard_seeds, jaccard_resamples } = found;
  const tip =
    `Mean Jaccard index with the most similar cluster of each run: ${decimal(jaccard_resamples)} on other patients, ` +
    `${decimal(jaccard_seeds)} with other seeds. From .75 on a cluster is stable, below .60 it is not to be trusted, ` +
    "at .50 it dissolves (Hennig 2007).";
  return el("span", { class: `steady ${verdict}`, "data-tip": tip }, `${verdict} ${decimal(jaccard_resamples)}`);
}

/**
 * A swatch has the cluster's colour only while the map has it too: colour means what the legend says.
 * @param {AppStore} store @param {number} label
 */
export function swatch(store, label) {
  const { colour, scheme } = store.get();
  const mark = clusterMark(label, scheme);
  return colour === "cluster" ? mark : { ...mark, colour: INKS[scheme].neutral };
}

/**
 * @param {AppStore} store @param {ClusterSummary} summary @param {Breakdown} breakdown @param {Cohort} cohort
 * @param {Rows} rows
 */
function barList(store, summary, breakdown, cohort, rows) {
  const { bars, longest } = barsOf(summary, breakdown, cohort.n_images, MOST_BARS);
  const list = bars.map((bar) => {
    const { row, show } = barRow(bar, longest, barColour(store, summary.label, bar), cohort);
    linkBar(store, row, summary.label, bar, bars, breakdown.column);
    rows.push({ label: summary.label, bar, show });
    return row;
  });
  return el("div", { class: "bars", role: "list", "aria-label": `by ${breakdown.column}` }, ...list);
}

/** @param {AppStore} store @param {number | null} label  null for what is no cluster @param {Bar} bar */
export function barColour(store, label, bar) {
  const { colour, scheme, encoding, clusters } = store.get();
  if (colour === "cluster" && label !== null) return clusterMark(label, scheme).colour;
  if (colour !== clusters?.breakdown.column) return INKS[scheme].neutral;
  const entries = encoding?.legend.entries ?? [];
  const entry =
    entries.find(({ name, kind }) => kind === "value" && name === bar.name) ??
    entries.find(({ kind }) => kind === "other");
  return entry?.colour ?? INKS[scheme].neutral;
}

/**
 * @param {Bar} bar @param {number} room  for this many images @param {string} colour @param {Cohort} cohort
 * @param {string} [against]  what the tick says
 */
export function barRow(bar, room, colour, cohort, against) {
  const missing = bar.kind === "missing";
  const fill = el("span", { class: `bar-fill${missing ? " hatched-bar" : ""}${bar.count === 0 ? " empty" : ""}` });
  if (!missing) fill.style.background = colour;
  const tick = el("span", { class: "bar-tick" });
  const sign = el("span", { class: "bar-sign" });
  const row = el(
    "div",
    { class: `bar-row bar-${bar.kind}`, role: "listitem" },
    el("span", { class: "bar-name" }, bar.name),
    el("span", { class: "bar-track" }, fill, tick),
    el("span", { class: "bar-count" }, sign, count(bar.count)),
  );
  /** @param {EnrichedCell} [cell] @param {number} [longest] */
  const show = (cell, longest = room) => {
    const tip = barTip(bar, cohort.group_column, cell, against);
    row.setAttribute("aria-label", cell?.mark ? `${cell.mark}. ${tip}` : tip);
    row.dataset.tip = tip;
    // A test has its own images: those with a value, in a cluster.
    const expected = cell?.expected ?? bar.expected;
    fill.style.width = `${(100 * bar.count) / longest}%`;
    tick.style.left = `${Math.min(100, (100 * expected) / longest)}%`;
    tick.hidden = expected === 0;
    sign.className = `bar-sign ${cell?.mark ?? ""}`;
    sign.textContent = cell?.mark ? (cell.mark === "enriched" ? "▲" : "▼") : "";
  };
  show();
  return { row, show };
}

/**
 * @param {AppStore} store @param {ClusterSummary} summary @param {Cohort} cohort
 * @param {Map<string, HTMLButtonElement>} thumbs
 */
function thumbRow(store, summary, cohort, thumbs) {
  const ids = summary.representatives.slice(0, MOST_THUMBS);
  if (!cohort.has_images || ids.length === 0) return null;
  return el("div", { class: "thumbs" }, ...ids.map((id) => thumbs.get(id) ?? thumb(store, id, cohort, thumbs)));
}

/** @param {AppStore} store @param {string} id @param {Cohort} cohort @param {Map<string, HTMLButtonElement>} thumbs */
function thumb(store, id, cohort, thumbs) {
  const name = cohort.records.find((record) => record.id === id)?.filename ?? id;
  const point = () =>
    store.soon({ hovered: store.get().cohort?.records.findIndex((record) => record.id === id) ?? -1 });
  const leave = () => store.soon({ hovered: -1 });
  const open = () => store.set({ image: id });
  const button = el(
    "button",
    {
      type: "button",
      class: "thumb",
      "aria-label": `Open ${name}`,
      onpointerenter: point,
      onpointerleave: leave,
      onfocus: point,
      onblur: leave,
      onclick: open,
    },
    picture(thumbnailUrl(id, 128), "", 64),
  );
  thumbs.set(id, button);
  return button;
}
