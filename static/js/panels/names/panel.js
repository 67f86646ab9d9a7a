/**
 * What the images of a cluster share, put beside its number wherever the page has left room for it: `data-said` with
 * the label. A name describes the map on the screen, and is taken away as soon as another one is asked for.
 */

import { getAnswer, isAbort } from "../../api.js";
import { byId } from "../../dom.js";
import { enrichmentPath } from "../../evidence/paths.js";

/** @import {Names, Page} from "../../types.js" */

/** @param {Page} page */
export function bindNames({ store }) {
  let asked = "";
  let abort = new AbortController();
  /** @type {Names["names"]} */
  let names = [];

  function show() {
    const said = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-said]"));
    for (const place of said) {
      const name = names.find(({ label }) => String(label) === place.dataset.said);
      place.textContent = name?.name ?? "";
      if (name) place.dataset.tip = name.sentence;
      else delete place.dataset.tip;
    }
    fit();
  }

  /** @param {string} path */
  async function ask(path) {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    [asked, names] = [path, []];
    show();
    if (path === "") return;
    try {
      /** @type {Names} */
      const answer = await getAnswer(path, signal);
      names = answer.names;
    } catch (error) {
      // A description is no finding: nobody is told that there is none.
      if (isAbort(error)) return;
      asked = "";
    }
    show();
  }

  // After the columns are tested, of which the names are made.
  store.watch(["association", "shown", "params", "breakdown", "noise"], (state) => {
    const { association, shown, params } = state;
    const isKnown = shown === params && association.value !== null && !association.stale;
    const path = isKnown ? enrichmentPath(params, state).replace("enrichment", "names") : "";
    if (path !== asked) void ask(path);
  });
  store.watch(["encoding"], show);
  addEventListener("resize", fit);
}

/** A legend that would take another line for them does without, so that the map keeps its place. */
function fit() {
  const legend = byId("legend");
  const height = (/** @type {boolean} */ crowded) => {
    legend.classList.toggle("crowded", crowded);
    return legend.scrollHeight;
  };
  const bare = height(true);
  if (height(false) > bare) height(true);
}
