import assert from "node:assert/strict";
import { test } from "node:test";

import {
  axisDirections,
  clipFromWorld,
  FOG,
  fogAt,
  HOME,
  isHome,
  MAX_ZOOM,
  mixFrames,
  orbit,
  pan,
  pixelsPerUnit,
  screenFromWorld,
  worldFromScreen,
  zoomAbout,
} from "../../static/js/map/camera.js";
import { UNTURNED } from "../../static/js/map/procrustes.js";

const frame = { centre: [1, -2, 0.5], halfWidth: 4, halfHeight: 2 };
const flat = { width: 800, height: 600, frame, flat: true };
const deep = { ...flat, flat: false };

/** @param {readonly number[]} actual @param {readonly number[]} expected @param {number} [within] */
function near(actual, expected, within = 1e-3) {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= within, `${actual} is not ${expected}`));
}

test("the centre of the frame is the centre of the screen, flat and in space", () => {
  for (const viewport of [flat, deep]) {
    const [x, y] = screenFromWorld(clipFromWorld(HOME, viewport), viewport, 1, -2, 0.5);
    near([x, y], [400, 300]);
  }
});

test("the frame fits with a margin, and y goes up", () => {
  const matrix = clipFromWorld(HOME, flat);
  const [left, top] = screenFromWorld(matrix, flat, 1 - 4, -2 + 2, 0);
  assert.ok(left > 0 && left < 100, String(left));
  assert.ok(top > 0 && top < 300, String(top));
  near([pixelsPerUnit(HOME, flat)], [84], 1e-9);
  // However small the map is, a picture of 30 pixels at its edge is whole.
  near([pixelsPerUnit(HOME, { ...flat, width: 200, height: 100 })], [(100 - 40) / 4], 1e-9);
});

test("world and screen undo each other", () => {
  const camera = { ...HOME, x: 0.7, y: -0.3, zoom: 3.5 };
  const [x, y] = screenFromWorld(clipFromWorld(camera, flat), flat, 1.25, -1.5, 0);
  near(worldFromScreen(camera, flat, x, y), [1.25, -1.5], 1e-4);
});

test("zooming keeps what is under the cursor under it", () => {
  const before = worldFromScreen(HOME, flat, 123, 456);
  const camera = zoomAbout(HOME, flat, 123, 456, 2.7);
  near(worldFromScreen(camera, flat, 123, 456), before, 1e-9);
  near([camera.zoom], [2.7], 1e-12);
});

test("zoom stops at its ends without moving the map", () => {
  const camera = zoomAbout({ ...HOME, zoom: MAX_ZOOM }, flat, 10, 10, 5);
  assert.equal(camera.zoom, MAX_ZOOM);
  near([camera.x, camera.y], [0, 0], 1e-12);
});

test("a drag moves the map with the hand", () => {
  const camera = pan({ ...HOME, zoom: 2 }, flat, 30, -20);
  const grabbed = worldFromScreen({ ...HOME, zoom: 2 }, flat, 100, 100);
  near(worldFromScreen(camera, flat, 130, 80), grabbed, 1e-9);
});

test("cameras are never changed in place", () => {
  assert.throws(() => Object.assign(pan(HOME, flat, 1, 1), { x: 5 }), TypeError);
  assert.ok(isHome(HOME));
  assert.ok(!isHome(orbit(HOME, 10, 0)));
});

test("turning keeps distances to the centre and stops at the poles", () => {
  const over = orbit(HOME, 0, 1e6);
  assert.equal(over.pitch, Math.PI / 2);
  for (const { x, y, near: depth } of axisDirections(orbit(HOME, 321, -45), UNTURNED))
    near([x * x + y * y + depth * depth], [1], 1e-9);
});

test("the axes of a turned map point where its points went", () => {
  const camera = { ...HOME, yaw: 0, pitch: 0 };
  // The first axis is drawn upwards, the second to the left, the third away from the eye: a turn and a reflection.
  const [first, second, third] = axisDirections(camera, [0, -1, 0, 1, 0, 0, 0, 0, -1]);
  near([first.x, first.y, second.x, second.y, third.near], [0, -1, -1, 0, -1], 1e-12);
});

test("a full turn comes back", () => {
  const turned = orbit(HOME, (2 * Math.PI) / 0.005, 0);
  near([turned.yaw], [HOME.yaw], 1e-6);
});

test("in space the nearer of two points is drawn in front, and larger", () => {
  const camera = { ...HOME, yaw: 0, pitch: 0 };
  const matrix = clipFromWorld(camera, deep);
  const [, , front] = screenFromWorld(matrix, deep, 1, -2, 3);
  const [, , back] = screenFromWorld(matrix, deep, 1, -2, -2);
  assert.ok(front < back);
  const depthOf = (/** @type {number} */ z) => (matrix[10] * z + matrix[14]) / (matrix[11] * z + matrix[15]);
  assert.ok(depthOf(3) < depthOf(-2));
});

test("no zoom clips a point of a 3-D map by its depth", () => {
  const matrix = clipFromWorld({ ...HOME, zoom: MAX_ZOOM }, deep);
  for (const z of [-3.5, 4.5]) {
    const w = matrix[11] * z + matrix[15];
    assert.ok(Math.abs(matrix[10] * z + matrix[14]) < w);
  }
});

test("frames mix evenly", () => {
  const other = { centre: [3, 0, 0.5], halfWidth: 8, halfHeight: 4 };
  assert.deepEqual(mixFrames(frame, other, 0.5), { centre: [2, -1, 0.5], halfWidth: 6, halfHeight: 3 });
});

test("only what lies behind the middle sinks into the film, the more the farther", () => {
  const depths = [0.8, 0.95, 1, 1.1, 1.2, 1.25, 1.5];
  const fog = depths.map(fogAt);
  assert.deepEqual([fog[0], fog[1]], [0, 0]);
  for (let k = 2; k < depths.length; k++) assert.ok(fog[k] >= fog[k - 1], String(fog));
  assert.ok(fog[3] > fog[2] && fog[4] > fog[3]);
  assert.equal(fogAt(1.5), FOG);
});
