/** Which X-rays lie side by side, one, two or four of them. Pure. */

/** @import {Table} from "./types.js" */

/** @type {Table} */
export const BARE = Object.freeze({ ids: [null, null, null, null], layout: 1, current: 0 });

/** In the current pane. @param {Table} table @param {string} id @returns {Table} */
export const withCurrent = (table, id) => withId(table, table.current, id);

/**
 * As many panes; the empty ones get what is at hand and not there yet.
 * @param {Table} table @param {Table["layout"]} layout @param {readonly string[]} atHand @returns {Table}
 */
export function laidOut(table, layout, atHand) {
  // The current X-ray stays in sight.
  const moved = () => ({ ...withId(withId(table, table.current, null), 0, table.ids[table.current]), current: 0 });
  const start = table.current >= layout ? moved() : table;
  const seen = start.ids.slice(0, layout);
  const fresh = atHand.filter((id) => !seen.includes(id));
  return {
    ...start,
    layout,
    ids: start.ids.map((id, i) => (i < layout && id === null ? (fresh.shift() ?? null) : id)),
  };
}

/**
 * All panes but the current one anew, two of them if there was one.
 * @param {Table} table @param {readonly string[]} atHand @returns {Table}
 */
export function refilled({ ids, layout, current }, atHand) {
  const alone = ids.map((id, i) => (i === current ? id : null));
  return laidOut({ ids: alone, layout, current }, layout === 1 ? 2 : layout, atHand);
}

/**
 * As many as fit, in this order, with the current one among them.
 * @param {Table} table @param {readonly string[]} ids @param {string} id  of the current one @returns {Table}
 */
export function inOrder(table, ids, id) {
  const layout = ids.length > 2 ? 4 : ids.length > 1 ? 2 : 1;
  const at = ids.indexOf(id);
  const start = Math.max(0, Math.min(at - 1, ids.length - layout));
  const shown = ids.slice(start, start + layout);
  return { layout, current: at - start, ids: table.ids.map((_, i) => shown[i] ?? null) };
}

/** In an empty pane, or else in the one after the current. @param {Table} table @param {string} id @returns {Table} */
export function putBeside(table, id) {
  const wide =
    table.layout === 1
      ? {
          ...table,
          layout: /** @type {const} */ (2),
          ids: table.ids.map((own, i) => (i === table.current ? own : null)),
        }
      : table;
  const empty = wide.ids.findIndex((own, i) => own === null && i < wide.layout);
  return withId(wide, empty >= 0 ? empty : (wide.current + 1) % wide.layout, id);
}

/** @param {Table} table @param {number} pane @param {string | null} id @returns {Table} */
const withId = (table, pane, id) => ({ ...table, ids: table.ids.map((own, i) => (i === pane ? id : own)) });
