/** The borders inside the page, held by a test: who may talk to the server, who may know what. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** @param {string} folder @returns {string[]}  paths below static/js */
function modules(folder = "") {
  return readdirSync(join(ROOT, "static/js", folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? modules(join(folder, entry.name))
      : entry.name.endsWith(".js")
        ? [join(folder, entry.name)]
        : [],
  );
}

const SOURCES = new Map(modules().map((path) => [path, readFileSync(join(ROOT, "static/js", path), "utf8")]));
const TEMPLATE = readFileSync(join(ROOT, "templates/index.html"), "utf8");

/** Code alone: comments may name what code may not. @param {string} source */
const code = (source) => source.replace(/\/\*.*?\*\//gs, "").replace(/^\s*\/\/.*$/gm, "");

/** @param {RegExp} pattern */
const using = (pattern) => [...SOURCES].filter(([, source]) => pattern.test(code(source))).map(([path]) => path);

test("the modules are there", () => assert.ok(SOURCES.has("main.js")));

test("one file talks to the server", () => {
  assert.deepEqual(using(/\bfetch\(|EventSource|XMLHttpRequest|WebSocket|sendBeacon/), ["server.js"]);
});

test("nothing is ever set as markup", () => {
  assert.deepEqual(using(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/), []);
});

test("nobody copies the state by a spread, which leaves out what is computed", () => {
  assert.deepEqual(using(/\.\.\.(state|store\.get\(\))(?![.\w])/), ["store.js"]);
});

test("the map knows nothing but the map", () => {
  for (const [path, source] of SOURCES) {
    if (path.startsWith("map/")) assert.doesNotMatch(code(source), /from "\.\.\//, path);
  }
});

test("what is called pure imports nothing that touches the page", () => {
  const pure = [...SOURCES].filter(([, source]) => /^\/\*\*[^@]*\bPure\.[^@]*\*\//s.test(source)).map(([path]) => path);
  assert.ok(pure.includes("store.js"), String(pure));
  for (const path of pure)
    assert.doesNotMatch(
      code(SOURCES.get(path) ?? ""),
      /\b(document|window|location|localStorage)\b\.|dom\.js|api\.js/,
      path,
    );
});

test("every import is of a file that is there, and every file is imported but those that a page begins with", () => {
  const imported = new Set();
  for (const [path, source] of SOURCES) {
    for (const [, first, later] of code(source).matchAll(/^import .*?from "(.*?)";$|\bimport\("(.*?)"\)/gms)) {
      const target = first ?? later;
      assert.match(target, /^\.\.?\//, `${path} imports ${target}: no packages`);
      imported.add(join(path, "..", target));
    }
  }
  for (const target of imported) assert.ok(SOURCES.has(target), target);
  assert.deepEqual([...SOURCES.keys()].filter((path) => !imported.has(path)).sort(), [
    "copy/closed.js",
    "copy/server.js",
    "copy/start.js",
    "early.js",
    "main.js",
  ]);
});

/** @param {string[]} entries @returns {string[]}  these modules, what they import, and what that imports */
function withImports(...entries) {
  const found = new Set(entries);
  for (const path of found) {
    for (const [, target] of code(SOURCES.get(path) ?? "").matchAll(/^import .*?from "(.*?)";$/gms))
      found.add(join(path, "..", target));
  }
  return [...found];
}

/** @param {string[]} paths @param {(source: string) => string} [served] */
const bytesOf = (paths, served = (source) => source) =>
  paths.reduce((sum, path) => sum + Buffer.byteLength(served(SOURCES.get(path) ?? "")), 0);

test("the page can be used with less than 200 KB of modules, comments included", () => {
  const paths = withImports("early.js", "main.js");
  assert.ok(paths.includes("store.js"), "imports are followed");
  const bytes = bytesOf(paths);
  assert.ok(bytes < 200_000, `${bytes} bytes`);
});

test("what the page loads before anything is opened is less than 200 KB of code, indentation not counted", () => {
  const bytes = bytesOf(withImports("early.js", "main.js", "rest.js"), (source) => code(source).replace(/^\s+/gm, ""));
  assert.ok(bytes < 200_000, `${bytes} bytes`);
});

test("a style sheet below the modules has the name of its folder", () => {
  const sheets = readdirSync(join(ROOT, "static/js"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".css"),
  );
  for (const path of sheets) assert.equal(basename(path, ".css"), basename(dirname(path)), path);
});

test("every file is under 400 lines", () => {
  for (const [path, source] of SOURCES) assert.ok(source.split("\n").length <= 400, path);
});

test("the template carries no script, no style and no address of anyone else", () => {
  assert.doesNotMatch(TEMPLATE, /\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc="{{ folder }}\/)/i);
  for (const [, target] of TEMPLATE.matchAll(/\s(?:src|href)="(.*?)"/g))
    assert.match(target, /^({{ folder }}\/|#)/, target);
});

test("every element that a module asks for by its id is in the template", () => {
  for (const [path, source] of SOURCES) {
    // A slider's own ids are made by the server.
    for (const [, id] of code(source).matchAll(/byId\("([^"]+?)(?<!-help)"/g))
      assert.ok(new RegExp(`id="${id}"`).test(TEMPLATE), `${path}: #${id}`);
  }
});

test("it says once that it is not a diagnostic device", () => {
  assert.equal(TEMPLATE.match(/not a diagnostic device/g)?.length, 1);
});
