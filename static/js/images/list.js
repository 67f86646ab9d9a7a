/**
 * A long list of images of which only those that are seen are made: hover, selection and opening, by hand and by keys.
 */

import { el } from "../dom.js";
import { placeAfter, selectionAfter, windowOf } from "./rows.js";

/** @import {AppStore} from "../types.js" */

/**
 * How the images are laid out: `make` gives what stands for one, `head` the height of what stays on top.
 * @typedef {{role: "grid" | "listbox", itemRole: "row" | "option", rowHeight: number, head: number,
 *   perRow: (width: number) => number, make: (index: number) => HTMLElement}} Look
 */

/** @typedef {ReturnType<typeof createList>} List */

/** @param {HTMLElement} scroller @param {AppStore} store @param {(selection: readonly number[]) => void} select */
export function createList(scroller, store, select) {
  const inner = el("div", { class: "list-inner", role: "presentation" });
  /** @type {Map<number, HTMLElement>} */
  const made = new Map();
  /** @type {readonly number[]} */
  let items = [];
  /** @type {Look | null} */
  let look = null;
  /** Where the keys are, and where a range began. */
  let current = 0;
  let anchor = 0;
  scroller.append(inner);

  const view = () => ({
    perRow: look?.perRow(inner.clientWidth) ?? 1,
    rowHeight: look?.rowHeight ?? 1,
    height: scroller.clientHeight - (look?.head ?? 0),
    top: scroller.scrollTop,
    count: items.length,
  });

  function draw() {
    if (!look) return;
    const { perRow, rowHeight, ...rest } = view();
    const { first, last, total } = windowOf({ perRow, rowHeight, ...rest });
    inner.style.height = `${total}px`;
    for (const [place, node] of made) {
      if (place >= first && place < last) continue;
      node.remove();
      made.delete(place);
    }
    for (let place = first; place < last; place++) {
      const node = made.get(place) ?? make(look, place);
      node.style.top = `${rowHeight * Math.floor(place / perRow)}px`;
      if (perRow > 1) node.style.left = `${(100 * (place % perRow)) / perRow}%`;
    }
    mark();
  }

  /** @param {Look} look @param {number} place */
  function make({ make, itemRole }, place) {
    const node = make(items[place]);
    node.id = `image-${place}`;
    node.setAttribute("role", itemRole);
    node.setAttribute(
      itemRole === "row" ? "aria-rowindex" : "aria-posinset",
      String(place + (itemRole === "row" ? 2 : 1)),
    );
    if (itemRole === "option") node.setAttribute("aria-setsize", String(items.length));
    node.dataset.place = String(place);
    made.set(place, node);
    inner.append(node);
    return node;
  }

  function mark() {
    const { hovered, selection } = store.get();
    const selected = new Set(selection);
    for (const [place, node] of made) {
      node.classList.toggle("lit", items[place] === hovered);
      node.classList.toggle("current", place === current);
      node.setAttribute("aria-selected", String(selected.has(items[place])));
    }
    if (made.has(current)) scroller.setAttribute("aria-activedescendant", `image-${current}`);
    else scroller.removeAttribute("aria-activedescendant");
  }

  /** @param {Event} event */
  const placeOf = (event) =>
    Number(
      (event.target instanceof Element ? event.target.closest("[data-place]") : null)?.getAttribute("data-place") ?? -1,
    );
  const open = () => items.length > 0 && store.set({ image: store.get().cohort?.records[items[current]].id ?? null });
  /** @param {"one" | "toggle" | "range"} how */
  const choose = (how) => {
    select(selectionAfter(store.get().selection, items, anchor, current, how));
    if (how !== "range") anchor = current;
  };

  /** @param {number} place */
  function go(place) {
    current = place;
    const { perRow, rowHeight, height, top } = view();
    const y = rowHeight * Math.floor(place / perRow);
    scroller.scrollTop = Math.min(y, Math.max(top, y + rowHeight - height));
    draw();
    store.set({ hovered: items[place] });
  }

  /** @param {KeyboardEvent} event @returns {boolean} */
  function onKey(event) {
    const { perRow, rowHeight, height, count } = view();
    const place = placeAfter(event.key, current, {
      perRow,
      count,
      page: perRow * Math.max(1, Math.floor(height / rowHeight) - 1),
    });
    if (place !== null) {
      go(place);
      if (event.shiftKey) choose("range");
    } else if (event.key === "Enter") open();
    else if (event.key === " " && count > 0) choose(event.shiftKey ? "range" : "toggle");
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) select([...items].sort((a, b) => a - b));
    else if (event.key === "Escape" && store.get().selection.length > 0) select([]);
    else return false;
    return true;
  }

  scroller.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(scroller);
  scroller.addEventListener("pointerover", (event) => store.set({ hovered: items[placeOf(event)] ?? -1 }));
  scroller.addEventListener("pointerleave", () => store.set({ hovered: -1 }));
  scroller.addEventListener("blur", () => store.soon({ hovered: -1 }));
  inner.addEventListener("click", (event) => {
    if (placeOf(event) < 0) return;
    current = placeOf(event);
    choose(event.shiftKey ? "range" : event.ctrlKey || event.metaKey ? "toggle" : "one");
  });
  inner.addEventListener("dblclick", open);
  scroller.addEventListener("keydown", (event) => {
    if (event.target === scroller && onKey(event)) event.preventDefault();
  });
  store.watch(["hovered", "selection"], mark);

  return {
    /** @param {readonly number[]} next */
    setItems(next) {
      const at = next.indexOf(items[current]);
      items = next;
      current = anchor = Math.max(0, at);
      if (look?.role === "grid") scroller.setAttribute("aria-rowcount", String(next.length + 1));
      else for (const name of ["aria-rowcount", "aria-colcount"]) scroller.removeAttribute(name);
      made.clear();
      inner.replaceChildren();
      draw();
    },
    /** As the next items are laid out: those of now may be of another cohort. @param {Look} next */
    setLook(next) {
      // Only another kind of list begins anew: other colours leave the eye where it is.
      if (look?.role !== next.role) scroller.scrollTop = 0;
      look = next;
      scroller.setAttribute("role", next.role);
    },
  };
}
