/** One card for each cluster: who is in it, against what an even spread would give, and its most central images. */

import { INKS, clusterMark } from "../../colour/palette.js";
import { byId, el, markIcon, picture } from "../../dom.js";
import { clusterName, count, groupNoun, plural } from "../../format.js";
import { enrichmentPath } from "../../evidence/paths.js";
import { SHAPE_PATHS } from "../../map/shapes.js";
import { part } from "../../parts.js";
import { thumbnailUrl } from "../../server.js";
import { FEW, barTip, barsOf } from "./model.js";

/** @import {AppStore, Bar, Breakdown, CardLink, ClusterSummary, Cohort} from "../../types.js" */
/** @import {EnrichedCell, Page} from "../../types.js" */

/**
 * What cards are made with, and what of them is shown again when tests or filters say more.
 * @typedef {object} Kit
 * @property {Map<string, HTMLButtonElement>} thumbs  kept from one drawing to the next: a picture made anew blinks
 * @property {typeof import("./spread.js") | null} spreads  what draws numbers and dates, once there are some
 * @property {string} scale  of all bars: "share" of the cluster, or "count"
 * @property {{label: number, size: number, bar: Bar, show: (cell?: EnrichedCell, longest?: number) => void}[]} rows
 * @property {{show: (cells: readonly EnrichedCell[]) => void}[]} marked
 * @property {CardLink[]} links
 */

const MOST_BARS = 5;
const MOST_THUMBS = 7;

/** @param {Page} page */
export function bindCards({ store }) {
  const box = byId("cards");
  /** @type {Kit} */
  const kit = { thumbs: new Map(), spreads: null, scale: "", rows: [], marked: [], links: [] };
  const scaled = byId("cards-scale", HTMLSelectElement);

  const draw = () => {
    const { clusters, cohort, encoding } = store.get();
    if (!clusters || !cohort || !encoding) return;
    const { breakdown } = clusters;
    if (breakdown.axis && !kit.spreads)
      return void part(import("./spread.js")).then((loaded) => {
        kit.spreads = loaded;
        draw();
      });
    scaled.value = store.get().scale;
    Object.assign(kit, { scale: scaled.value, rows: [], marked: [], links: [] });
    const cards = breakdown.clusters.map((summary) => card(store, summary, breakdown, cohort, kit));
    const axis = kit.spreads?.axisOf(breakdown, cohort, kit.scale);
    box.replaceChildren(...(axis ? [axis] : []), ...cards);
    if (clusters.labels.length === 0) box.append(el("p", { class: "cards-empty" }, "There is nothing to group."));
    mark();
    filtered();
    if (store.get().steadiness)
      void part(import("./steadiness.js")).then(({ showSteadiness }) => showSteadiness(box, store));
  };
  // Marked in place: cards made anew would take the keyboard's focus with them.
  const mark = () => {
    const { enrichment, shown } = store.get();
    box.setAttribute("aria-busy", String(enrichment.stale));
    const known = shown && !enrichment.stale && enrichment.of === enrichmentPath(shown, store.get());
    const found = (known ? enrichment.value?.cells : null) ?? [];
    const cells = new Map(found.map((cell) => [`${cell.label} ${cell.value}`, cell]));
    const cellOf = (/** @type {Kit["rows"][number]} */ { label, bar }) =>
      bar.kind === "value" ? cells.get(`${label} ${bar.name}`) : undefined;
    const whole = (/** @type {number} */ size) => (kit.scale === "share" && size) || 1;
    const large = kit.rows.filter(({ size }) => size >= FEW);
    const most = Math.max(
      ...(large.length > 0 ? large : kit.rows).map(
        (row) => Math.max(row.bar.count, row.bar.expected) / whole(row.size),
      ),
    );
    for (const row of kit.rows) row.show(cellOf(row), (most || 1) * whole(row.size));
    for (const { show } of kit.marked) show(found);
  };
  let isFiltered = false;
  const filtered = () => {
    const { dim, params } = store.get();
    const is = dim.length + params.where.length > 0;
    if (is || isFiltered) void links().then(({ showPassing }) => showPassing(store, kit.links));
    isFiltered = is;
  };
  scaled.addEventListener("change", () => store.set({ scale: scaled.value === "count" ? "count" : "share" }));
  store.watch(["passing", "dim"], filtered);
  store.watch(["encoding", "scale"], draw);
  store.watch(["enrichment"], mark);
  store.watch(["hovered"], ({ hovered, cohort, clusters }) => {
    for (const node of box.querySelectorAll(".lit")) node.classList.remove("lit");
    kit.thumbs.get(cohort?.records[hovered]?.id ?? "")?.classList.add("lit");
    box.querySelector(`.card[data-label="${clusters?.labels[hovered]}"]`)?.classList.add("lit");
  });
}

/** Most never use them. */
const links = () => part(import("../../images/bars.js"));

/**
 * @param {AppStore} store @param {ClusterSummary} summary @param {Breakdown} breakdown @param {Cohort} cohort
 * @param {Kit} kit
 */
function card(store, summary, breakdown, cohort, kit) {
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
      el("span", { "data-said": label }),
      el("p", {}, counts),
    ),
    ...(cohort.columns.length > 0 ? counted(store, summary, breakdown, cohort, kit) : []),
    thumbRow(store, summary, cohort, kit.thumbs),
  );
}

/**
 * A swatch has the cluster's colour only while the map has it too: colour means what the legend says.
 * @param {AppStore} store @param {number} label
 */
export function swatch(store, label) {
  const { colour, scheme, tints } = store.get();
  const mark = clusterMark(label, scheme, tints);
  return colour === "cluster" ? mark : { ...mark, colour: INKS[scheme].neutral };
}

/**
 * The values as bars; numbers and dates as a histogram, and below it what has no place there.
 * @param {AppStore} store @param {ClusterSummary} summary @param {Breakdown} breakdown @param {Cohort} cohort
 * @param {Kit} kit
 */
function counted(store, summary, breakdown, cohort, kit) {
  const { label, size } = summary;
  const { column } = breakdown;
  const spread = kit.spreads?.spreadOf(store, summary, breakdown, cohort, kit.scale, barColour(store, label, ""));
  if (spread) kit.marked.push(spread);
  spread?.links.forEach(link.bind(null, store, kit));
  const bars = spread?.bars ?? barsOf(summary, breakdown, cohort.n_images, MOST_BARS).bars;
  const list = bars.map((bar) => {
    const { row, show } = barRow(bar, size, barColour(store, label, bar.name), cohort);
    kit.rows.push({ label, size, bar, show });
    if (bar.count > 0 && bar.kind !== "apart") {
      const button = el("button", { type: "button", class: "bar-link", "aria-label": `Only ${column} ${bar.name}` });
      row.append(button);
      link(store, kit, { node: row, button, label, column, bar, bars });
    }
    return row;
  });
  return [spread?.node, el("div", { class: "bars", role: "list", "aria-label": `by ${column}` }, ...list)];
}

/** @param {AppStore} store @param {Kit} kit @param {CardLink} one */
function link(store, kit, one) {
  kit.links.push(one);
  one.node.addEventListener("pointerenter", () => links().then(({ point }) => point(store, one)));
  one.node.addEventListener("pointerleave", () => store.set({ focus: { kind: "cluster", label: one.label } }));
  one.button.addEventListener("click", ({ shiftKey }) =>
    links().then(({ filter, select }) => (shiftKey ? select : filter)(store, one)),
  );
}

/** @param {AppStore} store @param {number | null} label  null for what is no cluster @param {string} value */
export function barColour(store, label, value) {
  const { colour, scheme, encoding, clusters, tints } = store.get();
  if (colour === "cluster" && label !== null) return clusterMark(label, scheme, tints).colour;
  if (colour !== clusters?.breakdown.column) return INKS[scheme].neutral;
  const entries = encoding?.legend.entries ?? [];
  const entry =
    entries.find(({ name, kind }) => kind === "value" && name === value) ??
    entries.find(({ kind }) => kind === "other");
  return entry?.colour ?? INKS[scheme].neutral;
}

/**
 * @param {Bar} bar @param {number} room  for this many images @param {string} colour @param {Cohort} cohort
 * @param {string} [against]  what the tick says
 */
export function barRow(bar, room, colour, cohort, against) {
  const missing = bar.kind === "missing" || bar.kind === "apart";
  const fill = el("span", { class: `bar-fill${missing ? " hatched-bar" : ""}${bar.count === 0 ? " empty" : ""}` });
  if (!missing) fill.style.setProperty("--of", colour);
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
    // Always what the key says. What a test expects of its own images, those with a value in a cluster, is in the tip.
    const { expected } = bar;
    fill.style.width = `${Math.min(100, (100 * bar.count) / longest)}%`;
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
