/** The plane as a map of evidence: what is asked of every place of it, fetched when it is chosen. */

import { getAnswer, isAbort, messageOf } from "../../api.js";
import { byId } from "../../dom.js";
import { planeEvidencePath } from "../../evidence/paths.js";

/** @import {AppStore, PlaneEvidence, PlaneView} from "../../types.js" */

/** How much is made of each kind, one after the other. */
const EFFORTS = { again: ["full"], column: ["full"], chance: ["first", "full"] };

/** What the numbers are. @type {Readonly<Record<string, string>>} */
const OF = Object.freeze({ again: "agreement", column: "p over the maps", chance: "p over the plane" });

/**
 * How strong evidence is drawn, 0 to 1: an agreement as it is, a p by its magnitude.
 * @param {string} of @param {number} value
 */
export const weight = (of, value) => Math.min(1, Math.max(0.06, of === "again" ? value : -Math.log10(value) / 3));

/** @param {PlaneEvidence} evidence @returns {PlaneView} */
export function viewOf({ of, axes, cells, ...values }) {
  const n_rows = values[axes[1]]?.length ?? 0;
  const at = (/** @type {number} */ column, /** @type {number} */ row) => cells[column * n_rows + row] ?? null;
  return {
    strength: (column, row) => {
      const value = at(column, row);
      return value === null ? null : weight(of, value);
    },
    tell: (column, row) => {
      const value = at(column, row);
      return value === null ? "no groups over the maps" : `${OF[of]} ${value.toFixed(3)}`;
    },
  };
}

/**
 * @param {AppStore} store @param {HTMLSelectElement} select  which was moved from the score
 * @param {(view: PlaneView | null) => void} show
 */
export function bindPlaneEvidence(store, select, show) {
  const told = byId("plane-evidence");
  let asked = "";
  let abort = new AbortController();
  async function ask() {
    const of = /** @type {keyof typeof EFFORTS | "score"} */ (select.value);
    const path = of === "score" ? "" : planeEvidencePath(store.get().params, store.get(), of);
    if (path === asked) return;
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    asked = path;
    show(null);
    told.textContent = of === "score" ? "" : "Trying every place of the plane …";
    if (of === "score") return;
    try {
      for (const effort of EFFORTS[of]) {
        /** @type {PlaneEvidence} */
        const evidence = await getAnswer(`${path}&effort=${effort}`, signal);
        show(viewOf(evidence));
        told.textContent = evidence.sentence + (effort === EFFORTS[of].at(-1) ? "" : " Being refined …");
      }
    } catch (error) {
      if (isAbort(error)) return;
      told.textContent = messageOf(error);
    }
  }
  select.addEventListener("change", ask);
  store.watch(["params", "breakdown", "noise", "within"], ask);
  void ask();
}
