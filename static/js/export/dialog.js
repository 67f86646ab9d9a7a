/** The dialog of what can be taken away: each button names what it gives and in which format. */

import { getFile, messageOf, registerSelection } from "../api.js";
import { byId, find } from "../dom.js";
import { plural } from "../format.js";
import { linkTo } from "../link.js";
import { clusterQuery } from "../url.js";
import { figureOf } from "./figure.js";
import { copied, pngOf, save } from "../save.js";
import { figureSvg } from "./svg.js";

/** @import {MapView} from "../map/view.js" */
/** @import {AppStore} from "../types.js" */

const PNG_SCALE = 3;

/** @param {AppStore} store @param {MapView} view @returns {() => void}  opens it */
export function bindDialog(store, view) {
  const dialog = byId("away", HTMLDialogElement);
  const status = byId("away-status");
  const forPrint = byId("away-print", HTMLInputElement);
  const only = byId("away-only", HTMLInputElement);

  /** @param {string} format */
  async function figure(format) {
    const state = store.get();
    const drawing = figureSvg(await figureOf(state, view, forPrint.checked ? "light" : state.scheme));
    const blob =
      format === "png" ? await pngOf(drawing, PNG_SCALE) : new Blob([drawing.svg], { type: "image/svg+xml" });
    const stem =
      state.cohort?.name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "") || "cohort";
    return save(blob, `${stem}-map.${format}`);
  }

  /** @param {string} what @param {string} format */
  async function addressOf(what, format) {
    const { params, breakdown, selection, cohort } = store.get();
    const query = clusterQuery(params, breakdown);
    if (what !== "script") query.set("format", format);
    if (what === "export" && only.checked) {
      const ids = selection.map((i) => cohort?.records[i].id ?? "");
      query.set("only", (await registerSelection(ids)).id);
    }
    return `/api/${what}?${query}`;
  }

  /** @param {string} what @param {string} format @returns {Promise<string>}  what has been done */
  async function take(what, format) {
    if (what === "map") return figure(format);
    if (format === "link") return copied(linkTo(store), "Link copied.");
    const { blob, name } = await getFile(await addressOf(what, format));
    return format === "copy" ? copied(await blob.text(), "Script copied.") : save(blob, name);
  }

  dialog.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (event.target === dialog || (button && "close" in button.dataset)) return dialog.close();
    const [what, format] = button?.dataset.away?.split(".") ?? [];
    if (!what || dialog.ariaBusy === "true") return;
    dialog.ariaBusy = "true";
    status.textContent = "Preparing …";
    const outcome = await take(what, format).then(
      (text) => ({ text, failed: false }),
      (error) => ({ text: messageOf(error), failed: true }),
    );
    status.textContent = outcome.text;
    status.classList.toggle("trouble", outcome.failed);
    dialog.ariaBusy = "false";
  });

  return () => {
    const { length } = store.get().selection;
    const label = /** @type {HTMLElement} */ (only.parentElement);
    label.hidden = length === 0;
    only.checked = false;
    find(label, "span").textContent = `only the ${plural(length, "selected image")}`;
    status.textContent = "";
    dialog.showModal();
  };
}
