/** What lies under the cursor: its picture, where it is from, and how DBSCAN sees it. */

import { clusterMark } from "../../colour/palette.js";
import { byId, el, markIcon } from "../../dom.js";
import { asSentence, formatEps, formatValue } from "../../format.js";
import { neighboursWithin } from "../../map/points.js";
import { SHAPE_PATHS } from "../../map/shapes.js";
import { groupOf, membership, viewOf } from "../../describe.js";
import { thumbnailUrl } from "../../server.js";

/** @import {AppState, Page} from "../../types.js" */
/** @import {MapView} from "../../map/view.js" */
/** @import {Positions} from "../../map/types.js" */

const GAP = 16;

/** @param {Page} page */
export function bindHoverCard({ store, view }) {
  const card = byId("hover-card");
  const ring = byId("ring");
  /** @param {Readonly<AppState>} state */
  const show = (state) => {
    const { hovered, shown } = state;
    card.hidden = hovered < 0 || shown === null;
    // What was counted on the map before says nothing of one that is forming.
    ring.hidden = card.hidden || isMoving(state);
    if (shown === null || hovered < 0) return;
    card.replaceChildren(...contents(state, state.positions));
    place(card, ring, view, hovered, shown.eps);
  };
  /** @param {Readonly<AppState>} state */
  const follow = ({ hovered, shown }) => {
    if (hovered >= 0 && shown) place(card, ring, view, hovered, shown.eps);
  };
  store.watch(["hovered", "clusters", "changed"], show);
  store.watch(["camera"], follow);
  // The point moves with every frame; its picture would flicker if it were made anew.
  store.watch(["forming", "film"], (state) => (isMoving(state) && ring.hidden ? follow(state) : show(state)));
}

/**
 * @typedef {"cohort" | "clusters" | "hovered" | "shown" | "colour" | "scheme" | "tints" | "forming" | "film" |
 *   "changed"} Told
 */

/** Whether what is drawn is not the map that is clustered. @param {Pick<AppState, "forming" | "film">} state */
const isMoving = ({ forming, film }) => forming !== null || film !== null;

/** @param {Readonly<Pick<AppState, Told>>} state @param {Positions} positions */
export function contents(state, positions) {
  const { cohort, clusters, hovered, shown, colour, scheme, tints, forming, changed } = state;
  const record = cohort?.records[hovered];
  if (!cohort || !record || !shown) return [];
  const view = viewOf(record);
  const value = record.values[colour];
  const repeated = ["cluster", "country"].includes(colour) || value === undefined;
  const near = neighboursWithin(positions, hovered, shown.eps);
  // Beyond seven clusters a colour alone would not tell which one.
  const mark =
    clusters && colour === "cluster" && !isMoving(state) && clusterMark(clusters.labels[hovered], scheme, tints);
  const lost = changed.get(record.id)?.reason;
  const lines = [
    lost ? asSentence(lost) : null,
    [groupOf(cohort, record), forming ? null : membership(clusters, hovered)].filter(Boolean).join(" · "),
    repeated ? null : `${colour}: ${formatValue(value) || "missing"}`,
    isMoving(state)
      ? null
      : `${near} within eps ${formatEps(shown.eps)}, itself included; core from ${shown.min_samples}`,
  ];
  return [
    cohort.has_images &&
      !lost &&
      el("img", { class: "hover-picture", src: thumbnailUrl(record.id, 256), alt: "", width: 204, height: 164 }),
    el(
      "div",
      { class: "hover-text" },
      el(
        "p",
        {},
        mark && markIcon(SHAPE_PATHS[mark.shape], mark.colour, 10),
        mark && " ",
        el("b", {}, record.country ?? (cohort.has_images ? "no country" : record.filename)),
        view && ` · ${view}`,
      ),
      ...lines.filter((line) => line !== null).map((line) => el("p", {}, line)),
    ),
  ].filter((child) => child !== false);
}

/**
 * Beside the point and inside the map.
 * @param {HTMLElement} card @param {HTMLElement} ring @param {MapView} view @param {number} index @param {number} eps
 */
export function place(card, ring, view, index, eps) {
  const { x, y } = view.screenOf(index);
  const { width, height } = view.size();
  const [w, h] = [card.offsetWidth, card.offsetHeight];
  const left = x + GAP + w > width - 8 ? x - GAP - w : x + GAP;
  const top = Math.max(8, Math.min(height - h - 8, y - h / 3));
  card.style.transform = `translate(${Math.round(Math.max(8, left))}px, ${Math.round(top)}px)`;
  const radius = eps * view.pixelsPerUnit();
  ring.style.width = `${2 * radius}px`;
  ring.style.height = `${2 * radius}px`;
  ring.style.transform = `translate(${x - radius}px, ${y - radius}px)`;
}
