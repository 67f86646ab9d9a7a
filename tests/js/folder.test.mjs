/** What became of the folder while it is served, in words. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { changedSince, inShort, newSince } from "../../static/js/panels/folder/words.js";

const NOTHING = { n_new: 0, table: null, is_whole: true };

test("what is new is said, each of its own, and nothing where all is as it was", () => {
  assert.deepEqual(newSince(NOTHING), []);
  assert.deepEqual(newSince({ ...NOTHING, n_new: 1 }), ["1 image is new in the folder, and not on the map"]);
  assert.deepEqual(newSince({ n_new: 1234, table: "changed", is_whole: false }), [
    "at least 1,234 images are new in the folder, and not on the map",
    "the metadata were changed since they were read",
  ]);
  assert.deepEqual(newSince({ ...NOTHING, table: "gone" }), ["the metadata cannot be read any more"]);
  assert.deepEqual(newSince({ ...NOTHING, table: "new" }), ["a table is new in the folder"]);
  assert.equal(changedSince({ size: 2 }), "2 pictures changed since their features were computed");
});

test("the bar has it in short, and in full words where it is one thing", () => {
  assert.equal(inShort(0, NOTHING), "");
  assert.equal(inShort(1, NOTHING), "1 picture changed");
  assert.equal(inShort(0, { ...NOTHING, n_new: 3 }), "3 new images");
  assert.equal(inShort(2, { ...NOTHING, n_new: 3 }), "2 changed, 3 new");
  assert.equal(inShort(0, { ...NOTHING, table: "gone" }), "metadata gone");
  assert.equal(inShort(2, { ...NOTHING, table: "gone" }), "2 changed, metadata");
});
