/** The light table: an X-ray in full, beside others, with everything that is known of it. */

import { byId } from "../dom.js";
import { groupNoun } from "../format.js";
import { factsOf } from "./about.js";
import { filmsOf, isSameView } from "./films.js";
import { commandOf } from "./keys.js";
import { createLoader } from "./load.js";
import { createNote } from "./note.js";
import { createPanes } from "./panes.js";
import { following, positionIn, sequenceOf } from "./sequence.js";
import { LOOKS, WINDOWS } from "./sight.js";
import { createStrip } from "./strip.js";
import { BARE, inOrder, laidOut, putBeside, refilled, withCurrent } from "./table.js";
import { createTools } from "./tools.js";

/** @import {AppStore, Clusters} from "../types.js" */
/** @import {Company, Table} from "./types.js" */

/** X-rays that are decoded before they are asked for. */
const AHEAD = 2;
const UNTOLD = { image: "", clusters: /** @type {Clusters | null} */ (null) };

/** @param {AppStore} store */
export function createViewer(store) {
  const dialog = byId("viewer", HTMLDialogElement);
  const windows = byId("viewer-window", HTMLSelectElement);
  const load = createLoader(
    () => store.set({ lost: store.get().lost + 1 }),
    () => store.get().cohort?.reduced_to ?? null,
  );
  let table = BARE;
  /** @type {Company} */
  let company = "euclidean";
  let sameView = false;
  let details = true;
  /** Of `WINDOWS`, the one that was taken last. */
  let taken = 0;
  /** Which way the arrow keys went last. @type {1 | -1} */
  let direction = 1;
  /** What the side panel is about. */
  let told = UNTOLD;

  const note = createNote(store, byId("viewer-note"));
  const panes = createPanes(byId("viewer-film"), load, { choose, looked: showTools, arrived });
  const tools = createTools(dialog, (change) => panes.look(change, undefined, true));
  const strip = createStrip(store, () => dialog.open && arrange(laidOut(table, table.layout, strip.ids())));

  const indexNow = () => store.get().cohort?.records.findIndex(({ id }) => id === store.get().image) ?? -1;

  function show() {
    const { cohort, clusters, image } = store.get();
    const index = cohort?.state === "ready" ? indexNow() : -1;
    if (!image || index < 0) return dialog.close();
    if (told.image !== image || told.clusters !== clusters) tell(index);
    told = { image, clusters };
    note(image);
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
    Object.assign(dialog.dataset, { details, pan: panes.tools.pan, magnify: panes.tools.magnify });
    const [sight, room] = [panes.sight(), panes.room()];
    const { width, level } = LOOKS[WINDOWS[taken]](sight, room);
    // Of a film that has not come nothing is known.
    if (room.greyAt) windows.value = width === sight.width && level === sight.level ? WINDOWS[taken] : "";
    tools(
      { ...panes.tools, layout: table.layout, invert: sight.inverted, details, company, sameView },
      sight,
      room.greys,
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
    const patient = groupNoun(cohort.group_column, 1).replace("1 ", "");
    byId("viewer-group").textContent = patient;
    for (const id of ["viewer-group", "viewer-series"]) byId(id).hidden = cohort.group_column === null;
    const films = filmsOf(cohort, index);
    byId("viewer-films").textContent =
      films.length > 1 ? `film ${films.indexOf(index) + 1} of ${films.length} of the ${patient}` : "";
    showStrip(index);
    if (cohort.has_images)
      following(sequence, index, AHEAD, direction).forEach((next) => load(cohort.records[next]).catch(() => {}));
  }

  /** Each film has its own greys, and keeps the window that was chosen by them. @param {number} pane */
  function arrived(pane) {
    if (windows.value !== "") panes.look(LOOKS[WINDOWS[taken]], pane);
    showTools();
  }

  const showStrip = (/** @type {number} */ index) => void strip.show(index, company, sameView);

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

  /** To the film before or after of the same patient. @param {1 | -1} by */
  function stepInTime(by) {
    const { cohort } = store.get();
    const index = indexNow();
    const films = cohort ? filmsOf(cohort, index) : [];
    const next = films[films.indexOf(index) + by];
    if (next !== undefined) store.set({ image: cohort?.records[next].id });
  }

  /** The films of the patient in order of days, as many as there is room for. */
  function series() {
    const { cohort, image } = store.get();
    if (!cohort || image === null) return;
    const index = indexNow();
    const seen = (/** @type {number} */ i) => !sameView || isSameView(cohort.records[i], cohort.records[index]);
    company = "group";
    arrange(
      inOrder(
        table,
        filmsOf(cohort, index)
          .filter(seen)
          .map((i) => cohort.records[i].id),
        image,
      ),
    );
    showStrip(index);
  }

  /** What is no way of looking. @type {Readonly<Record<string, (value: string, id?: string) => void>>} */
  const commands = {
    previous: () => step(-1),
    next: () => step(1),
    earlier: () => stepInTime(-1),
    later: () => stepInTime(1),
    series,
    pane(value) {
      const pane = Number(value) - 1;
      if (pane >= table.layout) arrange(laidOut(table, pane < 2 ? 2 : 4, strip.ids()));
      choose(pane);
      panes.focus();
    },
    // By key one after the other.
    window(value) {
      taken = value ? WINDOWS.indexOf(value) : (taken + 1) % WINDOWS.length;
      panes.look(LOOKS[WINDOWS[taken]]);
    },
    measure: () => (panes.tools.measure = !panes.tools.measure),
    magnify: panes.magnify,
    sameView() {
      sameView = !sameView;
      showStrip(indexNow());
    },
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
      showStrip(indexNow());
    },
    close: () => dialog.close(),
  };
  /** @param {string} name @param {string} [value] @param {string} [id]  of the thumbnail that it is about */
  function obey(name, value = "", id) {
    if (name === "reset") taken = 0;
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
    if (!(event.target instanceof HTMLElement) || event.target.matches("input, select, textarea")) return;
    const { id } = event.target.dataset;
    const name = id && event.shiftKey && event.key === "Enter" ? "beside" : commandOf(event);
    if (!name) return;
    event.preventDefault();
    obey(name, name === "pane" ? event.key : "", id);
  });
  windows.addEventListener("change", () => windows.value && obey("window", windows.value));
  dialog.addEventListener("focusout", showTools);
  dialog.addEventListener("close", () => {
    [table, told, taken] = [BARE, UNTOLD, 0];
    windows.value = WINDOWS[taken];
    panes.reset();
    note(null);
    store.set({ image: null });
  });
  store.watch(["image", "cohort", "clusters", "project"], show);
  show();
}
