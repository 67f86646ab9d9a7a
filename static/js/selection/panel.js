/**
 * The selection as a thing: how many, of which clusters, against the rest of the cohort, and what can be made of it.
 */

import { getFile, messageOf, registerSelection } from "../api.js";
import { byId, el, find, markIcon } from "../dom.js";
import { clusterName, count, groupNoun, plural } from "../format.js";
import { SHAPE_PATHS } from "../map/shapes.js";
import { placesOf } from "../images/bars.js";
import { barsOf } from "../panels/cards/model.js";
import { barColour, barRow, swatch } from "../panels/cards/panel.js";
import { histogram } from "../panels/cards/spread.js";
import { drop, keep, newId } from "../project/kept.js";
import { bodyOf, itemOf, itemsOf } from "../project/model.js";
import { noteField } from "../project/note.js";
import { save } from "../save.js";
import { clusterQuery } from "../url.js";
import { indicesOf } from "./model.js";
import { dropOwn, makeOwn, withOwn } from "./own.js";
import { inverted, tallyOf } from "./tally.js";

/** @import {AppStore, Clusters, Cohort, Item, OwnCluster, ValueAxis} from "../types.js" */

const MOST_BARS = 5;
const MOST_CLUSTERS = 8;
const AS_THE_REST = "if it were as in the rest";

/** @param {AppStore} store @param {(text: string) => void} toast */
export function bindSelection(store, toast) {
  const box = byId("selection");
  const isNoted = () => document.activeElement?.matches("#selection textarea");
  const draw = () => {
    const { cohort, clusters, selection } = store.get();
    // Until its clusters have come, those of the cohort before count other images.
    if (!cohort || clusters?.labels.length !== cohort.records.length) return;
    byId("selection-now").hidden = selection.length === 0;
    if (selection.length > 0) describe(store, cohort, clusters);
    // Whoever writes is not interrupted.
    if (!isNoted()) {
      showRows("selection-own", ownRows(store, clusters, toast));
      showRows("selection-saved", savedRows(store, cohort, toast));
    }
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
    void act("save");
  });
  box.addEventListener("focusout", ({ target }) => target instanceof HTMLTextAreaElement && setTimeout(draw));
  store.watch(["selection", "encoding", "shown", "project"], draw);
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
  const saved = () => itemsOf(store.get().project, "selection");
  const tell = (/** @type {string} */ said) => void (said && toast(said));
  const field = find(byId("selection-save"), "input", HTMLInputElement);
  /** As it is typed, or as it was saved. */
  const name = () =>
    field.value.trim() || bodyOf(saved().find((item) => bodyOf(item).images?.join() === ids().join())).name;
  return {
    show: () => store.set({ drawer: "sheet" }),
    own: async () => tell(await makeOwn(store, ids(), name())),
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
    async save() {
      const typed = field.value.trim();
      if (!typed) return;
      // In place of what had this name.
      const before = saved().find((item) => bodyOf(item).name === typed);
      const body = { ...bodyOf(before), name: typed, images: ids() };
      tell(await keep(store, "selection", before?.id ?? newId(), body));
      field.value = "";
    },
  };
}

/** @param {AppStore} store @param {Cohort} cohort @param {Clusters} clusters */
function describe(store, cohort, clusters) {
  const { selection } = store.get();
  const {
    labels,
    breakdown: { column, axis },
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
    { label: -1, representatives: [], spread: null, ...chosen },
    { column, totals: rest.counts, n_missing: rest.n_missing, axis: null, clusters: [] },
    rest.size,
    MOST_BARS,
  );
  const isOrdered = axis !== null && axis.bins.length > 0;
  byId("selection-bars").replaceChildren(
    ...(isOrdered ? [spreadOf(store, cohort, column, axis, selection)] : []),
    ...bars
      .filter(({ kind }) => !isOrdered || kind === "missing")
      .map((bar) => barRow(bar, longest, barColour(store, null, bar.name), cohort, AS_THE_REST).row),
  );
  byId("selection").classList.toggle("bare", cohort.columns.length === 0);
  byId("selection-show").hidden = !cohort.has_images;
}

/**
 * Numbers or dates, against those of the rest.
 * @param {AppStore} store @param {Cohort} cohort @param {string} column @param {ValueAxis} axis
 * @param {readonly number[]} selection
 */
function spreadOf(store, cohort, column, axis, selection) {
  const places = placesOf(cohort, column, axis.bins);
  const chosen = axis.bins.map(() => 0);
  for (const i of selection) if (places[i] >= 0) chosen[places[i]] += 1;
  const others = axis.spread.bins.map((n, bin) => n - chosen[bin]);
  const nOthers = cohort.n_images - selection.length;
  const highest = Math.max(1, ...chosen, ...others.map((n) => (nOthers > 0 ? (selection.length * n) / nOthers : 0)));
  return histogram(axis, chosen, selection.length, nOthers, {
    highest,
    colour: barColour(store, null, ""),
    others,
    against: AS_THE_REST,
  }).node;
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

/** @param {AppStore} store @param {Clusters} clusters @param {(text: string) => void} toast */
const ownRows = (store, { own, labels }, toast) =>
  own.map(({ id, label, name }) =>
    row(
      clusterLine(store, label, own),
      labels.filter((one) => one === label).length,
      [`Dissolve ${clusterName(label, own)}`, () => dropOwn(store, id).catch((error) => toast(messageOf(error)))],
      noting(store, itemOf(store.get().project, "group", id), name ?? clusterName(label, own)),
    ),
  );

/** @param {AppStore} store @param {Cohort} cohort @param {(text: string) => void} toast */
function savedRows(store, { records }, toast) {
  return itemsOf(store.get().project, "selection").map((item) => {
    const { name = "", images = [] } = bodyOf(item);
    const restore = () => {
      const selection = indicesOf(images, records);
      store.set({ selection });
      const size = images.length + item.n_absent;
      if (selection.length < size)
        toast(`Of ${plural(size, "image")}, ${count(selection.length)} are in the cohort now.`);
    };
    return row(
      [el("button", { type: "button", class: "linkish", onclick: restore, title: "Select these images again" }, name)],
      images.length,
      [`Delete ${name}`, () => drop(store, "selection", item.id).catch((error) => toast(messageOf(error)))],
      noting(store, item, name),
    );
  });
}

/** The items whose notes are open to be written. @type {Set<string>} */
const noted = new Set();

/**
 * A button that opens the note, and the note; nothing where the project does not have what it is on.
 * @param {AppStore} store @param {Item | undefined} item @param {string} name
 */
function noting(store, item, name) {
  if (!item) return [];
  const { kind, id } = item;
  const { node, field, show } = noteField(`Note on ${name}`, (note) => {
    // As it is now: its name or images may be others since.
    const { note: _before, ...body } = bodyOf(itemOf(store.get().project, kind, id));
    return keep(store, kind, id, note ? { ...body, note } : body);
  });
  show(bodyOf(item).note ?? "");
  const open = () => {
    node.hidden = false;
    noted.add(id);
    field.focus();
  };
  field.addEventListener("blur", () => field.value.trim() === "" && noted.delete(id));
  node.hidden = !noted.has(id) && field.value === "";
  const label = `Note on ${name}`;
  return [
    el("button", { type: "button", class: "noting", "aria-label": label, title: label, onclick: open }, "✎"),
    node,
  ];
}

/**
 * @param {(Node | string)[]} name @param {number} size @param {[string, () => void]} removed  by its last button
 * @param {HTMLElement[]} noting
 */
const row = (name, size, [title, onclick], [button, note] = []) =>
  el(
    "li",
    {},
    ...name,
    el("span", { class: "quiet" }, plural(size, "image")),
    button,
    el("button", { type: "button", class: "remove", "aria-label": title, title, onclick }, "✕"),
    note,
  );
