import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { PLACES, combosOf, isKey, keyName } from "../../static/js/help/keys.js";

const ROOT = fileURLToPath(new URL("../../static/js/", import.meta.url));
const code = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".js") && path !== join("help", "keys.js"))
  .map((path) => readFileSync(join(ROOT, path), "utf8"))
  .join("\n");

/** What the browser does by itself. */
const NATIVE = new Set(["Tab"]);
/** @type {Record<string, string>} */
const PRESSED = { Space: " " };
/** @type {Record<string, RegExp>} */
const HELD = { Shift: /\bshiftKey\b/, Ctrl: /\bctrlKey\b/, Alt: /\baltKey\b/ };

test("a combination is read into what is held and what is pressed", () => {
  assert.deepEqual(combosOf("Shift+ArrowLeft + Ctrl+z Shift+drag"), [
    ["Shift", "ArrowLeft"],
    ["+"],
    ["Ctrl", "z"],
    ["Shift", "drag"],
  ]);
  assert.deepEqual(["z", "+", "Escape", "drag", "double-click"].map(isKey), [true, true, true, false, false]);
  assert.deepEqual(["z", "ArrowUp", "-", "Home"].map(keyName), ["Z", "↑", "−", "Home"]);
});

test("every key of the help is bound somewhere", () => {
  const parts = new Set(PLACES.flatMap(([, rows]) => rows.flatMap(([keys]) => combosOf(keys).flat())));
  assert.ok(parts.has("Escape"));
  for (const key of [...parts].filter((part) => isKey(part) && !NATIVE.has(part))) {
    const escaped = (PRESSED[key] ?? key).replace(/[?+[\]{}]/, "\\$&");
    const bound = HELD[key] ?? new RegExp(`"${escaped}"${/^\w+$/.test(key) ? `|\\b${key}:` : ""}`);
    assert.match(code, bound, `nothing listens to ${key}`);
  }
});

test("no place says twice what a key does", () => {
  for (const [place, rows] of PLACES) assert.equal(new Set(rows.map(([keys]) => keys)).size, rows.length, place);
});
