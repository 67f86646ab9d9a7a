/** The selected images as a table for a spreadsheet. Pure. */

/** @import {Cohort, Value} from "../types.js" */

/** @param {Cohort} cohort @param {readonly number[]} selection @param {readonly number[]} labels */
export function csvOf(cohort, selection, labels) {
  const columns = cohort.columns.map(({ name }) => name).filter((name) => name !== "filename");
  const rows = selection.map((i) => {
    const { id, filename, values } = cohort.records[i];
    return [id, filename, labels[i], ...columns.map((name) => values[name] ?? null)];
  });
  return [["id", "filename", "cluster", ...columns], ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** Text that a spreadsheet would take for a formula is told to be text. @param {Value} value */
function cell(value) {
  const text = typeof value === "string" ? value.replace(/^[=+\-@\t\r]/, "'$&") : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
