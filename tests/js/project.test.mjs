/** What the page knows of the project, without a page. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { UNKNOWN, bodyOf, itemOf, itemsOf, joinedWith, overwritten, withItem } from "../../static/js/project/model.js";
import { noteOn } from "../../static/js/project/notes.js";

/** @import {Item} from "../../static/js/types.js" */

/** @param {string} id @param {string} note @param {Partial<Item>} [more] @returns {Item} */
const item = (id, note, more) => ({
  ...{ kind: "note", id, revision: 1, time: "", gone: false, body: { note, images: [id] }, n_absent: 0 },
  ...more,
});

test("what is new is joined with what is known, and what is gone leaves it", () => {
  const answer = { ...UNKNOWN, warnings: [], revision: 2, items: [item("a", "one"), item("b", "two")] };
  const first = joinedWith(UNKNOWN, /** @type {any} */ (answer));
  assert.deepEqual(
    itemsOf(first, "note").map(({ body }) => body?.note),
    ["one", "two"],
  );
  const gone = item("a", "", { gone: true, body: null });
  const news = { ...answer, revision: 3, items: [gone, item("b", "three")] };
  const next = joinedWith(first, /** @type {any} */ (news));
  assert.equal(next.revision, 3);
  assert.equal(itemOf(next, "note", "a"), undefined);
  assert.equal(bodyOf(itemOf(next, "note", "b")).note, "three");
  assert.equal(itemsOf(first, "note").length, 2, "what was known before stays as it was");
  assert.deepEqual(itemsOf(withItem(next, item("c", "four", { kind: "view" })), "note").length, 1);
});

test("who overwrites another is told what stood there", () => {
  assert.equal(overwritten(null), "");
  assert.match(overwritten(item("a", "a shadow")), /It was “a shadow”/);
  assert.match(overwritten(item("a", "", { gone: true, body: null })), /had been deleted elsewhere/);
  assert.equal(overwritten(item("a", "", { body: { images: ["x"] } })), "");
});

test("a note is found by the image that it is on, whatever its id", () => {
  const moved = item("old-place", "moved", { body: { note: "moved", images: ["here"] } });
  const replaced = item("there", "of a film that is gone", { body: { note: "of a film that is gone", images: [] } });
  const project = withItem(withItem(UNKNOWN, moved), replaced);
  assert.equal(noteOn(project, "here")?.id, "old-place");
  assert.equal(noteOn(project, "there"), undefined);
});
