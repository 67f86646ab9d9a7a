/** The films of one patient in order of days, and what a reader asks first of each: whose, when, from where. Pure. */

import { isoDate } from "../colour/dates.js";
import { groupOf, viewOf } from "../describe.js";

/** @import {Cohort, ImageRecord} from "../types.js" */

/** Columns that count the days of a patient. */
const OFFSETS = ["offset", "day", "days", "day_offset", "days_since_first_study"];

/** @param {Cohort} cohort @param {ImageRecord} record */
function timeOf({ columns }, { values }) {
  const dates = columns.filter(({ kind }) => kind === "date").map(({ name }) => values[name]);
  const date = dates.find((value) => value !== null && value !== undefined);
  const counted = columns.find(({ name, kind }) => kind === "number" && OFFSETS.includes(name.toLowerCase()));
  const offset = counted ? values[counted.name] : null;
  return { date: typeof date === "string" ? date : null, offset: typeof offset === "number" ? offset : null };
}

/** "2020-01-25 · day 3". @param {Cohort} cohort @param {ImageRecord} record */
export function dayOf(cohort, record) {
  const { date, offset } = timeOf(cohort, record);
  return [date?.split("T")[0], offset === null ? null : `day ${offset}`].filter(Boolean).join(" · ") || null;
}

/** Patient, day and view. @param {Cohort} cohort @param {ImageRecord} record */
export const captionOf = (cohort, record) =>
  [groupOf(cohort, record), dayOf(cohort, record), viewOf(record)].filter(Boolean).join(" · ");

/**
 * All films of an image's patient, this one among them, by day: by dates where all are known to the day, else by the
 * days counted, else as they come.
 * @param {Cohort} cohort @param {number} index @returns {number[]}
 */
export function filmsOf(cohort, index) {
  const { group } = cohort.records[index];
  if (group === null) return [index];
  const films = [...cohort.records.keys()].filter((i) => cohort.records[i].group === group);
  const times = films.map((i) => timeOf(cohort, cohort.records[i]));
  const days = times.map(({ date }) => {
    const read = date === null ? null : isoDate(date);
    return read?.precision === "day" ? read.day : null;
  });
  const offsets = times.map(({ offset }) => offset);
  const keys = [days, offsets].find((all) => all.every((one) => one !== null)) ?? films.map(() => 0);
  const order = films.map((film, i) => ({ film, key: keys[i] ?? 0 }));
  return order.sort((a, b) => a.key - b.key || a.film - b.film).map(({ film }) => film);
}

/**
 * Whether both were taken from the same side; where it is not told, they may have been.
 * @param {ImageRecord} a @param {ImageRecord} b
 */
export function isSameView(a, b) {
  const [one, other] = [viewOf(a), viewOf(b)];
  return one === null || other === null || one === other;
}
