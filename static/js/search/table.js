/** The best setting of each perplexity, to be sorted and applied. */

import { el } from "../dom.js";
import { formatEps } from "../format.js";
import { degenerateReason, sortRows } from "./grid.js";

/** @import {SearchRow} from "../types.js" */
/** @import {SortKey} from "./grid.js" */

/** @type {readonly (readonly [SortKey, string])[]} */
const COLUMNS = [["perplexity", "perplexity"], ["eps", "eps"], ["min_samples", "min_samples"], ["n_clusters", "clusters"], ["n_noise", "noise"], ["score", "score"]];

/** @param {(row: SearchRow) => void} apply */
export function createResultTable(apply) {
  /** @type {readonly SearchRow[]} */
  let rows = [];
  let nImages = 0;
  /** @type {{key: SortKey, descending: boolean}} */
  let order = { key: "score", descending: false };
  /** @type {((row: SearchRow) => boolean)} */
  let isApplied = () => false;

  const body = el("tbody", {});
  const heads = COLUMNS.map(([key, label]) => el("th", { scope: "col", "data-key": key }, el("button", { type: "button", onclick: () => sortBy(key) }, label)));
  const table = el("table", { class: "table" }, el("thead", {}, el("tr", {}, ...heads, el("th", { scope: "col" }, el("span", { class: "hidden" }, "remark")))), body);
  const element = el("div", { class: "search-results", tabindex: -1 }, table);
  body.addEventListener("keydown", onKey);

  /** @param {SortKey} key */
  function sortBy(key) {
    order = { key, descending: order.key === key && !order.descending };
    draw();
  }

  function draw() {
    heads.forEach((head) => head.setAttribute("aria-sort", head.dataset.key === order.key ? (order.descending ? "descending" : "ascending") : "none"));
    body.replaceChildren(...sortRows(rows, order.key, order.descending).map((row) => line(row, nImages, apply)));
    markApplied();
  }

  /** One row is in the tab order: the applied one, else the first. */
  function markApplied() {
    const lines = [...body.rows];
    const sorted = sortRows(rows, order.key, order.descending);
    const applied = sorted.findIndex(isApplied);
    lines.forEach((node, i) => {
      node.classList.toggle("applied", i === applied);
      node.setAttribute("aria-selected", String(i === applied));
      node.tabIndex = i === Math.max(0, applied) ? 0 : -1;
    });
  }

  return {
    element,
    /** @param {readonly SearchRow[]} next @param {number} n */
    show(next, n) {
      rows = next;
      nImages = n;
      order = { key: "score", descending: false };
      draw();
    },
    /** @param {(row: SearchRow) => boolean} test */
    mark(test) {
      isApplied = test;
      markApplied();
    },
  };
}

/** @param {SearchRow} row @param {number} nImages @param {(row: SearchRow) => void} apply */
function line(row, nImages, apply) {
  const cells = [String(row.perplexity), formatEps(row.eps), String(row.min_samples), String(row.n_clusters), String(row.n_noise), String(row.score)];
  return el(
    "tr",
    { tabindex: -1, class: row.degenerate ? "degenerate" : "", onclick: () => apply(row) },
    ...cells.map((text) => el("td", {}, text)),
    el("td", { class: "why" }, row.degenerate && el("span", { "data-tip": degenerateReason(row, nImages) }, "degenerate")),
  );
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const row = event.target instanceof HTMLTableRowElement ? event.target : null;
  if (!row) return;
  const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
  if (next instanceof HTMLElement) {
    next.focus();
    event.preventDefault();
  } else if (event.key === "Enter" || event.key === " ") {
    row.click();
    event.preventDefault();
  }
}
