/**
 * What is known of every image once somebody has measured it: how often it keeps its cluster, how many neighbours it
 * keeps.
 */

import { PER_IMAGE } from "../colour/encode.js";
import { qualityPath, stabilityKey } from "./paths.js";

/** @import {AppState, Page, Stability, Steadiness} from "../types.js" */

/** @param {Pick<Page, "store">} page */
export function computeShares({ store }) {
  store.computed("steadiness", ["stability", "shown"], stabilityShown);
  store.computed("shares", ["colour", "steadiness", "quality", "shown"], sharesOf);
}

/** That of the clusters on the map. @param {Pick<AppState, "stability" | "shown">} state @returns {Stability | null} */
const stabilityShown = ({ stability, shown }) =>
  shown && stability?.of === stabilityKey(shown) ? stability.value : null;

/**
 * Of the measure that colours the map, where one does.
 * @param {Pick<AppState, "colour" | "steadiness" | "quality" | "shown">} state @returns {Steadiness | undefined}
 */
function sharesOf({ colour, steadiness, quality, shown }) {
  if (colour === "image: stability") return steadiness?.per_image;
  const isMeasured = colour in PER_IMAGE && shown && quality.of === qualityPath(shown);
  return isMeasured ? quality.value?.knn_overlap_per_image : undefined;
}
