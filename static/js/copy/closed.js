/**
 * What a copy cannot do without its server: closed, with the reason, and kept closed whoever would open it; and what it
 * is, said once.
 */

import { keepClosed } from "../closed.js";
import { byId, el } from "../dom.js";

const NEW = "This is a copy without its server: nothing new is computed here.";
const KEPT = "This is a copy without its server: nothing is kept with the cohort here.";
const MAPS = "This is a copy without its server: it has no such map.";
const TABLES = "This is a copy without its server: it writes no tables, features or scripts.";

/** What is closed, and why. */
const CLOSED = {
  "#search-open, #make-report, #null-run button, #stability-run button, #plane-test, #specifications-open": NEW,
  "#null input, #null select, #film-open, #plane-of option:not([value=score]), #within": NEW,
  "#explain [name=noise][value=in]": NEW,
  "#project-open, #declare, #selection-save *, [data-do=own], .viewer-note textarea": KEPT,
  "[data-away*=export], [data-away*=features], [data-away*=script], [data-do=export]": TABLES,
  "[name=clustering]:not([value=dbscan]), [name=n_components]:not([value='2']), #more-map :is(input, select, button)":
    MAPS,
  ".slider[data-part=map]:not([data-name=perplexity]) input": MAPS,
  "[name=filter-mode][value=exclude]": MAPS,
};

keepClosed(CLOSED);

byId("copy-of").replaceChildren(
  el("b", {}, "This is a copy without its server."),
  ` ${globalThis.negatoscope.index.said}`,
);
