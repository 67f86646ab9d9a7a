/** Bars of the cards that are linked: pointed at, their images stay bright; clicked, they are selected. */

import { isMissing } from "../colour/scale.js";
import { el } from "../dom.js";
import { formatValue } from "../format.js";

/** @import {AppStore, Bar} from "../types.js" */

/**
 * @param {AppStore} store @param {HTMLElement} row @param {number} label  of the cluster @param {Bar} bar
 * @param {readonly Bar[]} bars  all of the cluster's @param {string} column
 */
export function linkBar(store, row, label, bar, bars, column) {
  if (bar.count === 0) return;
  const named = new Set(bars.filter(({ kind }) => kind === "value").map(({ name }) => name));
  const mask = () => {
    const { cohort, clusters } = store.get();
    return Uint8Array.from(cohort?.records ?? [], ({ values }, i) => {
      const value = values[column] ?? null;
      const kind = isMissing(value) ? "missing" : named.has(formatValue(value)) ? "value" : "rest";
      return clusters?.labels[i] === label && kind === bar.kind && (kind !== "value" || formatValue(value) === bar.name)
        ? 1
        : 0;
    });
  };
  const select = () => store.set({ selection: [...mask()].flatMap((kept, i) => (kept ? [i] : [])) });
  row.addEventListener("pointerenter", () => store.set({ focus: { kind: "records", mask: mask() } }));
  row.addEventListener("pointerleave", () => store.set({ focus: { kind: "cluster", label } }));
  row.append(el("button", { type: "button", class: "bar-link", "aria-label": `Select: ${bar.name}`, onclick: select }));
}
