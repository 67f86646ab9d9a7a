/** Every link of the documents leads to a file or a heading that is there, and the book has every document. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const inDocs = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
const FILES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...inDocs.map((name) => `docs/${name}`),
  "models/README.md",
];

/** Without what stands in fences, where brackets are code. @param {string} file */
const textOf = (file) => readFileSync(join(ROOT, file), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");

/** As hosts name headings: small letters, hyphens for blanks, no other signs. @param {string} heading */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

/** @param {string} file */
const anchorsOf = (file) => [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ""));

/** @param {string} file */
function linksOf(file) {
  const text = textOf(file);
  const found = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)];
  return found.map(([, link]) => link ?? "").filter((link) => !/^[a-z]+:/.test(link));
}

for (const file of FILES)
  test(`the links of ${file} lead somewhere`, () => {
    for (const link of linksOf(file)) {
      const [path, anchor] = link.split("#");
      const to = path ? relative(ROOT, join(ROOT, dirname(file), path)) : file;
      assert.ok(existsSync(join(ROOT, to)), `${file} links to ${link}`);
      if (anchor) assert.ok(anchorsOf(to).includes(anchor), `${file} links to ${link}, and ${to} has no such heading`);
    }
  });

test("the book has every document once", () => {
  const listed = linksOf("docs/SUMMARY.md").sort();
  assert.deepEqual(listed, inDocs.filter((name) => name !== "SUMMARY.md").sort());
});
