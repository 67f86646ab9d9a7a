/** One X-ray in full, with everything that its row says; arrow keys go through its cluster. */

import { imageUrl } from "../api.js";
import { INKS, clusterMark } from "../colour/palette.js";
import { byId, el, markIcon } from "../dom.js";
import { formatValue } from "../format.js";
import { SHAPE_PATHS } from "../map/shapes.js";
import { groupOf, membership, viewOf } from "./describe.js";
import { nextInCluster } from "./map-panel.js";

/** @import {AppStore, Clusters, Cohort, ImageRecord} from "../types.js" */

/** @param {AppStore} store */
export function bindViewer(store) {
  const dialog = byId("viewer", HTMLDialogElement);
  const show = () => {
    const { image, cohort } = store.get();
    const index = cohort?.state === "ready" && image !== null ? cohort.records.findIndex(({ id }) => id === image) : -1;
    if (index < 0) return dialog.close();
    if (!dialog.open) dialog.showModal();
    fill(store, index);
  };
  const step = (/** @type {1 | -1} */ by) => {
    const { cohort, clusters, image } = store.get();
    const index = cohort?.records.findIndex(({ id }) => id === image) ?? -1;
    const next = nextInCluster(clusters, index, by);
    if (cohort && next >= 0) store.set({ image: cohort.records[next].id });
  };
  store.on(["image", "cohort", "clusters", "scheme"], show);
  dialog.addEventListener("close", () => store.set({ image: null }));
  dialog.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-step], [data-close]") : null;
    if (event.target === dialog || target?.hasAttribute("data-close")) dialog.close();
    else if (target) step(target.getAttribute("data-step") === "1" ? 1 : -1);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    event.preventDefault();
    step(event.key === "ArrowRight" ? 1 : -1);
  });
}

/** Filled in place, so that focus stays on the button that was pressed. @param {AppStore} store @param {number} index */
function fill(store, index) {
  const { cohort, clusters } = store.get();
  const record = cohort?.records[index];
  if (!cohort || !record) return;
  byId("viewer-name").textContent = record.filename;
  byId("viewer-position").replaceChildren(...position(store, clusters, index));
  const film = byId("viewer-film");
  if (film.dataset.id !== record.id) {
    film.dataset.id = record.id;
    film.replaceChildren(...xray(cohort, record));
  }
  byId("viewer-facts").replaceChildren(...facts(cohort, clusters, record, index));
}

/** @param {AppStore} store @param {Clusters | null} clusters @param {number} index */
function position(store, clusters, index) {
  if (!clusters) return [];
  const { scheme, colour } = store.get();
  const label = clusters.labels[index];
  const mark = clusterMark(label, scheme);
  const members = clusters.labels.map((other, i) => (other === label ? i : -1)).filter((i) => i >= 0);
  const name = label < 0 ? "noise" : `cluster ${label}`;
  return [markIcon(SHAPE_PATHS[mark.shape], colour === "cluster" ? mark.colour : INKS[scheme].neutral, 11), `${members.indexOf(index) + 1} of ${members.length} in ${name}`];
}

/** @param {Cohort} cohort @param {ImageRecord} record */
function xray(cohort, record) {
  const none = el("p", { class: "viewer-none" }, cohort.has_images ? "This image cannot be shown by the browser." : "This cohort came as features alone: there is no picture to show.");
  if (!cohort.has_images) return [none];
  const image = el("img", { src: imageUrl(record.id), alt: `X-ray ${record.filename}`, draggable: "false" });
  image.addEventListener("error", () => image.classList.add("broken"));
  return [image, none];
}

/** @param {Cohort} cohort @param {Clusters | null} clusters @param {ImageRecord} record @param {number} index */
function facts(cohort, clusters, record, index) {
  const filled = cohort.columns.filter(({ name }) => formatValue(record.values[name] ?? null) !== "");
  const empty = cohort.columns.filter((column) => !filled.includes(column)).map(({ name }) => name);
  const given = filled.filter(({ derived }) => !derived);
  const derived = filled.filter((column) => column.derived);
  const summary = [["country", record.country ?? "missing"], ["view", viewOf(record)], ["belongs to", membership(clusters, index)], ["from", groupOf(cohort, record)]];
  return [
    el("h2", { class: "facts-heading" }, "On this map"),
    list(summary.filter(([, value]) => value)),
    given.length > 0 && el("h2", { class: "facts-heading" }, "As given"),
    given.length > 0 && list(given.map(({ name }) => [name, formatValue(record.values[name])])),
    derived.length > 0 && el("h2", { class: "facts-heading" }, "Derived"),
    derived.length > 0 && list(derived.map(({ name }) => [name, formatValue(record.values[name])])),
    empty.length > 0 && el("p", { class: "facts-missing" }, `Not given: ${empty.join(", ")}.`),
  ].filter((child) => child !== false);
}

/** @param {(string | null)[][]} pairs */
function list(pairs) {
  return el("dl", { class: "facts" }, ...pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}
