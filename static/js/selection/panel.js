/**
 * The selection as a thing: how many, of which clusters, against the rest of the cohort, and what can be made of it.
 */

import { getFile, messageOf, registerSelection } from "../api.js";
import { byId, el, find, markIcon } from "../dom.js";
import { clusterName, count, groupNoun, plural } from "../format.js";
import { SHAPE_PATHS } from "../map/shapes.js";
import { barsOf } from "../panels/cards/model.js";
import { barColour, barRow, swatch } from "../panels/cards/panel.js";
import { save } from "../save.js";
import { clusterQuery } from "../url.js";
import { forget, keep, keptOn } from "./kept.js";
import { indicesOf } from "./model.js";
import { dropOwn, makeOwn, withOwn } from "./own.js";
import { inverted, tallyOf } from "./tally.js";

/** @import {AppStore, Clusters, Cohort, OwnCluster} from "../types.js" */

const MOST_BARS = 5;
const MOST_CLUSTERS = 8;

/** @param {AppStore} store @param {(text: string) => void} toast */
export function bindSelection(store, toast) {
  const box = byId("selection");
  const draw = () => {
    const { cohort, clusters, selection } = store.get();
    // Until its clusters have come, those of the cohort before count other images.
    if (!cohort || clusters?.labels.length !== cohort.records.length) return;
    byId("selection-now").hidden = selection.length === 0;
    if (selection.length > 0) describe(store, cohort, clusters);
    showRows("selection-own", ownRows(store, clusters));
    showRows("selection-saved", savedRows(store, cohort, toast, draw));
    box.hidden = [...box.children].every((part) => part instanceof HTMLElement && part.hidden);
  };
  const acts = actions(store, toast);
  const act = async (/** @type {string} */ name) => {
    try {
      await acts[name]();
    } catch (error) {
      toast(messageOf(error));
    }
  };
  box.addEventListener("click", ({ target }) => {
    const name = target instanceof Element && target.closest("[data-do]")?.getAttribute("data-do");
    if (name) void act(name);
  });
  byId("selection-save", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void act("save").then(draw);
  });
  store.watch(["selection", "encoding", "shown"], draw);
  draw();
}

/** @param {string} id @param {HTMLElement[]} rows */
function showRows(id, rows) {
  byId(id).hidden = rows.length === 0;
  find(byId(id), "ul").replaceChildren(...rows);
}

/**
 * What the buttons do, by their `data-do`.
 * @param {AppStore} store @param {(text: string) => void} toast @returns {Record<string, () => unknown>}
 */
function actions(store, toast) {
  const records = () => store.get().cohort?.records ?? [];
  const ids = () => store.get().selection.map((i) => records()[i].id);
  const shelf = () => store.get().cohort?.name ?? "";
  const field = find(byId("selection-save"), "input", HTMLInputElement);
  /** As it is typed, or as it was saved. */
  const name = () => field.value.trim() || keptOn(shelf()).find((kept) => kept.ids.join() === ids().join())?.name;
  return {
    show: () => store.set({ drawer: "sheet" }),
    own: () => makeOwn(store, ids(), name()),
    invert: () => store.set({ selection: inverted(store.get().selection, records().length) }),
    clear: () => store.set({ selection: [] }),
    async export() {
      const { params, breakdown } = store.get();
      const { id } = await registerSelection(ids());
      const file = await withOwn(store, params.own, toast, () =>
        getFile(`/api/export?${clusterQuery(params, breakdown)}&only=${id}`),
      );
      toast(save(file.blob, file.name));
    },
    save() {
      if (field.value.trim()) keep(shelf(), field.value.trim(), ids());
      field.value = "";
    },
  };
}

/** @param {AppStore} store @param {Cohort} cohort @param {Clusters} clusters */
function describe(store, cohort, clusters) {
  const { selection } = store.get();
  const {
    labels,
    breakdown: { column },
  } = clusters;
  const chosen = tallyOf(
    selection.map((i) => cohort.records[i]),
    column,
  );
  const rest = tallyOf(
    inverted(selection, labels.length).map((i) => cohort.records[i]),
    column,
  );
  byId("selection-counts").textContent = [
    plural(chosen.size, "image"),
    cohort.group_column && groupNoun(cohort.group_column, chosen.n_groups),
  ]
    .filter(Boolean)
    .join(" · ");
  byId("selection-clusters").replaceChildren(
    ...clusterRows(
      store,
      clusters,
      selection.map((i) => labels[i]),
    ),
  );
  byId("selection-by").textContent = `by ${column}`;
  const { bars, longest } = barsOf(
    { label: -1, representatives: [], ...chosen },
    { column, totals: rest.counts, n_missing: rest.n_missing, clusters: [] },
    rest.size,
    MOST_BARS,
  );
  byId("selection-bars").replaceChildren(
    ...bars.map((bar) => barRow(bar, longest, barColour(store, null, bar), cohort, "if it were as in the rest").row),
  );
  byId("selection").classList.toggle("bare", cohort.columns.length === 0);
  byId("selection-show").hidden = !cohort.has_images;
}

/**
 * Most of the selection first, noise last.
 * @param {AppStore} store @param {Clusters} clusters @param {readonly number[]} labels  of the selected images
 */
function clusterRows(store, { breakdown: { clusters }, own }, labels) {
  const sizes = new Map(clusters.map(({ label }) => [label, 0]));
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const found = [...sizes]
    .filter(([, n]) => n > 0)
    .sort(([label, n], [other, m]) => Number(label < 0) - Number(other < 0) || m - n);
  const rows = found
    .slice(0, MOST_CLUSTERS)
    .map(([label, n]) =>
      el(
        "li",
        {},
        ...clusterLine(store, label, own),
        el(
          "span",
          { class: "quiet" },
          `${count(n)} of ${count(clusters.find((one) => one.label === label)?.size ?? 0)}`,
        ),
      ),
    );
  return [
    ...rows,
    found.length > rows.length &&
      el("li", { class: "quiet" }, `and ${plural(found.length - rows.length, "more cluster")}`),
  ].filter((row) => row !== false);
}

/** @param {AppStore} store @param {number} label @param {readonly OwnCluster[]} own */
function clusterLine(store, label, own) {
  const { colour, shape } = swatch(store, label);
  return [markIcon(SHAPE_PATHS[shape], colour, label < 0 ? 7 : 11), clusterName(label, own)];
}

/** @param {AppStore} store @param {Clusters} clusters */
const ownRows = (store, { own, labels }) =>
  own.map(({ id, label }) =>
    row(
      clusterLine(store, label, own),
      labels.filter((one) => one === label).length,
      `Dissolve ${clusterName(label, own)}`,
      () => dropOwn(store, id),
    ),
  );

/** @param {AppStore} store @param {Cohort} cohort @param {(text: string) => void} toast @param {() => void} draw */
function savedRows(store, { name: shelf, records }, toast, draw) {
  return keptOn(shelf).map(({ name, ids }) => {
    const restore = () => {
      const selection = indicesOf(ids, records);
      store.set({ selection });
      if (selection.length < ids.length)
        toast(`Of ${plural(ids.length, "image")}, ${count(selection.length)} are in the cohort now.`);
    };
    const drop = () => {
      forget(shelf, name);
      draw();
    };
    return row(
      [el("button", { type: "button", class: "linkish", onclick: restore, title: "Select these images again" }, name)],
      ids.length,
      `Delete ${name}`,
      drop,
    );
  });
}

/**
 * @param {(Node | string)[]} name @param {number} size @param {string} title  of the button that removes it
 * @param {() => void} onclick
 */
const row = (name, size, title, onclick) =>
  el(
    "li",
    {},
    ...name,
    el("span", { class: "quiet" }, plural(size, "image")),
    el("button", { type: "button", class: "remove", "aria-label": title, title, onclick }, "✕"),
  );
