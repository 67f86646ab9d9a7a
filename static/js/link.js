/** The link to what is shown, and the button that copies it. */

import { byId } from "./dom.js";
import { isHome } from "./map/camera.js";
import { UNTURNED } from "./map/procrustes.js";
import { queryOf } from "./url.js";

/** @import {AppStore, LinkedState, Page} from "./types.js" */
/** @import {Camera} from "./map/types.js" */

/** @param {AppStore} store */
export function linkTo(store) {
  const { made, model } = store.get().cohort ?? {};
  // Read again in made.js.
  const here = made && { made: [made.version, made.features, made.table].join("~"), backend: model?.backend ?? null };
  return `${location.origin}${location.pathname}?${queryFromState(store.get(), here ?? store.get())}`;
}

/** @param {Pick<Page, "store" | "toast">} page */
export function bindCopyLink({ store, toast }) {
  byId("copy-link", HTMLButtonElement).addEventListener("click", async () => {
    const link = linkTo(store);
    try {
      await navigator.clipboard.writeText(link);
      toast("Link copied: it opens this map wherever this page opens.");
    } catch {
      // Without permission to write, the link is at least there to be copied by hand.
      toast(link, 12_000);
    }
  });
}

/**
 * All of the parameters are written, defaults too: a link means the same when a default has changed.
 * @param {LinkedState} state @param {Pick<LinkedState, "made" | "backend">} [here]  what made the study that is here
 */
export function queryFromState(state, { made, backend } = state) {
  const query = queryOf({ ...state.params, dim: state.dim });
  if (state.beside) query.set("beside", queryOf({ ...state.beside }).toString());
  query.set("colour", state.colour);
  query.set("breakdown", state.breakdown);
  if (state.noise === "in") query.set("noise", "in");
  if (state.within) query.set("within", state.within);
  if (state.marks !== "both") query.set("marks", state.marks);
  if (state.contours === "on") query.set("contours", "on");
  if (state.scale === "count") query.set("scale", "count");
  if (!isHome(state.camera)) query.set("camera", cameraText(state.camera));
  if (listText(state.turn) !== listText(UNTURNED)) query.set("turn", listText(state.turn));
  if (state.theme) query.set("theme", state.theme);
  if (state.image) query.set("image", state.image);
  // Two backends differ in last digits, and single maps by more.
  if (backend) query.set("backend", backend);
  if (made) query.set("made", made);
  return query.toString();
}

/** Six decimals are a small part of a pixel even at the largest zoom. @param {readonly number[]} numbers */
const listText = (numbers) => numbers.map((value) => Number(value.toFixed(6)) || 0).join(",");

/** @param {Camera} camera */
const cameraText = ({ x, y, zoom, yaw, pitch }) => listText([x, y, zoom, yaw, pitch]);
