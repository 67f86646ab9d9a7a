/**
 * Dates as they are given: "2020", "2020-03", "January 22, 2020". Their precision is kept, because a year alone
 * says nothing about the order within it.
 */

/** @import {GivenDate} from "../types.js" */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** @param {string} text @returns {GivenDate | null} */
export function parseDate(text) {
  const iso = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?$/.exec(text.trim());
  if (iso) return given(Number(iso[1]), iso[2] ? Number(iso[2]) : null, iso[3] ? Number(iso[3]) : null);
  const named = /^([A-Za-z]{3,9})\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})$/.exec(text.trim());
  if (named) return given(Number(named[3]), monthOf(named[1]), named[2] ? Number(named[2]) : null);
  const dayFirst = /^(\d{1,2})\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})$/.exec(text.trim());
  if (dayFirst) return given(Number(dayFirst[3]), monthOf(dayFirst[2]), Number(dayFirst[1]));
  return null;
}

/** 1 to 12, or NaN. @param {string} name */
function monthOf(name) {
  const index = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return index < 0 ? NaN : index + 1;
}

/** @param {number} year @param {number | null} month @param {number | null} day @returns {GivenDate | null} */
function given(year, month, day) {
  const time = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  if (Number.isNaN(time) || (month !== null && !(month >= 1 && month <= 12)) || (day !== null && !(day >= 1 && day <= 31))) return null;
  return { day: time / 86_400_000, precision: month === null ? "year" : day === null ? "month" : "day" };
}
