/** The light table: an X-ray in full, beside others, with everything that is known of it. */

import { byId } from "../dom.js";
import { groupNoun } from "../format.js";
import { factsOf } from "./about.js";
import { commandOf } from "./keys.js";
import { createLoader } from "./load.js";
import { createPanes } from "./panes.js";
import { following, positionIn, sequenceOf } from "./sequence.js";
import { LOOKS } from "./sight.js";
import { createStrip } from "./strip.js";
import { BARE, laidOut, putBeside, refilled, withCurrent } from "./table.js";
import { createTools } from "./tools.js";

/** @import {AppStore, Clusters} from "../types.js" */
/** @import {Company, Table} from "./types.js" */

/** X-rays that are decoded before they are asked for. */
const AHEAD = 2;
const UNTOLD = { image: "", clusters: /** @type {Clusters | null} */ (null) };

/** @param {AppStore} store */
export function createViewer(store) {
  const dialog = byId("viewer", HTMLDialogElement);
  const load = createLoader(() => store.set({ lost: store.get().lost + 1 }));
  let table = BARE;
  /** @type {Company} */
  let company = "euclidean";
  let details = true;
  /** Which way the arrow keys went last. @type {1 | -1} */
  let direction = 1;
  /** What the side panel is about. */
  let told = UNTOLD;

  const panes = createPanes(byId("viewer-film"), load, { choose, looked: showTools });
  const tools = createTools(dialog, panes.look);
  const strip = createStrip(store, () => dialog.open && arrange(laidOut(table, table.layout, strip.ids())));

  const indexNow = () => store.get().cohort?.records.findIndex(({ id }) => id === store.get().image) ?? -1;

  function show() {
    const { cohort, clusters, image } = store.get();
    const index = cohort?.state === "ready" ? indexNow() : -1;
    if (!image || index < 0) return dialog.close();
    if (told.image !== image || told.clusters !== clusters) tell(index);
    told = { image, clusters };
    const opens = !dialog.open;
    if (opens) dialog.showModal();
    arrange(withCurrent(table, image));
    if (opens) panes.focus();
  }

  /** @param {Table} next */
  function arrange(next) {
    table = next;
    panes.show(store.get(), table);
    showTools();
    keepFocus();
  }

  /** What had the focus may be gone or hidden; without it the keys would go nowhere. */
  function keepFocus() {
    const { activeElement } = document;
    if (!dialog.contains(activeElement) || !activeElement?.checkVisibility()) panes.focus();
  }

  function showTools() {
    Object.assign(dialog.dataset, { details, pan: panes.tools.pan });
    tools(
      { ...panes.tools, layout: table.layout, invert: panes.sight().inverted, details, company },
      panes.sight(),
      panes.greys(),
    );
  }

  /** What stands beside the film. @param {number} index */
  function tell(index) {
    const { cohort, clusters } = store.get();
    if (!cohort) return;
    const sequence = sequenceOf(store.get(), index);
    byId("viewer-name").textContent = cohort.records[index].filename;
    byId("viewer-position").textContent = positionIn(sequence, index);
    byId("viewer-facts").replaceChildren(...factsOf(cohort, clusters, index));
    byId("viewer-group").textContent = groupNoun(cohort.group_column, 1).replace("1 ", "");
    byId("viewer-group").hidden = cohort.group_column === null;
    void strip.show(index, company);
    if (cohort.has_images)
      following(sequence, index, AHEAD, direction).forEach((next) => load(cohort.records[next]).catch(() => {}));
  }

  /** @param {number} pane */
  function choose(pane) {
    const image = table.ids[pane];
    if (image === null || pane === table.current) return;
    arrange({ ...table, current: pane });
    store.soon({ image });
  }

  /** @param {1 | -1} by */
  function step(by) {
    direction = by;
    const index = indexNow();
    const [next = index] = following(sequenceOf(store.get(), index), index, 1, by);
    store.set({ image: store.get().cohort?.records[next].id });
  }

  /** What is no way of looking. @type {Readonly<Record<string, (value: string, id?: string) => void>>} */
  const commands = {
    previous: () => step(-1),
    next: () => step(1),
    // By key one, two, four and one again.
    layout: (value) =>
      arrange(laidOut(table, /** @type {Table["layout"]} */ (Number(value) || (2 * table.layout) % 7), strip.ids())),
    linked() {
      panes.tools.linked = !panes.tools.linked;
      panes.look((sight) => sight);
    },
    pan: () => (panes.tools.pan = !panes.tools.pan),
    details() {
      details = !details;
      showTools();
      keepFocus();
    },
    beside: (_, id) => arrange(id ? putBeside(table, id) : refilled(table, strip.ids())),
    company(value) {
      company = /** @type {Company} */ (value);
      void strip.show(indexNow(), company);
    },
    close: () => dialog.close(),
  };
  /** @param {string} name @param {string} [value] @param {string} [id]  of the thumbnail that it is about */
  function obey(name, value = "", id) {
    if (name in LOOKS) panes.look(LOOKS[name]);
    else commands[name](value, id);
    showTools();
  }

  dialog.addEventListener("click", ({ target, shiftKey }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const { do: name, id } = button?.dataset ?? {};
    if (name) obey(name, button?.value);
    else if (id && shiftKey) obey("beside", "", id);
    else if (id) store.set({ image: id });
  });
  dialog.addEventListener("keydown", (event) => {
    // The page below has keys of its own.
    event.stopPropagation();
    if (!(event.target instanceof HTMLElement) || event.target instanceof HTMLInputElement) return;
    const { id } = event.target.dataset;
    const name = id && event.shiftKey && event.key === "Enter" ? "beside" : commandOf(event);
    if (!name) return;
    event.preventDefault();
    obey(name, "", id);
  });
  dialog.addEventListener("focusout", showTools);
  dialog.addEventListener("close", () => {
    [table, told] = [BARE, UNTOLD];
    panes.reset();
    store.set({ image: null });
  });
  store.watch(["image", "cohort", "clusters"], show);
  show();
}
