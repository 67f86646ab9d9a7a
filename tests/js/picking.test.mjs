import assert from "node:assert/strict";
import { test } from "node:test";

import { buildGrid, nearest } from "../../static/js/map/picking.js";

/** A generator that is the same on every machine. @param {number} seed */
function random(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/** @param {Float32Array} xy @param {number} x @param {number} y @param {number} radius */
function bruteForce(xy, x, y, radius) {
  let best = -1;
  let squared = radius * radius;
  for (let i = 0; i < xy.length / 2; i++) {
    const d = (xy[2 * i] - x) ** 2 + (xy[2 * i + 1] - y) ** 2;
    if (d < squared || (d === squared && i > best)) [best, squared] = [i, d];
  }
  return best;
}

test("finds what looking at every point finds", () => {
  const draw = random(7);
  const xy = Float32Array.from({ length: 2 * 700 }, () => draw() * 10 - 5);
  const grid = buildGrid(xy);
  let found = 0;
  for (let k = 0; k < 500; k++) {
    const [x, y, radius] = [draw() * 14 - 7, draw() * 14 - 7, draw() * 0.8];
    const hit = nearest(grid, x, y, radius);
    assert.equal(hit, bruteForce(xy, x, y, radius));
    if (hit >= 0) found += 1;
  }
  assert.ok(found > 100, "the test must hit points to mean anything");
});

test("nothing near is nothing", () => {
  assert.equal(nearest(buildGrid(Float32Array.of(0, 0)), 3, 4, 4.9), -1);
  assert.equal(nearest(buildGrid(new Float32Array(0)), 0, 0, 1), -1);
});

test("of two points in one place the one drawn last is picked", () => {
  assert.equal(nearest(buildGrid(Float32Array.of(1, 1, 1, 1)), 1, 1, 0.5), 1);
});

test("points on one line, or all in one place, still make a grid", () => {
  assert.equal(nearest(buildGrid(Float32Array.of(0, 2, 1, 2, 2, 2)), 1.2, 2, 0.5), 1);
  assert.equal(nearest(buildGrid(Float32Array.of(4, 4, 4, 4, 4, 4)), 4, 4.1, 0.5), 2);
});

test("a hundred thousand points are built and asked quickly", () => {
  const draw = random(1);
  const xy = Float32Array.from({ length: 200_000 }, () => draw());
  const started = performance.now();
  const grid = buildGrid(xy);
  for (let k = 0; k < 1000; k++) nearest(grid, draw(), draw(), 0.01);
  // Generous: on the slowest machine seen it takes a twentieth of this.
  assert.ok(performance.now() - started < 2000);
});
