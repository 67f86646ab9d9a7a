import assert from "node:assert/strict";
import { test } from "node:test";

import { madeElsewhere } from "../../static/js/made.js";

/** @import {Made} from "../../static/js/types.js" */

/** @type {Made} */
const here = { version: "0.2.0", features: "aaaa", table: "bbbb", model: "cccc", backend: "native 1", seed: 42 };

/** @param {string | null} made @param {string | null} [backend] */
const said = (made, backend = "native 1") => madeElsewhere({ made, backend }, here).map((text) => text.split(":")[0]);

test("a link of the same study says nothing", () => {
  assert.deepEqual(said("0.2.0~aaaa~bbbb"), []);
  assert.deepEqual(said(null, null), []);
});

test("a difference is said, and what follows from another is not said beside it", () => {
  assert.deepEqual(said("0.1.0~aaaa~bbbb"), ["This link was made by version 0.1.0, and this is 0.2.0"]);
  assert.deepEqual(said("0.2.0~dddd~bbbb"), ["This link was made on other features, of other images or another model"]);
  assert.deepEqual(said("0.2.0~aaaa~dddd"), ["This link was made on another table of these images"]);
  assert.deepEqual(said("0.2.0~dddd~dddd", "embedded 2"), [
    "This link was made on features of embedded 2, and here they come of native 1",
  ]);
  assert.equal(said("0.1.0~dddd~bbbb").length, 2);
  // A link from before links said more.
  assert.equal(said(null, "embedded 2").length, 1);
});

test("what anybody writes into a link is text and no fault", () => {
  for (const odd of ["", "~", "~~~~~", "<b>~\u0000~x"]) assert.ok(Array.isArray(said(odd)), odd);
});
