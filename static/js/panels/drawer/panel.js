/** On narrow screens the right column is a drawer over the map. */

import { byId } from "../../dom.js";

export function bindDrawer() {
  const desk = byId("desk");
  const button = byId("findings-toggle", HTMLButtonElement);
  /** @param {boolean} open */
  const set = (open) => {
    desk.dataset.drawer = open ? "open" : "closed";
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => set(desk.dataset.drawer !== "open"));
  byId("findings").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || desk.dataset.drawer !== "open") return;
    set(false);
    button.focus();
  });
}
