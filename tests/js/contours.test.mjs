import assert from "node:assert/strict";
import { test } from "node:test";

import { SHARES, contoursOf, densityOf, piecesAt } from "../../static/js/map/contours.js";

/** A round cloud, the same each time. @param {number} n @param {number} cx @param {number} cy */
const cloud = (n, cx, cy) =>
  Array.from({ length: n }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log((i + 0.5) / n));
    return [cx + radius * Math.cos(2.399963 * i), cy + radius * Math.sin(2.399963 * i)];
  }).flat();

/** @param {readonly number[]} pieces @param {number} cx @param {number} cy */
const radii = (pieces, cx, cy) =>
  Array.from({ length: pieces.length / 2 }, (_, i) => Math.hypot(pieces[2 * i] - cx, pieces[2 * i + 1] - cy));

test("the lines of a round cloud are round, one within the other, and hold their share of it", () => {
  const [cx, cy] = [3, -2];
  const xy = cloud(400, cx, cy);
  const lines = contoursOf(xy);
  assert.equal(lines.length, SHARES.length);
  let outer = Infinity;
  lines.forEach((pieces, k) => {
    const r = radii(pieces, cx, cy);
    const [least, most] = [Math.min(...r), Math.max(...r)];
    assert.ok(most - least < 0.35, `${least} to ${most}`);
    assert.ok(most < outer, "they cross");
    outer = least + 0.35;
    const within = radii(xy, cx, cy).filter((radius) => radius <= (least + most) / 2).length / 400;
    assert.ok(Math.abs(within - SHARES[k]) < 0.03, `${within} for ${SHARES[k]}`);
  });
});

test("every line is closed: each end meets another", () => {
  for (const pieces of contoursOf([...cloud(60, 0, 0), ...cloud(60, 7, 1)])) {
    /** @type {Map<string, number>} */
    const ends = new Map();
    for (let i = 0; i < pieces.length; i += 2) {
      const key = `${pieces[i].toFixed(9)} ${pieces[i + 1].toFixed(9)}`;
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
    assert.ok(pieces.length > 0);
    assert.deepEqual(
      [...ends.values()].filter((times) => times % 2 !== 0),
      [],
    );
  }
});

test("a saddle is cut by the mean of its corners", () => {
  const cell = (/** @type {number[]} */ values) => ({
    side: 2,
    left: 0,
    bottom: 0,
    width: 1,
    height: 1,
    values: Float64Array.from(values),
  });
  // High at the lower left and the upper right; a high middle joins them: the other two corners are cut off.
  assert.deepEqual(piecesAt(cell([4, 0, 0, 4]), 1), [0.75, 0, 1, 0.25, 0.25, 1, 0, 0.75]);
  assert.deepEqual(piecesAt(cell([4, 0, 0, 4]), 3), [0, 0.25, 0.25, 0, 1, 0.75, 0.75, 1]);
});

test("too few points, one place and one line have no lines", () => {
  assert.deepEqual(contoursOf(cloud(4, 0, 0)), []);
  assert.deepEqual(contoursOf(new Array(20).fill(1)), []);
  assert.equal(densityOf(Array.from({ length: 20 }, (_, i) => (i % 2 ? 5 : i))), null);
  assert.deepEqual(contoursOf([]), []);
});

test("a group of very many points has lines too", () => {
  const lines = contoursOf(cloud(200_000, 0, 0));
  assert.ok(lines.every((pieces) => pieces.length > 0));
});
