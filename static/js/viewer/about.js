/** What is known of one X-ray: its cluster, how its row was given, and what was derived from it. */

import { INKS, clusterMark } from "../colour/palette.js";
import { el, markIcon } from "../dom.js";
import { formatValue } from "../format.js";
import { SHAPE_PATHS } from "../map/shapes.js";
import { groupOf, membership, viewOf } from "../describe.js";

/** @import {AppState, Clusters, Cohort, ImageRecord} from "../types.js" */

/**
 * In the colours of the dark, which is around it; as everywhere, only while colour means cluster.
 * @param {Readonly<AppState>} state @param {number} index
 */
export function clusterIcon({ clusters, colour, tints }, index) {
  const mark = clusterMark(clusters?.labels[index] ?? -1, "dark", tints);
  return markIcon(SHAPE_PATHS[mark.shape], colour === "cluster" ? mark.colour : INKS.dark.neutral, 10);
}

/** @param {Cohort} cohort @param {Clusters | null} clusters @param {number} index @returns {Node[]} */
export function factsOf(cohort, clusters, index) {
  const record = cohort.records[index];
  const texts = cohort.columns.map(({ name, derived }) => ({
    name,
    derived,
    text: formatValue(record.values[name] ?? null),
  }));
  const pairs = (/** @type {boolean} */ wanted) =>
    texts.filter(({ derived }) => derived === wanted).map(({ name, text }) => [name, text]);
  const empty = texts.filter(({ text }) => text === "").map(({ name }) => name);
  return [
    ...reduced(cohort),
    ...section("On this map", [
      ["country", record.country ?? "missing"],
      ["view", viewOf(record)],
      ["belongs to", membership(clusters, index)],
      ["from", groupOf(cohort, record)],
    ]),
    ...training(cohort, record),
    ...section("As given", pairs(false)),
    ...section("Derived", pairs(true)),
    ...(empty.length > 0 ? [el("p", { class: "facts-missing" }, `Not given: ${empty.join(", ")}.`)] : []),
  ];
}

/** @param {Cohort} cohort */
function reduced({ reduced_to: side }) {
  if (side === null) return [];
  const text =
    `Full-size X-rays are not in the bundle: this is a copy of at most ${side} pixels to a side, ` +
    "on which lengths are measured.";
  return [el("p", { class: "facts-taught", id: "viewer-reduced" }, text)];
}

/** @param {Cohort} cohort @param {ImageRecord} record */
function training(cohort, record) {
  if (record.is_taught)
    return [
      el(
        "p",
        { class: "facts-taught" },
        "The model was trained on this image: what it finds alike here says less about images that it has not seen.",
      ),
    ];
  // Of a network of somebody's nothing is known, and there is no such column.
  const isKnown = cohort.columns.some(({ name, derived }) => derived && name.startsWith("in_training"));
  return isKnown ? [el("p", { class: "facts-missing" }, "The model was not trained on this image.")] : [];
}

/** @param {string} heading @param {(string | null)[][]} pairs */
function section(heading, pairs) {
  const rows = pairs.flatMap(([name, text]) =>
    text ? [el("dt", {}, name), el("dd", {}, text, copier(`Copy ${name}`, text))] : [],
  );
  return rows.length > 0 ? [el("h3", { class: "facts-heading" }, heading), el("dl", { class: "facts" }, ...rows)] : [];
}

/**
 * Nothing where the browser lends no clipboard: to pages that are not secure.
 * @param {string} label @param {string} text
 */
function copier(label, text) {
  const button = el("button", { type: "button", class: "copier", "aria-label": label, onclick: copy }, "copy");
  async function copy() {
    button.textContent = await navigator.clipboard.writeText(text).then(
      () => "copied",
      () => "refused",
    );
    setTimeout(() => (button.textContent = "copy"), 1500);
  }
  return navigator.clipboard && button;
}
