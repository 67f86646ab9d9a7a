/** The images under the map: a table or a contact sheet of those that pass, with the filters beside it. */

import { byId, el } from "../dom.js";
import { count, plural } from "../format.js";
import { createFilters } from "./filters.js";
import { createList } from "./list.js";
import { sheetLook, tableLook } from "./looks.js";
import { BY_CLUSTER, sorted } from "./rows.js";

/** @import {AppStore, Order} from "../types.js" */

const LOWEST = 150;
/** What is left of the map at least. */
const MAP = 140;
const STEP = 24;

/** @param {AppStore} store @param {HTMLElement} box */
export function createDrawer(store, box) {
  const { scroller, only, told } = createListing(store);
  const body = el("div", { class: "drawer-body" }, createFilters(store), scroller);
  const close = el(
    "button",
    {
      type: "button",
      class: "button",
      "aria-label": "Close the images",
      title: "Close (t)",
      onclick: () => store.set({ drawer: "closed" }),
    },
    "✕",
  );
  box.replaceChildren(
    createHandle(box),
    el(
      "header",
      { class: "drawer-head" },
      el("h2", {}, "Images"),
      viewChoice(store),
      filterToggle(body),
      only,
      told,
      close,
    ),
    body,
  );
  return { focus: () => scroller.focus() };
}

/** What is listed, in which order, and as what. @param {AppStore} store */
function createListing(store) {
  /** @type {Order} */
  let order = { column: BY_CLUSTER, descending: false };
  /** Whether the selection alone is listed: so once it is made elsewhere, but not under the hand that makes it here. */
  let only = store.get().selection.length > 0;
  let ours = false;
  let among = store.get().cohort;
  /** @type {readonly number[]} */
  let listed = [];

  const head = el("div", { class: "list-head", role: "row" });
  const scroller = el(
    "div",
    { class: "list", tabindex: 0, "aria-multiselectable": "true", "aria-label": "Images" },
    head,
  );
  const list = createList(scroller, store, (selection) => {
    ours = true;
    store.set({ selection });
    ours = false;
  });
  const told = el("p", { class: "drawer-count", role: "status" });
  const onlyBox = el("input", { type: "checkbox" });
  const onlyLabel = el("label", { class: "check" }, onlyBox, "selection only");
  onlyBox.addEventListener("change", () => {
    only = onlyBox.checked;
    fill();
  });

  /** @param {string} column */
  const sortBy = (column) => {
    order = { column, descending: order.column === column && !order.descending };
    show();
    /** @type {HTMLElement | null} */ (head.querySelector(`[data-column="${CSS.escape(column)}"]`))?.focus();
  };
  function show() {
    const { drawer } = store.get();
    if (drawer === "closed") return;
    scroller.classList.toggle("sheet", drawer === "sheet");
    head.hidden = drawer === "sheet";
    list.setLook(drawer === "sheet" ? sheetLook(store) : tableLook(store, scroller, head, order, sortBy));
    fill();
  }
  function fill() {
    const { cohort, clusters, selection, passing, drawer } = store.get();
    if (!cohort || drawer === "closed") return;
    listed =
      only && selection.length > 0 ? selection : [...cohort.records.keys()].filter((i) => !passing || passing[i]);
    scroller.dataset.empty = listed.length === 0 ? "No image passes these filters." : "";
    list.setItems(sorted(listed, cohort, clusters, order));
    tell();
  }
  function tell() {
    const { cohort, selection } = store.get();
    onlyLabel.hidden = selection.length === 0;
    onlyBox.checked = only;
    const selected = selection.length > 0 ? `, ${count(selection.length)} selected` : "";
    told.textContent = `${count(listed.length)} of ${plural(cohort?.n_images ?? 0, "image")}${selected}`;
  }

  // A look is of one cohort: rows are not made by that of another.
  store.watch(["drawer", "encoding", "passing"], show);
  store.watch(["selection"], ({ selection, cohort }) => {
    // Found again among other images, it is no other selection.
    if (!ours && cohort === among) only = selection.length > 0;
    among = cohort;
    if (ours && selection.length > 0) tell();
    else show();
  });
  bindHeadKeys(head);
  show();
  return { scroller, only: onlyLabel, told };
}

/** @param {AppStore} store */
function viewChoice(store) {
  const radios = /** @type {const} */ ([
    ["table", "Table"],
    ["sheet", "Contact sheet"],
  ]).map(([drawer, name]) => {
    const radio = el("input", { type: "radio", name: "drawer-view", value: drawer });
    radio.addEventListener("change", () => store.set({ drawer }));
    return { radio, label: el("label", {}, radio, el("span", {}, name)) };
  });
  const show = () => radios.forEach(({ radio }) => (radio.checked = radio.value === store.get().drawer));
  store.watch(["drawer"], show);
  show();
  return el(
    "div",
    { class: "segmented", role: "radiogroup", "aria-label": "Images as" },
    ...radios.map(({ label }) => label),
  );
}

/** @param {HTMLElement} body */
function filterToggle(body) {
  const button = el("button", { type: "button", class: "button", "aria-expanded": "true" }, "Filters");
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(!body.classList.toggle("bare"))));
  return button;
}

/** The headings are one stop of the Tab key; arrows go from one to the next. @param {HTMLElement} head */
function bindHeadKeys(head) {
  head.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const buttons = [...head.querySelectorAll("button")];
    const next = step && buttons[buttons.findIndex((button) => button === document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
}

/** The upper edge, to be dragged or moved by arrow keys. @param {HTMLElement} box */
function createHandle(box) {
  const handle = el("div", {
    class: "drawer-handle",
    role: "separator",
    tabindex: 0,
    "aria-orientation": "horizontal",
    "aria-label": "Height of the images",
    "aria-valuemin": LOWEST,
  });
  /** @param {number} wanted */
  const set = (wanted) => {
    const highest = box.offsetHeight + byId("stage").offsetHeight - MAP;
    const height = Math.round(Math.max(LOWEST, Math.min(highest, wanted)));
    box.style.height = `${height}px`;
    handle.setAttribute("aria-valuemax", String(highest));
    handle.setAttribute("aria-valuenow", String(height));
  };
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) set(box.getBoundingClientRect().bottom - event.clientY);
  });
  handle.addEventListener("keydown", (event) => {
    const height = {
      ArrowUp: box.offsetHeight + STEP,
      ArrowDown: box.offsetHeight - STEP,
      Home: LOWEST,
      End: Infinity,
    }[event.key];
    if (height === undefined) return;
    event.preventDefault();
    set(height);
  });
  set(0.42 * (box.parentElement?.clientHeight ?? innerHeight));
  return handle;
}
