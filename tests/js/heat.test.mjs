import assert from "node:assert/strict";
import { test } from "node:test";

import { cellAt, cellBox, foundPart, placeOn, strength, tickPlaces } from "../../static/js/heat/layout.js";

const LAYOUT = { columns: 19, rows: 15, width: 190, height: 150, gap: 1 };

test("columns go right, rows go up", () => {
  assert.deepEqual(cellBox(LAYOUT, 0, 0), { x: 0, y: 140, width: 9, height: 9 });
  assert.deepEqual(cellBox(LAYOUT, 18, 14), { x: 180, y: 0, width: 9, height: 9 });
});

test("a point in a cell's box is in that cell", () => {
  for (const [column, row] of [
    [0, 0],
    [3, 9],
    [18, 14],
  ]) {
    const box = cellBox(LAYOUT, column, row);
    assert.deepEqual(cellAt(LAYOUT, box.x + box.width / 2, box.y + box.height / 2), { column, row });
  }
});

test("outside there is no cell", () => {
  for (const [x, y] of [
    [-1, 5],
    [191, 5],
    [5, -1],
    [5, 151],
  ])
    assert.equal(cellAt(LAYOUT, x, y), null);
});

test("numpy's eps falls on its column; what lies between two, between", () => {
  const eps = Array.from({ length: 19 }, (_, i) => 0.1 + i * 0.1);
  assert.equal(placeOn(eps, 0.30000000000000004), 2);
  assert.equal(placeOn(eps, 0.4), 3);
  assert.ok(Math.abs(placeOn(eps, 0.45) - 3.5) < 1e-9);
  assert.equal(placeOn(eps, 0.01), 0);
  assert.equal(placeOn(eps, 9), 18);
  assert.equal(placeOn([7], 3), 0);
});

test("the lowest score is the strongest, and the highest can still be seen", () => {
  assert.equal(strength(31, 31, 400), 1);
  assert.ok(Math.abs(strength(400, 31, 400) - 0.12) < 1e-12);
  assert.ok(strength(100, 31, 400) > strength(200, 31, 400));
  assert.equal(strength(5, 5, 5), 1);
});

test("what is drawn goes from the first to the last that was found", () => {
  const nothing = [null, null, null, null];
  assert.deepEqual(foundPart([nothing, [null, 4, null, null], nothing, [null, null, 2, null], nothing]), {
    columns: [1, 3],
    rows: [1, 2],
  });
  assert.deepEqual(foundPart([[1]]), { columns: [0, 0], rows: [0, 0] });
  assert.equal(foundPart([nothing, nothing]), null);
  assert.equal(foundPart([]), null);
});

test("numbers stand at round values, at all where there are few, and never too many", () => {
  const axis = (/** @type {number} */ n, /** @type {(i: number) => number} */ of) =>
    Array.from({ length: n }, (_, i) => of(i));
  const eps = axis(19, (i) => 0.1 * (i + 1));
  assert.deepEqual(tickPlaces([0.1, 0.2, 0.3], 7), [0, 1, 2]);
  assert.deepEqual(
    tickPlaces(
      axis(179, (i) => i + 1),
      7,
    ).map((i) => i + 1),
    [50, 100, 150],
  );
  assert.deepEqual(
    tickPlaces(eps, 5).map((i) => eps[i].toFixed(1)),
    ["0.5", "1.0", "1.5"],
  );
  for (const most of [2, 5, 8]) {
    const odd = tickPlaces(
      axis(50, (i) => 0.37 + 7.77 * i),
      most,
    );
    assert.ok(odd.length >= 2 && odd.length <= most, `${odd}`);
  }
});
