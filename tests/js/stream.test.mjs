/** The event stream of a map that forms: cut into pieces anywhere, and the numbers of a frame. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { eventReader } from "../../static/js/events.js";
import { coordinatesOf } from "../../static/js/map/frames.js";

const STREAM =
  'event: frame\ndata: {"n_iter":20}\n\n: still there\n\nevent: frame\ndata: two\ndata: lines: of it\n\r\ndata\n\ndata: no name\n\nevent: result\ndata:{"a":"é"}\n\nevent: cut\ndata: off\n';
const TOLD = [
  ["frame", '{"n_iter":20}'],
  ["frame", "two\nlines: of it"],
  ["message", ""],
  ["message", "no name"],
  ["result", '{"a":"é"}'],
];

/** @param {readonly string[]} pieces */
function read(pieces) {
  /** @type {string[][]} */
  const heard = [];
  const take = eventReader((event, data) => heard.push([event, data]));
  pieces.forEach(take);
  return heard;
}

test("events are read the same wherever the stream is cut", () => {
  assert.deepEqual(read([STREAM]), TOLD);
  assert.deepEqual(read([...STREAM]), TOLD);
  for (let cut = 0; cut <= STREAM.length; cut++)
    assert.deepEqual(read([STREAM.slice(0, cut), "", STREAM.slice(cut)]), TOLD, String(cut));
});

test("an event that is not over is not told", () => {
  assert.deepEqual(read(["event: result\ndata: {}\n"]), []);
});

test("the coordinates of a frame are little-endian 32-bit floats, row by row", () => {
  // By hand: 1 is 0000803f, -2 is 000000c0, 0.5 is 0000003f, 3 is 00004040.
  const coordinates = Buffer.from("0000803f000000c00000003f00004040", "hex").toString("base64");
  assert.deepEqual(
    coordinatesOf({ shape: [2, 2], coordinates }).map((row) => [...row]),
    [
      [1, -2],
      [0.5, 3],
    ],
  );
  assert.deepEqual(coordinatesOf({ shape: [0, 2], coordinates: "" }), []);
  assert.throws(() => coordinatesOf({ shape: [2, 3], coordinates }), RangeError);
});
