/** The four panes of the table, looked at alike when they are linked. */

import { el } from "../dom.js";
import { membership } from "../describe.js";
import { clusterIcon } from "./about.js";
import { captionOf } from "./films.js";
import { attachHand } from "./hand.js";
import { createPane } from "./pane.js";
import { FIRST_SIGHT, LOOKS, pace, panned, windowed, zoomed } from "./sight.js";

/** @import {AppState} from "../types.js" */
/** @import {Load} from "./load.js" */
/** @import {Look, Table} from "./types.js" */

/** From one edge of the pane to the other, in 256ths of the range. */
const DRAG_GREYS = 384;

/**
 * @param {HTMLElement} film @param {Load} load
 * @param {{choose: (pane: number) => void, looked: () => void, arrived: (pane: number) => void}} events
 */
export function createPanes(film, load, { choose, looked, arrived }) {
  const panes = Array.from({ length: 4 }, () => createPane(load));
  let sights = panes.map(() => FIRST_SIGHT);
  const tools = { linked: true, pan: false, measure: false, magnify: false };
  let current = 0;

  /**
   * Linked panes lie alike; the window of each is changed by as much, or where that is asked for is the same.
   * @param {Look} change @param {number} [at] @param {boolean} [alike]
   */
  function look(change, at = current, alike = false) {
    const next = change(sights[at], panes[at].room());
    sights = sights.map((sight, i) => {
      if (i === at) return next;
      if (!tools.linked) return sight;
      const { width, level } = alike || panes[i].node.hidden ? next : change(sight, panes[i].room());
      return { ...next, width, level };
    });
    panes.forEach((pane, i) => pane.look(sights[i]));
    looked();
  }

  panes.forEach(({ node, film: area, magnify, measure }, i) => {
    attachHand(area, {
      press: (at, finger) => tools.measure && finger === 1 && measure(at, true),
      drag(dx, dy, { shiftKey, buttons }, at) {
        if (tools.pan || shiftKey || buttons === 4) return look((sight, room) => panned(sight, room, dx, dy), i);
        if (tools.measure) return measure(at, false);
        look((sight, room) => {
          const greys = DRAG_GREYS * pace(sight, room);
          return windowed(sight, sight.width + greys * dx, sight.level + greys * dy, room.greys);
        }, i);
      },
      pan: (dx, dy) => look((sight, room) => panned(sight, room, dx, dy), i),
      zoom: (x, y, factor) => look((sight, room) => zoomed(sight, room, x, y, factor), i),
      hover: (at) => magnify(tools.magnify ? at : null),
      fit: () => look(LOOKS.fit, i),
    });
    for (const reached of ["pointerdown", "focusin"]) node.addEventListener(reached, () => choose(i));
  });
  film.replaceChildren(...panes.map(({ node }) => node));

  return {
    tools,
    look,
    /** In the middle until a hand points. */
    magnify() {
      tools.magnify = !tools.magnify;
      panes.forEach(({ magnify }, i) => magnify(tools.magnify && i === current ? { x: 0, y: 0 } : null));
    },
    sight: () => sights[current],
    room: () => panes[current].room(),
    focus: () => panes[current].node.focus(),
    reset() {
      sights = panes.map(() => FIRST_SIGHT);
      look(LOOKS.reset);
    },
    /** @param {Readonly<AppState>} state @param {Table} table */
    show(state, table) {
      current = table.current;
      film.dataset.layout = String(table.layout);
      panes.forEach(({ node, label, show }, i) => {
        node.hidden = i >= table.layout;
        node.setAttribute("aria-current", String(i === current));
        const index = state.cohort?.records.findIndex(({ id }) => id === table.ids[i]) ?? -1;
        const record = state.cohort?.records[index];
        if (state.cohort && !node.hidden)
          void show(state.cohort, record ?? null).then((fresh) => (fresh ? arrived(i) : looked()));
        label.replaceChildren();
        if (!record) return;
        if (!state.cohort) return;
        const caption = captionOf(state.cohort, record);
        const about = [record.country ?? "no country", membership(state.clusters, index).split(",")[0]]
          .filter(Boolean)
          .join(" · ");
        node.setAttribute("aria-label", [record.filename, caption, about].filter(Boolean).join(", "));
        label.append(
          clusterIcon(state, index),
          el("b", {}, caption || record.filename),
          el("span", {}, about),
          caption ? el("span", { class: "pane-name" }, record.filename) : "",
        );
      });
    },
  };
}
