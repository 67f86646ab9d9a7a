/** Sentences about one image, shared by the hover card and the viewer. Pure. */

import { clusterName } from "./format.js";

/** @import {Clusters, Cohort, ImageRecord} from "./types.js" */

const VIEW_COLUMNS = ["view", "viewposition", "view_position", "projection"];

/** @param {Clusters | null} clusters @param {number} index */
export function membership(clusters, index) {
  if (!clusters || index < 0) return "";
  const label = clusters.labels[index];
  if (label < 0) return "in no group";
  const name = clusterName(label, clusters.own);
  return `${name[0].toLowerCase()}${name.slice(1)}, ${clusters.core[index] ? "core" : "border"}`;
}

/** How the picture was taken, where the metadata say so. @param {ImageRecord} record */
export function viewOf(record) {
  const name = Object.keys(record.values).find((key) => VIEW_COLUMNS.includes(key.toLowerCase()));
  const value = name === undefined ? null : record.values[name];
  return value === null || value === "" ? null : String(value);
}

/** "patient 4", by whatever the group column is called. @param {Cohort} cohort @param {ImageRecord} record */
export function groupOf(cohort, record) {
  if (!cohort.group_column || record.group === null) return null;
  const noun = /patient/i.test(cohort.group_column)
    ? "patient"
    : /subject/i.test(cohort.group_column)
      ? "subject"
      : cohort.group_column;
  return `${noun} ${record.group}`;
}
