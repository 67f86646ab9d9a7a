/** The best setting of each map, to be sorted and applied. */

import { onClick } from "../clicks.js";
import { byId, el } from "../dom.js";
import { MEASURES, degenerateReason, shortName, sortRows, valueText } from "./grid.js";

/** @import {Measure, SearchAxis, SearchResult, SearchRow, SortKey} from "../types.js" */

/**
 * @param {(row: SearchRow) => void} apply
 * @param {(row: SearchRow | null) => void} point  told of the row that is pointed at
 */
export function bindResultTable(apply, point) {
  /** @type {readonly SearchRow[]} */
  let rows = [];
  let nImages = 0;
  /** Of the search: the first columns. @type {readonly SearchAxis[]} */
  let axes = [];
  /** @type {{key: SortKey, descending: boolean}} */
  let order = { key: "score", descending: false };
  /** @type {((row: SearchRow) => boolean)} */
  let isApplied = () => false;
  /** @type {((row: SearchRow) => boolean)} */
  let isKept = () => true;
  /** In the table, from its top. @type {readonly SearchRow[]} */
  let listed = [];

  const table = byId("search-table", HTMLTableElement);
  const body = table.tBodies[0];
  const heads = [...table.querySelectorAll("th[data-key]")];
  for (const head of heads) {
    head.addEventListener("click", () => {
      const key = /** @type {SortKey} */ (head.getAttribute("data-key"));
      order = { key, descending: order.key === key ? !order.descending : bestIsHigh(key) };
      draw();
    });
  }
  body.addEventListener("keydown", (event) => onKey(event, applyRow));
  // Who draws over the numbers to copy them applies nothing.
  onClick(body, ({ target }) => applyRow(rowOf(target)));
  for (const kind of ["pointerover", "focusin"])
    body.addEventListener(kind, ({ target }) => point(listed[rowOf(target)?.sectionRowIndex ?? -1] ?? null));
  for (const kind of ["pointerleave", "focusout"]) body.addEventListener(kind, () => point(null));

  /** @param {HTMLTableRowElement | null} node */
  function applyRow(node) {
    const row = listed[node?.sectionRowIndex ?? -1];
    if (row) apply(row);
  }

  function draw() {
    heads.forEach((head) =>
      head.setAttribute(
        "aria-sort",
        head.getAttribute("data-key") === order.key ? (order.descending ? "descending" : "ascending") : "none",
      ),
    );
    listed = sortRows(rows.filter(isKept), order.key, order.descending);
    body.replaceChildren(...listed.map((row) => line(row, axes, nImages)));
    markApplied();
  }

  /** One row is in the tab order: the applied one, else the first. */
  function markApplied() {
    const applied = listed.findIndex(isApplied);
    [...body.rows].forEach((node, i) => {
      node.classList.toggle("applied", i === applied);
      node.setAttribute("aria-selected", String(i === applied));
      node.tabIndex = i === Math.max(0, applied) ? 0 : -1;
    });
  }

  return {
    /** @param {SearchResult} next @param {number} n */
    show({ results, axes: along, rank_by: rankedBy = "score" }, n) {
      rows = results;
      axes = along;
      nImages = n;
      axes.forEach((axis, i) => nameHead(heads[i], axis));
      order = { key: rankedBy, descending: bestIsHigh(rankedBy) };
      draw();
    },
    /** @param {(row: SearchRow) => boolean} test */
    mark(test) {
      isApplied = test;
      markApplied();
    },
    /** Lists those alone that are kept. @param {(row: SearchRow) => boolean} test */
    filter(test) {
      isKept = test;
      draw();
    },
    /** @param {SearchRow | null} row @param {boolean} far  whether it may have to be brought into sight */
    point(row, far) {
      const at = row ? listed.indexOf(row) : -1;
      [...body.rows].forEach((node, i) => node.classList.toggle("pointed", i === at));
      const node = body.rows[at];
      const box = table.parentElement;
      // The list alone moves: the panel stays under the pointer.
      if (!far || !node || !box) return;
      const [top, bottom] = [
        node.offsetTop - (table.tHead?.offsetHeight ?? 0),
        node.offsetTop + node.offsetHeight - box.clientHeight,
      ];
      box.scrollTop = Math.max(bottom, Math.min(top, box.scrollTop));
    },
  };
}

/** @param {EventTarget | null} target */
const rowOf = (target) => (target instanceof Element ? target.closest("tr") : null);

/** @param {Element} head @param {string} axis */
function nameHead(head, axis) {
  const name = shortName(axis);
  head.setAttribute("data-key", axis);
  head.replaceChildren(el("button", { type: "button", title: name !== axis && axis }, name));
}

/** @param {SortKey} key */
const bestIsHigh = (key) => key in MEASURES && !MEASURES[/** @type {Measure} */ (key)].lowerIsBetter;

/** @param {number | null | undefined} value @param {number} digits */
const fixed = (value, digits) => (typeof value === "number" ? value.toFixed(digits) : "–");

/** @param {SearchRow} row @param {readonly SearchAxis[]} axes @param {number} nImages */
function line(row, axes, nImages) {
  const cells = [
    ...axes.map((axis) => valueText(axis, row[axis])),
    row.n_clusters,
    row.n_noise,
    row.score,
    fixed(row.silhouette, 2),
    fixed(row.davies_bouldin, 2),
    fixed(row.calinski_harabasz, 0),
    fixed(row.dbcv, 2),
  ];
  return el(
    "tr",
    { tabindex: -1, class: row.degenerate ? "degenerate" : "" },
    ...cells.map((text) => el("td", {}, String(text))),
    el(
      "td",
      { class: "why" },
      row.degenerate && el("span", { "data-tip": degenerateReason(row, nImages), "aria-label": "degenerate" }, "⚠"),
    ),
  );
}

/** @param {KeyboardEvent} event @param {(row: HTMLTableRowElement) => void} apply */
function onKey(event, apply) {
  const row = event.target instanceof HTMLTableRowElement ? event.target : null;
  if (!row) return;
  const next =
    event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
  if (next instanceof HTMLElement) next.focus();
  else if (event.key === "Enter" || event.key === " ") apply(row);
  else return;
  event.preventDefault();
}
