import assert from "node:assert/strict";
import { test } from "node:test";

import { buildGrid, nearest } from "../../static/js/map/picking.js";
import { brightMask, nextInCluster } from "../../static/js/panels/map/panel.js";
import { chosen, indicesOf } from "../../static/js/selection/model.js";
import { inverted, tallyOf } from "../../static/js/selection/tally.js";

/** @param {string} id @param {string | null} group @param {Record<string, import("../../static/js/types.js").Value>} values */
const record = (id, group, values) => ({ id, filename: `${id}.png`, group, country: null, values });

test("points are chosen in place of others, with them, or change sides; always ascending", () => {
  assert.deepEqual(chosen([1, 5], [3, 4], "replace"), [3, 4]);
  assert.deepEqual(chosen([1, 5], [3, 5, 0], "add"), [0, 1, 3, 5]);
  assert.deepEqual(chosen([1, 5], [5, 10, 2], "toggle"), [1, 2, 10]);
});

test("what changes nothing is the same list, so that nothing is undone twice", () => {
  const selection = [1, 5];
  assert.equal(chosen(selection, [1], "add"), selection);
  assert.equal(chosen(selection, [1, 5], "replace"), selection);
  const none = chosen([], [], "replace");
  assert.equal(chosen(none, [], "replace"), none);
});

test("inverting twice is what it was", () => {
  assert.deepEqual(inverted([0, 3], 5), [1, 2, 4]);
  assert.deepEqual(inverted(inverted([0, 3], 5), 5), [0, 3]);
});

test("ids find their images wherever they stand now; those that left are left out", () => {
  const records = ["a", "b", "c"].map((id) => record(id, null, {}));
  assert.deepEqual(indicesOf(["c", "gone", "a"], records), [0, 2]);
});

test("images and patients are counted by value; an image without a patient is one of its own; missing stays apart", () => {
  const records = [
    record("a", "P1", { country: "Italy" }),
    record("b", "P1", { country: "Italy" }),
    record("c", null, { country: "Spain" }),
    record("d", null, { country: "Spain" }),
    record("e", "P2", { country: "" }),
    record("f", "P2", { country: "Chile" }),
  ];
  assert.deepEqual(
    tallyOf([record("a", "P1", { seen: false })], "seen").counts,
    [{ value: "no", count: 1, n_groups: 1 }],
    "as the server writes it",
  );
  assert.deepEqual(tallyOf(records, "country"), {
    size: 6,
    n_groups: 4,
    counts: [
      { value: "Italy", count: 2, n_groups: 1 },
      { value: "Spain", count: 2, n_groups: 2 },
      { value: "Chile", count: 1, n_groups: 1 },
    ],
    n_missing: 1,
    n_groups_missing: 1,
  });
});

test("points that are not drawn are not picked", () => {
  const grid = buildGrid(Float32Array.of(0, 0, 1, 0, 2, 0), Uint32Array.of(2, 0));
  assert.equal(nearest(grid, 1.2, 0, 5), 2);
  assert.equal(nearest(grid, 0.9, 0, 0.5), -1);
  assert.equal(nearest(buildGrid(Float32Array.of(0, 0), new Uint32Array(0)), 0, 0, 1), -1);
});

test("what is pointed at stays bright, or else what is selected; of that what meets the filters; hidden entries dim nothing", () => {
  const state = {
    focus: null,
    selection: [],
    passing: null,
    hidden: [],
    clusters: { labels: [0, 0, 1, -1] },
    encoding: { legend: { entryOf: Int16Array.of(2, 0, 0, 1) } },
  };
  const bright = (/** @type {object} */ change) => brightMask(/** @type {any} */ ({ ...state, ...change }))?.join("");
  const passing = Uint8Array.of(1, 0, 1, 1);
  const entry = { kind: "entry", index: 0 };
  assert.equal(bright({}), undefined);
  assert.equal(bright({ clusters: null, selection: [1] }), undefined);
  assert.equal(bright({ selection: [1, 3] }), "0101");
  assert.equal(bright({ passing }), "1011");
  assert.equal(bright({ selection: [1, 3], passing }), "0001");
  assert.equal(bright({ selection: [3], focus: { kind: "cluster", label: 0 } }), "1100");
  assert.equal(bright({ focus: entry, passing }), "0010");
  assert.equal(bright({ focus: entry, hidden: [0] }), undefined);
  assert.equal(bright({ focus: entry, hidden: [0], selection: [3] }), "0001");
});

test("the keyboard goes round a cluster both ways, from nowhere to its end, and passes over what is hidden", () => {
  const clusters = /** @type {any} */ ({ labels: [0, 1, 0, 0, 1] });
  const walk = (/** @type {number} */ from, /** @type {1 | -1} */ step, /** @type {number[]} */ hidden = []) =>
    nextInCluster(clusters, from, step, (i) => !hidden.includes(i));
  assert.deepEqual([walk(0, 1), walk(3, 1), walk(0, -1), walk(4, 1), walk(1, -1)], [2, 0, 3, 1, 4]);
  assert.deepEqual([walk(-1, 1), walk(-1, -1), walk(-1, 1, [0, 1]), walk(-1, -1, [4])], [0, 4, 2, 3]);
  assert.deepEqual([walk(0, 1, [2]), walk(1, 1, [4]), walk(1, 1, [1, 4])], [3, 1, 1]);
  assert.equal(nextInCluster(null, -1, 1), -1);
});
