/** Where the images of the map come from, and what was left out and why. */

import { byId, el } from "../dom.js";
import { count, groupNoun, plural } from "../format.js";

/** @import {Cohort} from "../types.js" */

/** @param {Cohort} cohort */
export function openReport(cohort) {
  const dialog = byId("report", HTMLDialogElement);
  dialog.onclick = ({ target }) => {
    if (target === dialog || (target instanceof Element && target.closest("[data-close]"))) dialog.close();
  };
  byId("report-name").textContent = `What is in ${cohort.name}`;
  byId("report-body").replaceChildren(...contents(cohort));
  dialog.showModal();
}

/** @param {Cohort} cohort */
function contents(cohort) {
  const { model, skipped } = cohort;
  return [
    ...(cohort.notice ? [el("p", {}, cohort.notice)] : []),
    countsTable(cohort),
    el("h2", {}, `Skipped: ${plural(skipped.length, "file or row", "files and rows")}`),
    skipped.length > 0 ? skippedTable(cohort) : el("p", { class: "quiet" }, "Nothing was left out."),
    ...(cohort.assumed.length > 0 ? [el("h2", {}, "Assumed while reading"), assumedList(cohort)] : []),
    el("h2", {}, "Features"),
    el("p", {}, `${model.name}${model.layer ? `, layer ${model.layer}` : ""}: ${plural(model.n_features, "feature")} an image, computed by the ${model.backend} backend.`),
    ...model.warnings.map((warning) => el("p", { class: "quiet" }, warning)),
  ];
}

/** @param {Cohort} cohort */
function countsTable(cohort) {
  const { report } = cohort;
  const where = cohort.filters.length ? `left out by ${cohort.filters.join(" and ")}` : "left out by a filter";
  /** @type {[string, number, boolean][]}  what, how many, shown when zero */
  const lines = [
    ["rows of metadata", report.n_rows, true],
    ["lines that are no rows", report.n_skipped_lines, report.n_skipped_lines > 0],
    [where, report.n_filtered_out, cohort.filters.length > 0],
    ["rows whose file is missing", report.n_missing_files, true],
    ["files that cannot be read", report.n_unreadable, true],
    ["rows that repeat a file name", report.n_duplicates, true],
    ["files without a row", report.n_without_row, true],
    ["images on the map", cohort.n_images, true],
    ["of them without a country", cohort.n_without_country, true],
    ["of them used to train the model", report.n_in_training, report.n_in_training > 0],
  ];
  const rows = lines.filter(([, number, always]) => always || number > 0).map(([what, number]) => el("tr", {}, el("td", { class: "number" }, count(number)), el("td", {}, what)));
  if (cohort.group_column) {
    const groups = el("tr", {}, el("td", { class: "number" }, count(cohort.n_groups)), el("td", {}, `${groupNoun(cohort.group_column, cohort.n_groups).replace(/^\S+ /, "")} (column ${cohort.group_column})`));
    rows.push(groups);
  }
  return el("table", { class: "table" }, el("tbody", {}, ...rows));
}

/** @param {Cohort} cohort */
const assumedList = (cohort) => el("ul", { id: "assumed" }, ...cohort.assumed.map(({ text }) => el("li", {}, text)));

/** @param {Cohort} cohort */
function skippedTable(cohort) {
  const rows = cohort.skipped.map(({ filename, reason }) => el("tr", {}, el("td", {}, filename), el("td", {}, reason)));
  return el("table", { class: "table", id: "skipped" }, el("thead", {}, el("tr", {}, el("th", {}, "File"), el("th", {}, "Why"))), el("tbody", {}, ...rows));
}
