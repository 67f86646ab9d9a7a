/** The list of all keys, over the page. Loaded when it is first asked for. */

import { el } from "../dom.js";
import { PLACES, combosOf, isKey, keyName } from "./keys.js";

/** @param {(() => void) | null} startTour  where there is one */
export function openHelp(startTour) {
  if (document.querySelector("dialog.keys")) return;
  const dialog = el(
    "dialog",
    { class: "keys", "aria-labelledby": "keys-name", onclose: () => dialog.remove() },
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { id: "keys-name" }, "Keys"),
      el("span", { class: "spring" }),
      el("button", { type: "button", class: "button", "aria-label": "Close", "data-close": true }, "✕"),
    ),
    el(
      "div",
      { class: "keys-body", tabindex: 0, role: "region", "aria-label": "All keys" },
      ...PLACES.map(([place, rows]) => el("section", {}, el("h3", {}, place), el("dl", {}, ...rows.flatMap(row)))),
    ),
    startTour &&
      el(
        "footer",
        { class: "keys-foot" },
        el("button", { type: "button", class: "button", "data-close": true, onclick: startTour }, "Show me round"),
        el("p", { class: "quiet" }, "Three steps: the map, what goes with the clusters, and whether they are luck."),
      ),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || (event.target instanceof Element && event.target.closest("[data-close]")))
      dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {readonly [string, string]} row */
function row([keys, does]) {
  const combos = combosOf(keys).map((parts) =>
    el("span", {}, ...parts.map((part) => (isKey(part) ? el("kbd", {}, keyName(part)) : part))),
  );
  return [el("dt", {}, ...combos), el("dd", {}, does)];
}
