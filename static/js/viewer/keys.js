/** The keys of the light table, by what they do. Pure. */

/** @type {Readonly<Record<string, string>>} */
const KEYS = Object.freeze({
  ...{
    ArrowLeft: "previous",
    ArrowRight: "next",
    "Shift+ArrowLeft": "left",
    "Shift+ArrowRight": "right",
    "Shift+ArrowUp": "up",
    "Shift+ArrowDown": "down",
  },
  ...{ ArrowUp: "earlier", ArrowDown: "later", s: "series", v: "sameView" },
  ...{ "+": "nearer", "=": "nearer", "-": "farther", 0: "fit", o: "actual", i: "invert", r: "reset" },
  ...{ "[": "narrower", "]": "wider", "{": "lower", "}": "higher", w: "window" },
  ...{ 1: "pane", 2: "pane", 3: "pane", 4: "pane" },
  ...{ c: "layout", l: "linked", p: "pan", m: "measure", z: "magnify", b: "beside", d: "details" },
});

/**
 * "+" needs Shift on some keyboards, an arrow means something else with it.
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 */
export function commandOf({ key, shiftKey, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return undefined;
  return KEYS[shiftKey && key.startsWith("Arrow") ? `Shift+${key}` : key];
}
