import assert from "node:assert/strict";
import { test } from "node:test";

import { standardise } from "../../static/js/map/points.js";
import { UNTURNED, isTurn, turnTowards, turned } from "../../static/js/map/procrustes.js";

/** @import {Positions, Turn} from "../../static/js/map/types.js" */

const [C, S] = [Math.cos(2), Math.sin(2)];
/** @type {Record<string, Turn>} */
const IN_THE_PLANE = {
  "no turn": UNTURNED,
  "a turn of 2 radians": [C, -S, 0, S, C, 0, 0, 0, 1],
  "half a turn": [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  "a reflection": [-1, 0, 0, 0, 1, 0, 0, 0, 1],
  "a turned reflection": [C, S, 0, S, -C, 0, 0, 0, 1],
};
/** @type {Record<string, Turn>} */
const IN_SPACE = {
  ...IN_THE_PLANE,
  "axes that change places": [0, 0, 1, 1, 0, 0, 0, 1, 0],
  "a reflection in space": [1, 0, 0, 0, C, -S, 0, -S, -C],
  "the point reflection": [-1, 0, 0, 0, -1, 0, 0, 0, -1],
};

/** Points of no symmetry, standardised. @param {number} count @param {2 | 3} dims @param {number} [seed] */
function cloud(count, dims, seed = 1) {
  let state = seed;
  // Park & Miller's generator (1988): enough for points that lie nowhere in particular.
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return standardise(
    Array.from({ length: count }, () =>
      Array.from({ length: dims }, (_, axis) => random() ** (axis + 1) + random() ** 2),
    ),
  );
}

/** @param {Positions} a @param {Positions} b */
const squaresBetween = (a, b) => a.xyz.reduce((sum, value, i) => sum + (value - b.xyz[i]) ** 2, 0);

for (const [dims, turns] of /** @type {const} */ ([
  [2, IN_THE_PLANE],
  [3, IN_SPACE],
])) {
  for (const [name, turn] of Object.entries(turns)) {
    test(`in ${dims} dimensions, ${name} is found and taken back`, () => {
      const points = cloud(40, dims);
      const other = turned(points, turn);
      const found = turnTowards(points, other);
      assert.ok(isTurn(found, dims === 2));
      // On a flat map the third axis is free: a reflection is half a turn about a line.
      turn.forEach((value, k) => (dims === 2 && k === 8) || assert.ok(Math.abs(found[k] - value) < 1e-6, `${found}`));
      assert.ok(squaresBetween(turned(points, found), other) < 1e-9);
      assert.ok(squaresBetween(turned(other, turnTowards(other, points)), points) < 1e-9);
    });
  }
}

test("two points by hand: a quarter turn", () => {
  const line = { xyz: Float32Array.of(1, 0, 0, -1, 0, 0), count: 2, flat: true };
  const up = { xyz: Float32Array.of(0, 1, 0, 0, -1, 0), count: 2, flat: true };
  const turn = turnTowards(line, up);
  [0, -1, 0, 1, 0, 0, 0, 0, 1].forEach((value, k) => assert.ok(Math.abs(turn[k] - value) < 1e-12, `${turn}`));
});

test("no other turn brings two different maps nearer", () => {
  for (const dims of /** @type {const} */ ([2, 3])) {
    const [points, other] = [cloud(30, dims, 5), cloud(30, dims, 99)];
    const best = squaresBetween(turned(points, turnTowards(points, other)), other);
    for (let step = 0; step < 360; step++) {
      const [c, s] = [Math.cos((step * Math.PI) / 180), Math.sin((step * Math.PI) / 180)];
      for (const turn of [
        [c, -s, 0, s, c, 0, 0, 0, 1],
        [c, s, 0, s, -c, 0, 0, 0, 1],
      ]) {
        assert.ok(squaresBetween(turned(points, turn), other) >= best - 1e-4);
      }
    }
  }
});

test("distances stay, so that eps stays the length that it is", () => {
  const points = cloud(20, 2);
  const after = turned(points, turnTowards(points, cloud(20, 2, 7)));
  const distance = (/** @type {Positions} */ { xyz }, /** @type {number} */ i) =>
    Math.hypot(xyz[3 * i] - xyz[0], xyz[3 * i + 1] - xyz[1], xyz[3 * i + 2] - xyz[2]);
  for (let i = 0; i < 20; i++) assert.ok(Math.abs(distance(points, i) - distance(after, i)) < 1e-6);
  for (let i = 0; i < 20; i++) assert.equal(after.xyz[3 * i + 2], 0, "a flat map stays flat");
});

test("what decides nothing turns nothing, and never becomes NaN", () => {
  const none = standardise([]);
  const same = standardise([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  const some = cloud(3, 2);
  for (const [points, other] of [
    [none, none],
    [same, some],
    [some, same],
    [some, cloud(4, 2)],
    [some, cloud(3, 3)],
  ])
    assert.equal(turnTowards(points, other), UNTURNED);
  assert.equal(turned(some, UNTURNED), some);
  const broken = { ...some, xyz: some.xyz.map(() => NaN) };
  assert.equal(turnTowards(broken, some), UNTURNED);
});

test("points on a line, and a 3-D map without depth, are turned and not reflected", () => {
  for (const rows of [
    [
      [1, 2, 0],
      [2, 1, 0],
      [3, 5, 0],
      [7, 4, 0],
    ],
    [
      [1, 0, 0],
      [2, 0, 0],
      [5, 0, 0],
    ],
    [
      [0, 0, 1],
      [0, 0, 2],
    ],
  ]) {
    const points = standardise(rows);
    const back = turned(points, [0, 0, 1, 1, 0, 0, 0, 1, 0]);
    const turn = turnTowards(back, points);
    assert.ok(isTurn(turn, false), `${turn}`);
    assert.ok(squaresBetween(turned(back, turn), points) < 1e-9);
    const [a, b, c, d, e, f, g, h, i] = turn;
    assert.ok(Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) - 1) < 1e-9);
  }
});
