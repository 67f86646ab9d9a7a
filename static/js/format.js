/** Numbers and counts as text. Pure. */

const COUNT = new Intl.NumberFormat("en-US");

/** @param {number} value */
export const count = (value) => COUNT.format(value);

/** A capital at its head, unless that is a parameter's name, and a stop at its end. @param {string} text */
export function asSentence(text) {
  const trimmed = text.trim();
  const head = /^(eps\b|\w*_)/.test(trimmed) ? trimmed.charAt(0) : trimmed.charAt(0).toUpperCase();
  return head + trimmed.slice(1) + (/[.!?…]$/.test(trimmed) ? "" : ".");
}

/** "p = 0.21" stays on one line. @param {string} text */
export const unbroken = (text) => text.replace(/ ([=<]) /g, "\u00a0$1\u00a0");

const COMPACT = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });

/** 1,608,312 → "1.61M", where there is no room for all of it. @param {number} value */
export const compact = (value) => COMPACT.format(value);

/** @param {number} value @param {string} one @param {string} [many] */
export function plural(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** The decimals that a step needs: 0.01 → 2, 50 → 0. @param {number} step */
export function decimalsOf(step) {
  const text = String(step);
  return text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
}

/** `eps` as it is written everywhere: two decimals, more only where more were typed. @param {number} eps */
export function formatEps(eps) {
  const rounded = Math.round(eps * 1e6) / 1e6;
  return Math.abs(rounded * 100 - Math.round(rounded * 100)) < 1e-9 ? rounded.toFixed(2) : String(rounded);
}

/** @param {number} ms */
export function formatDuration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/**
 * 0.614 → ".61": the share of a whole, where the nought says nothing.
 * @param {number | null | undefined} value @param {number} [digits]
 */
export const decimal = (value, digits = 2) =>
  typeof value === "number" ? value.toFixed(digits).replace(/^(-?)0\./, "$1.") : "–";

/** @param {number | null} p */
export const formatP = (p) => (p !== null && p < 0.001 ? "<.001" : decimal(p, 3));

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)}%`;

/** How the independent unit is called: "patientid" → "patient". @param {string | null} groupColumn @param {number} n */
export function groupNoun(groupColumn, n) {
  const stem = (groupColumn ?? "").toLowerCase();
  const one = stem.includes("patient") ? "patient" : stem.includes("subject") ? "subject" : "group";
  return plural(n, one);
}

/**
 * A cluster by its number; one made by hand by its name too.
 * @param {number} label @param {readonly import("./types.js").OwnCluster[]} own
 */
export function clusterName(label, own) {
  const name = own.find((one) => one.label === label)?.name;
  return label < 0 ? "In no group" : name ? `Cluster ${label} · ${name}` : `Cluster ${label}`;
}

/** A value of a record as text. @param {import("./types.js").Value} value */
export function formatValue(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  return value ?? "";
}
