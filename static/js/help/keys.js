/** Every key of the page, by the place where it works: the one table that the help shows and a test looks up. Pure. */

/**
 * Keys are named as browsers name them, `+` holds one while another is pressed, a space parts several.
 * @type {readonly (readonly [place: string, rows: readonly (readonly [keys: string, does: string])[]])[]}
 */
export const PLACES = Object.freeze([
  [
    "Everywhere",
    [
      ["?", "this list"],
      ["Tab Shift+Tab", "to the next thing, and back"],
      ["Escape", "close what is open"],
      ["b", "keep this setting as A, and go on beside it"],
      ["f", "film of the map"],
      ["c", "contours of each group's density on the map"],
      ["t", "table and contact sheet of the images"],
      ["Ctrl+z Ctrl+Shift+z", "back and forward through settings and selections, in one order"],
      ["Alt+ArrowLeft Alt+ArrowRight", "back and forward through settings alone, as the browser's buttons"],
    ],
  ],
  [
    "Map",
    [
      ["ArrowLeft ArrowRight ArrowUp ArrowDown", "move it; turn it in 3-D"],
      ["Shift+ArrowLeft Shift+ArrowRight", "move it in 3-D"],
      ["+ -", "zoom"],
      ["0 double-click", "show all of it"],
      ["n p", "next and previous image of the cluster"],
      ["Enter click", "open the X-ray"],
      ["x Shift+click", "select it, or take it out"],
      ["a", "select its cluster"],
      ["Shift+drag Shift+Alt+drag", "select by a line round, by a rectangle; with Ctrl add"],
      ["Escape", "select nothing"],
    ],
  ],
  [
    "Sliders",
    [
      ["ArrowLeft ArrowRight", "one step"],
      ["Shift+ArrowLeft Shift+ArrowRight", "ten steps; also Page Up and Page Down"],
      ["Home End", "to the ends"],
      ["double-click", "back to where it was at first"],
    ],
  ],
  [
    "Heat map of eps × min_samples",
    [
      ["ArrowLeft ArrowRight ArrowUp ArrowDown", "look at the cell beside"],
      ["Enter", "apply it"],
    ],
  ],
  [
    "Settings looked at",
    [
      ["ArrowLeft ArrowRight", "the one beside"],
      ["Enter", "go to it; then name it, or keep it as A"],
    ],
  ],
  [
    "Legend",
    [
      ["Enter click", "hide or show"],
      ["Shift+Enter double-click", "show it alone"],
    ],
  ],
  [
    "X-ray",
    [
      ["ArrowLeft ArrowRight", "previous and next of the cluster"],
      ["ArrowUp ArrowDown", "earlier and later film of the patient"],
      ["s", "films of the patient side by side, by day"],
      ["v", "compare with the same view alone"],
      ["1 2 3 4", "go to that pane"],
      ["+ -", "nearer and farther; also two fingers"],
      ["0 o", "all of it, its own pixels"],
      ["z", "magnifying glass"],
      ["m", "measure a length"],
      ["w", "as given, 1–99%, darker half, brighter half"],
      ["Shift+ArrowLeft Shift+ArrowRight", "move it; also up and down"],
      ["[ ]", "narrower and wider window"],
      ["{ }", "lower and higher level"],
      ["i", "invert"],
      ["r", "as at first"],
      ["c", "one, two or four beside each other"],
      ["l", "move them together"],
      ["p", "drag moves it, in place of the window"],
      ["d", "its metadata"],
    ],
  ],
  [
    "Images below the map",
    [
      ["Space Shift+Space", "select; select all up to here"],
      ["Ctrl+a", "select all that are listed"],
      ["Enter", "open the X-ray"],
    ],
  ],
  [
    "Results of the search",
    [
      ["ArrowUp ArrowDown", "row by row"],
      ["Enter", "make the row the map"],
    ],
  ],
  [
    "Axes of the search",
    [
      ["ArrowUp ArrowDown", "upper end of the range; with Shift the lower one"],
      ["Delete", "whole range"],
    ],
  ],
]);

/** "Shift+ArrowLeft" → ["Shift", "ArrowLeft"]. @param {string} keys */
export const combosOf = (keys) => keys.split(" ").map((combo) => combo.split(/\+(?=.)/));

/** What a hand does is in small letters; a key has one letter, or a capital. @param {string} part */
export const isKey = (part) => part.length === 1 || /^[A-Z]/.test(part);

/** @type {Readonly<Record<string, string>>} */
const NAMES = Object.freeze({ ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", "-": "−", Escape: "Esc" });

/** As it stands on the keyboard. @param {string} key */
export const keyName = (key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
