/** What stands for an image under the map: a row of its values, or its picture in a frame. */

import { INKS, clusterMark } from "../colour/palette.js";
import { el, markIcon, picture } from "../dom.js";
import { formatValue } from "../format.js";
import { SHAPE_PATHS } from "../map/shapes.js";
import { membership, viewOf } from "../describe.js";
import { thumbnailUrl } from "../server.js";
import { BY_CLUSTER, cellOf, columnsOf } from "./rows.js";

/** @import {AppStore, Cohort, Order} from "../types.js" */
/** @import {Look} from "./list.js" */

const ROW = 30;
const HEAD = 28;
const TILE = 92;
/** Of a letter, about; and how wide a column may be, in pixels. */
const LETTER = 7.2;
const WIDEST = 230;
/** Rows that decide how wide a column is. */
const SAMPLE = 300;

/**
 * @param {AppStore} store @param {HTMLElement} scroller @param {HTMLElement} head @param {Order} order
 * @param {(column: string) => void} sortBy @returns {Look}
 */
export function tableLook(store, scroller, head, order, sortBy) {
  const { cohort } = store.get();
  if (!cohort) return sheetLook(store);
  const columns = columnsOf(cohort);
  const numbers = new Set(cohort.columns.filter(({ kind }) => kind === "number").map(({ name }) => name));
  scroller.style.setProperty(
    "--columns",
    ["38px", "76px", ...columns.map((column) => `${widthOf(cohort, column)}px`)].join(" "),
  );
  scroller.setAttribute("aria-colcount", String(columns.length + 2));
  head.replaceChildren(
    el("span", { role: "columnheader" }, el("span", { class: "hidden" }, "picture")),
    ...[BY_CLUSTER, ...columns].map((column, i) => headCell(column, i === 0, order, sortBy, numbers.has(column))),
  );
  return {
    role: "grid",
    itemRole: "row",
    rowHeight: ROW,
    head: HEAD,
    perRow: () => 1,
    make: (index) =>
      el(
        "div",
        { class: "image-row" },
        el(
          "span",
          { role: "gridcell", class: "cell-picture" },
          cohort.has_images && picture(thumbnailUrl(cohort.records[index].id, 64), "", 26),
        ),
        el("span", { role: "gridcell" }, ...clusterOf(store, index)),
        ...columns.map((column) => {
          const text = formatValue(cellOf(cohort, index, column));
          return el(
            "span",
            { role: "gridcell", class: numbers.has(column) ? "number" : "", title: text.length > 24 ? text : false },
            text,
          );
        }),
      ),
  };
}

/**
 * @param {string} column @param {boolean} first @param {Order} order @param {(column: string) => void} sortBy
 * @param {boolean} number
 */
function headCell(column, first, order, sortBy, number) {
  const sort = column === order.column ? (order.descending ? "descending" : "ascending") : "none";
  return el(
    "span",
    { role: "columnheader", "aria-sort": sort, class: number ? "number" : "" },
    el(
      "button",
      { type: "button", tabindex: first ? 0 : -1, "data-column": column, onclick: () => sortBy(column) },
      column,
    ),
  );
}

/** @param {Cohort} cohort @param {string} column */
function widthOf(cohort, column) {
  let letters = column.length + 2;
  for (let i = 0; i < Math.min(SAMPLE, cohort.records.length); i++)
    letters = Math.max(letters, formatValue(cellOf(cohort, i, column)).length);
  return Math.round(Math.min(WIDEST, 18 + LETTER * letters));
}

/** @param {AppStore} store @param {number} index */
function clusterOf(store, index) {
  const { clusters, scheme, colour, tints } = store.get();
  const label = clusters?.labels[index] ?? -1;
  const { shape, colour: own } = clusterMark(label, scheme, tints);
  return [
    markIcon(SHAPE_PATHS[shape], colour === "cluster" ? own : INKS[scheme].neutral, label < 0 ? 7 : 11),
    label < 0 ? "none" : String(label),
  ];
}

/** @param {AppStore} store @returns {Look} */
export function sheetLook(store) {
  return {
    role: "listbox",
    itemRole: "option",
    rowHeight: TILE,
    head: 0,
    perRow: (width) => Math.max(1, Math.floor(width / TILE)),
    make(index) {
      const { cohort, clusters, encoding } = store.get();
      const record = cohort?.records[index];
      if (!cohort || !record) return el("div");
      const told = [record.country, viewOf(record), membership(clusters, index)].filter(Boolean).join(" · ");
      const frame = el(
        "span",
        { class: "tile-frame" },
        cohort.has_images
          ? picture(thumbnailUrl(record.id, 128), "", 80)
          : el("span", { class: "tile-name" }, record.filename),
      );
      const bytes = encoding?.style.colours.subarray(4 * index, 4 * index + 3);
      if (bytes) frame.style.borderColor = `rgb(${bytes.join(" ")})`;
      return el(
        "div",
        { class: "image-tile", "aria-label": `${record.filename}, ${told}` },
        frame,
        el("span", { class: "tile-caption" }, told),
      );
    },
  };
}
