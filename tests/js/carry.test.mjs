import assert from "node:assert/strict";
import { test } from "node:test";

import { shared, startOf } from "../../static/js/map/carry.js";
import { standardise } from "../../static/js/map/points.js";
import { turnTowards, turned } from "../../static/js/map/procrustes.js";

const at = (/** @type {number[]} */ ...xyz) => ({ xyz: Float32Array.from(xyz), count: xyz.length / 3, flat: true });

test("who was on the map before starts there, who joins is where it belongs", () => {
  const start = startOf(at(1, 1, 0, 2, 2, 0), at(7, 7, 0, 8, 8, 0, 9, 9, 0), [2, -1]);
  assert.deepEqual([...start.xyz], [9, 9, 0, 2, 2, 0]);
  assert.equal(start.count, 2);
});

test("with fewer points a map is turned towards the one before by those that are left", () => {
  const before = standardise([
    [0, 0],
    [4, 1],
    [1, 3],
    [-2, 2],
    [3, -3],
  ]);
  const rest = standardise(
    [
      [4, 1],
      [1, 3],
      [-2, 2],
      [3, -3],
    ].map(([x, y]) => [y, x]),
  );
  const [next, last] = shared(rest, before, [1, 2, 3, 4]);
  const back = turned(rest, turnTowards(next, last));
  // Mirrored as they came, they are mirrored back: every point is nearer to where it was.
  for (let i = 0; i < 4; i++) {
    const distance = (/** @type {Float32Array} */ xyz) =>
      Math.hypot(xyz[3 * i] - before.xyz[3 * (i + 1)], xyz[3 * i + 1] - before.xyz[3 * (i + 1) + 1]);
    assert.ok(distance(back.xyz) < 0.5, `${i}: ${distance(back.xyz)}`);
  }
});
