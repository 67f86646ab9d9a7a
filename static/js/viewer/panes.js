/** The four panes of the table, looked at alike when they are linked. */

import { el } from "../dom.js";
import { membership } from "../describe.js";
import { clusterIcon } from "./about.js";
import { attachHand } from "./hand.js";
import { createPane } from "./pane.js";
import { FIRST_SIGHT, LOOKS, pace, panned, windowed, zoomed } from "./sight.js";

/** @import {AppState} from "../types.js" */
/** @import {Load} from "./load.js" */
/** @import {Look, Table} from "./types.js" */

/** From one edge of the pane to the other, in 256ths of the range. */
const DRAG_GREYS = 384;

/** @param {HTMLElement} film @param {Load} load @param {{choose: (pane: number) => void, looked: () => void}} events */
export function createPanes(film, load, { choose, looked }) {
  const panes = Array.from({ length: 4 }, () => createPane(load));
  let sights = panes.map(() => FIRST_SIGHT);
  const tools = { linked: true, pan: false };
  let current = 0;

  /** @param {Look} change @param {number} [at] */
  function look(change, at = current) {
    const next = change(sights[at], panes[at].room());
    sights = sights.map((sight, i) => (tools.linked || i === at ? next : sight));
    panes.forEach((pane, i) => pane.look(sights[i]));
    looked();
  }

  panes.forEach(({ node }, i) => {
    attachHand(node, {
      drag: (dx, dy, { shiftKey, buttons }) =>
        look((sight, room) => {
          if (tools.pan || shiftKey || buttons === 4) return panned(sight, room, dx, dy);
          const greys = DRAG_GREYS * pace(sight, room);
          return windowed(sight, sight.width + greys * dx, sight.level + greys * dy, room.greys);
        }, i),
      zoom: (x, y, factor) => look((sight, room) => zoomed(sight, room, x, y, factor), i),
      fit: () => look(LOOKS.fit, i),
    });
    for (const reached of ["pointerdown", "focusin"]) node.addEventListener(reached, () => choose(i));
  });
  film.replaceChildren(...panes.map(({ node }) => node));

  return {
    tools,
    look,
    sight: () => sights[current],
    greys: () => panes[current].room().greys,
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
        if (state.cohort && !node.hidden) void show(state.cohort, record ?? null).then(looked);
        label.replaceChildren();
        if (!record) return;
        const about = [record.country ?? "no country", membership(state.clusters, index).split(",")[0]]
          .filter(Boolean)
          .join(" · ");
        node.setAttribute("aria-label", `${record.filename}, ${about}`);
        label.append(clusterIcon(state, index), el("b", {}, record.filename), about);
      });
    },
  };
}
