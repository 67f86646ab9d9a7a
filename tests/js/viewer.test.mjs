import assert from "node:assert/strict";
import { test } from "node:test";

import { captionOf, filmsOf, isSameView } from "../../static/js/viewer/films.js";
import { develop, greyAt, isPlain, lookUp, lookupTable, windowOf } from "../../static/js/viewer/greys.js";
import { commandOf } from "../../static/js/viewer/keys.js";
import { samplesOf } from "../../static/js/viewer/numpy.js";
import { lengthText } from "../../static/js/viewer/overlay.js";
import { following, positionIn, sequenceOf } from "../../static/js/viewer/sequence.js";
import {
  FIRST_SIGHT,
  LOOKS,
  panned,
  pixelAt,
  placed,
  roomFor,
  windowIn,
  windowed,
  zoomed,
} from "../../static/js/viewer/sight.js";
import { BARE, inOrder, laidOut, putBeside, refilled, withCurrent } from "../../static/js/viewer/table.js";

const PICTURE = { width: 2000, height: 1000 };
const PANE = { width: 800, height: 600 };
const ROOM = roomFor(PICTURE, PANE);

/** The place of the picture that lies at a place of the pane. @param {import("../../static/js/viewer/types.js").Sight} sight @param {number} x @param {number} y */
function underneath(sight, x, y) {
  const { left, top, scale } = placed(sight, PICTURE, PANE);
  return [(x - left) / scale, (y - top) / scale];
}

test("width 256 at level 128 changes no grey, and inverted it is the negative", () => {
  const plain = lookupTable(FIRST_SIGHT);
  assert.deepEqual([...plain], [...Array(256).keys()]);
  assert.ok(isPlain(FIRST_SIGHT));
  for (const [width, level] of [
    [256, 128],
    [90, 60],
    [400, 200],
  ]) {
    const [one, other] = [false, true].map((inverted) => lookupTable({ width, level, inverted }));
    assert.deepEqual(
      [...other],
      [...one].map((grey) => 255 - grey),
    );
  }
});

test("greys outside the window are black and white, as DICOM has it", () => {
  const table = lookupTable({ width: 101, level: 100.5, inverted: false });
  assert.deepEqual([table[0], table[50], table[100], table[150], table[255]], [0, 0, 128, 255, 255]);
  const step = lookupTable({ width: 2, level: 128, inverted: false });
  assert.deepEqual([step[126], step[127], step[128], step[129]], [0, 0, 255, 255]);
  for (let grey = 1; grey < 256; grey++) assert.ok(table[grey] >= table[grey - 1]);
});

test("a higher level is darker, a narrower window has more contrast, and neither leaves its range", () => {
  const grey = (/** @type {number} */ width, /** @type {number} */ level, at = 140) =>
    lookupTable(windowed(FIRST_SIGHT, width, level))[at];
  assert.ok(grey(256, 160) < grey(256, 128));
  assert.ok(grey(100, 128) > grey(256, 128));
  assert.deepEqual([windowed(FIRST_SIGHT, -5, -5).width, windowed(FIRST_SIGHT, -5, -5).level], [2, 0]);
  assert.deepEqual([windowed(FIRST_SIGHT, 900, 900).width, windowed(FIRST_SIGHT, 900, 900).level], [512, 255]);
});

test("every channel is looked up, and opacity is left alone", () => {
  const rgba = Uint8ClampedArray.from([0, 10, 255, 200, 7, 7, 7, 9]);
  lookUp(rgba, lookupTable({ ...FIRST_SIGHT, inverted: true }));
  assert.deepEqual([...rgba], [255, 245, 0, 200, 248, 248, 248, 9]);
});

test("at first the whole picture is seen, as large as it can be, in the middle", () => {
  assert.deepEqual(placed(FIRST_SIGHT, PICTURE, PANE), { left: 0, top: 100, scale: 0.4 });
  assert.deepEqual(placed(FIRST_SIGHT, { width: 100, height: 200 }, PANE), { left: 250, top: 0, scale: 3 });
});

test("what lies under the cursor stays there while it grows and shrinks", () => {
  const at = { x: 600, y: 350 };
  const share = [at.x / PANE.width - 0.5, at.y / PANE.height - 0.5];
  let sight = zoomed(FIRST_SIGHT, ROOM, 0, 0, 4);
  const before = underneath(sight, at.x, at.y);
  for (const factor of [1.3, 1.3, 0.9]) {
    sight = zoomed(sight, ROOM, share[0], share[1], factor);
    const now = underneath(sight, at.x, at.y);
    // A pixel of the screen, for the place is rounded to whole ones.
    for (const i of [0, 1]) assert.ok(Math.abs(now[i] - before[i]) <= 1 / (ROOM.fit * sight.zoom), `${now} ${before}`);
  }
});

test("panned by a share of the pane it moves by as much of the screen, and leaves no gap", () => {
  const near = zoomed(FIRST_SIGHT, ROOM, 0, 0, 4);
  const moved = panned(near, ROOM, 0.125, -0.1);
  assert.equal(placed(moved, PICTURE, PANE).left - placed(near, PICTURE, PANE).left, 100);
  assert.equal(placed(moved, PICTURE, PANE).top - placed(near, PICTURE, PANE).top, -60);
  const corner = placed(panned(near, ROOM, 9, 9), PICTURE, PANE);
  assert.deepEqual([corner.left, corner.top], [0, 0]);
  assert.deepEqual(placed(panned(FIRST_SIGHT, ROOM, 0.3, 0.3), PICTURE, PANE), placed(FIRST_SIGHT, PICTURE, PANE));
});

test("1:1 is one pixel for one on whole pixels, even where it is less than fitted", () => {
  for (const picture of [PICTURE, { width: 101, height: 77 }]) {
    const { scale, left, top } = placed(LOOKS.actual(FIRST_SIGHT, roomFor(picture, PANE)), picture, PANE);
    assert.ok(Math.abs(scale - 1) < 1e-12);
    assert.ok(Number.isInteger(left) && Number.isInteger(top));
  }
});

test("the zoom has an end on both sides", () => {
  assert.equal(zoomed(FIRST_SIGHT, ROOM, 0, 0, 1e-9).zoom, 1);
  assert.ok(Math.abs(zoomed(FIRST_SIGHT, ROOM, 0, 0, 1e9).zoom * ROOM.fit - 16) < 1e-9);
});

test("in a linked pane of another shape the same sight leaves no gap either", () => {
  const sight = panned(zoomed(FIRST_SIGHT, ROOM, 0, 0, 3), ROOM, 9, 9);
  const { left, top, scale } = placed(sight, { width: 1000, height: 2000 }, PANE);
  assert.ok(left <= 0 || left + 1000 * scale <= PANE.width);
  assert.ok(top <= 0 && top + 2000 * scale >= PANE.height);
});

test("two and four panes keep what they have, fill up with what is at hand, and never twice", () => {
  const one = withCurrent(BARE, "a");
  const two = laidOut(one, 2, ["a", "b", "c"]);
  assert.deepEqual([two.ids.slice(0, 2), two.layout], [["a", "b"], 2]);
  const four = laidOut(two, 4, ["b", "c", "d", "e"]);
  assert.deepEqual(four.ids, ["a", "b", "c", "d"]);
  assert.deepEqual(laidOut(two, 4, ["c"]).ids, ["a", "b", "c", null]);
});

test("with fewer panes the current X-ray stays in sight", () => {
  const four = { ...laidOut(withCurrent(BARE, "a"), 4, ["b", "c", "d"]), current: 3 };
  const one = laidOut(four, 1, []);
  assert.deepEqual([one.ids[0], one.current, one.layout], ["d", 0, 1]);
});

test("beside goes into an empty pane, else into the next; filling leaves the current one alone", () => {
  const one = withCurrent(BARE, "a");
  assert.deepEqual(putBeside(one, "x").ids.slice(0, 2), ["a", "x"]);
  assert.equal(putBeside(one, "x").layout, 2);
  const full = { ...laidOut(one, 4, ["b", "c", "d"]), current: 3 };
  assert.deepEqual(putBeside(full, "x").ids, ["x", "b", "c", "d"]);
  assert.deepEqual(putBeside(laidOut(one, 4, ["b"]), "x").ids, ["a", "b", "x", null]);
  assert.deepEqual(refilled(full, ["d", "p", "q", "r"]).ids, ["p", "q", "r", "d"]);
  assert.deepEqual(refilled(one, ["p"]).ids.slice(0, 2), ["a", "p"]);
});

test("the arrow keys go through the selection when the image is in it, else through its cluster", () => {
  const clusters = /** @type {any} */ ({ labels: [0, 1, 0, -1, 0] });
  const alone = { selection: [1, 3], clusters };
  const cluster = sequenceOf(alone, 2);
  assert.deepEqual(cluster, { members: [0, 2, 4], name: "cluster 0" });
  assert.equal(positionIn(cluster, 2), "2 of 3 in cluster 0");
  assert.deepEqual(following(cluster, 4, 2), [0, 2]);
  assert.deepEqual(following(cluster, 0, 1, -1), [4]);
  assert.deepEqual(following(cluster, 0, 12), [2, 4]);
  assert.equal(positionIn(sequenceOf(alone, 3), 3), "2 of 2 in the selection");
  assert.equal(sequenceOf({ selection: [3], clusters }, 3).name, "no group");
  assert.deepEqual(following(sequenceOf({ selection: [], clusters }, 3), 3, 2), []);
  assert.equal(positionIn(sequenceOf({ selection: [], clusters: null }, 0), 0), "");
});

test("keys mean what they say, with Shift for arrows alone, and nothing with Ctrl", () => {
  const key = (/** @type {string} */ key, more = {}) =>
    commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
  assert.equal(key("ArrowRight"), "next");
  assert.equal(key("ArrowRight", { shiftKey: true }), "right");
  assert.equal(key("+", { shiftKey: true }), "nearer");
  assert.equal(key("{", { shiftKey: true }), "lower");
  assert.equal(key("r", { ctrlKey: true }), undefined);
  assert.equal(key("x"), undefined);
});

test("in a picture of 12 bits the window goes over 4096 greys, down to two of them", () => {
  const room = roomFor({ ...PICTURE, greys: 4096 }, PANE);
  assert.deepEqual(windowOf(FIRST_SIGHT, 4096), { width: 4096, level: 2048 });
  const whole = lookupTable(FIRST_SIGHT, 4096);
  assert.equal(whole.length, 4096);
  // As the server makes 8 bits of it.
  for (const grey of [0, 7, 8, 2000, 2006, 4095]) assert.equal(whole[grey], Math.round((grey * 255) / 4095));
  const narrow = windowed(FIRST_SIGHT, 0, (2003 * 256) / 4096, room.greys);
  assert.deepEqual(windowOf(narrow, 4096), { width: 2, level: 2003 });
  const table = lookupTable(narrow, 4096);
  assert.deepEqual([table[2000], table[2006]], [0, 255]);
  // Linked to 8 bits it is as narrow as can be there.
  assert.equal(windowOf(narrow, 256).width, 2);
  assert.equal(windowed(FIRST_SIGHT, 900, 900, 4096).level, 256 - 1 / 16);
});

test("keys move a narrow window of a deep picture less far, and one of 8 bits as before", () => {
  const deep = roomFor({ ...PICTURE, greys: 65536 }, PANE);
  const narrow = windowed(FIRST_SIGHT, 4, 100, deep.greys);
  assert.equal(LOOKS.higher(narrow, deep).level, 100.5);
  assert.equal(LOOKS.higher(narrow, ROOM).level, 108);
  assert.equal(LOOKS.narrower(FIRST_SIGHT, deep).width, 248);
  assert.equal(LOOKS.narrower(FIRST_SIGHT, ROOM).width, 248);
});

test("samples are read from NumPy's format and become opaque pixels", () => {
  const array = (/** @type {string} */ shape, /** @type {number[]} */ values) => {
    const header = `{'descr': '<u2', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + "\n";
    const bytes = new Uint8Array(128 + 2 * values.length);
    bytes.set(new TextEncoder().encode(`\x93NUMPY`.slice(1)), 1);
    bytes.set([1, 0, 118, 0], 6);
    bytes.set(new TextEncoder().encode(header), 10);
    bytes.set(new Uint8Array(Uint16Array.from(values).buffer), 128);
    return samplesOf(bytes.buffer);
  };
  const grey = array("1, 2", [5, 4095]);
  assert.deepEqual([grey.width, grey.height, grey.channels, [...grey.samples]], [2, 1, 1, [5, 4095]]);
  const table = lookupTable(FIRST_SIGHT, 4096);
  const rgba = new Uint8ClampedArray(8);
  develop(grey.samples, grey.channels, table, rgba);
  assert.deepEqual([...rgba], [0, 0, 0, 255, 255, 255, 255, 255]);
  const colours = array("1, 1, 3", [0, 2048, 4095]);
  develop(colours.samples, colours.channels, table, rgba);
  assert.deepEqual([...rgba.slice(0, 4)], [0, 128, 255, 255]);
  assert.throws(() => samplesOf(new ArrayBuffer(200)));
});

test("a share of a film lies below a grey, black shutters and white letters left out", () => {
  const counts = new Uint32Array(256);
  [counts[0], counts[255]] = [5000, 900];
  for (let grey = 101; grey <= 200; grey++) counts[grey] = 10;
  assert.equal(greyAt(counts, 0.01), 101);
  assert.equal(greyAt(counts, 0.5), 150);
  assert.equal(greyAt(counts, 0.99), 199);
  assert.equal(greyAt(new Uint32Array(256), 0.5), 127.5, "nothing between black and white");
});

test("a window by shares of the film goes from one grey to the other, in its own greys", () => {
  for (const greys of [256, 4096]) {
    const room = { ...ROOM, greys, greyAt: (/** @type {number} */ share) => share * greys };
    const bright = LOOKS.bright(FIRST_SIGHT, room);
    const { width, level } = windowOf(bright, greys);
    assert.ok(Math.abs(level - width / 2 - 0.5 * greys) <= 1, `${level} ${width}`);
    assert.ok(Math.abs(level + width / 2 - 0.99 * greys) <= 1);
    const table = lookupTable(bright, greys);
    assert.deepEqual([table[greys / 2 - 2], table[greys - 1]], [0, 255]);
    assert.deepEqual(LOOKS.whole(bright, room), FIRST_SIGHT);
  }
  assert.deepEqual(LOOKS.dark(FIRST_SIGHT, ROOM), FIRST_SIGHT, "of no film nothing is known");
});

test("a place of the pane is a pixel of the picture, and a length is in these", () => {
  const sight = panned(zoomed(FIRST_SIGHT, ROOM, 0, 0, 3), ROOM, 0.2, 0.1);
  const at = pixelAt(sight, PICTURE, PANE, { x: 0.1, y: -0.2 });
  const [x, y] = underneath(sight, 0.6 * PANE.width, 0.3 * PANE.height);
  assert.ok(Math.abs(at.x - x) < 1e-9 && Math.abs(at.y - y) < 1e-9);
  assert.equal(
    lengthText([
      { x: 10, y: 10 },
      { x: 1210, y: 510 },
    ]),
    "1,300 px",
  );
});

test("a length is in millimetres where the file says how far pixels are apart, and says where these are", () => {
  /** @type {[{x: number, y: number}, {x: number, y: number}]} */
  const line = [
    { x: 10, y: 10 },
    { x: 310, y: 410 },
  ];
  const length = (/** @type {any} */ spacing) => lengthText(line, spacing);
  // 300 columns of 0.2 mm and 400 rows of 0.2 mm: 60, 80, 100.
  const even = { rows_mm: 0.2, columns_mm: 0.2 };
  assert.equal(length({ ...even, attribute: "PixelSpacing" }), "500 px · 100.0 mm (PixelSpacing)");
  // Columns are as far apart as the second number says: 300 of 0.4 mm and 400 of 0.125: 120, 50, 130.
  assert.equal(
    length({ rows_mm: 0.125, columns_mm: 0.4, attribute: "ImagerPixelSpacing" }),
    "500 px · 130.0 mm at the detector (ImagerPixelSpacing)",
  );
  assert.equal(length(null), "500 px");
});

test("a film is shown at first in the window that its file asks for", () => {
  const window = windowIn({ dark: 600, bright: 2999 }, 4096);
  const room = roomFor({ ...PICTURE, greys: 4096, window }, PANE);
  const sight = LOOKS.whole(FIRST_SIGHT, room);
  const table = lookupTable(sight, 4096);
  assert.deepEqual(
    [600, 601, 2998, 2999].map((grey) => table[grey]),
    [0, 0, 255, 255],
  );
  assert.deepEqual([table[1800], table[1799]], [128, 127], "half of the way is half as bright");
  assert.ok(table[660] > 0 && table[2990] < 255);
  assert.deepEqual(LOOKS.reset(LOOKS.farther(sight, room), room), sight);
  assert.deepEqual(LOOKS.whole(sight, ROOM), FIRST_SIGHT, "and one without by its whole range");
});

const FILM = (/** @type {string | null} */ group, /** @type {Record<string, any>} */ values) =>
  /** @type {any} */ ({
    id: JSON.stringify(values),
    group,
    values: { date: null, offset: null, view: null, ...values },
  });
const FILMS = (/** @type {any[]} */ records) =>
  /** @type {any} */ ({
    group_column: "patientid",
    columns: [
      { name: "date", kind: "date" },
      { name: "offset", kind: "number" },
    ],
    records,
  });

test("the films of a patient come in order of days, by date or by the day that is counted", () => {
  const dated = FILMS([
    FILM("a", { date: "2020-03-02" }),
    FILM("b", { date: "2019-01-01" }),
    FILM("a", { date: "2020-02-28", offset: 9 }),
    FILM("a", { date: "2020-03-01T10:00" }),
  ]);
  assert.deepEqual(filmsOf(dated, 0), [2, 3, 0]);
  const counted = FILMS([
    FILM("a", { date: "2020", offset: 5 }),
    FILM("a", { date: "2020", offset: -1 }),
    FILM("a", { date: "2020-01-01", offset: 0 }),
  ]);
  assert.deepEqual(filmsOf(counted, 2), [1, 2, 0]);
  assert.deepEqual(filmsOf(FILMS([FILM("a", { offset: 3 }), FILM("a", {})]), 1), [0, 1], "as they come");
  assert.deepEqual(filmsOf(FILMS([FILM(null, {}), FILM(null, {})]), 1), [1], "of nobody else");
});

test("a caption says whose film it is, of which day and from where", () => {
  const cohort = FILMS([
    FILM("4", { date: "2020-03-02T08:00", offset: 3, view: "PA" }),
    FILM(null, {}),
    FILM("5", { view: "L" }),
  ]);
  const [told, bare, side] = cohort.records;
  assert.equal(captionOf(cohort, told), "patient 4 · 2020-03-02 · day 3 · PA");
  assert.equal(captionOf(cohort, bare), "");
  assert.deepEqual([isSameView(told, side), isSameView(told, bare), isSameView(told, told)], [false, true, true]);
});

test("films in order lie side by side with the current one among them", () => {
  const lie = (/** @type {string[]} */ ids, /** @type {string} */ id) => {
    const { layout, current, ids: shown } = inOrder(BARE, ids, id);
    return [layout, current, shown.filter((one) => one !== null).join("")];
  };
  assert.deepEqual(lie(["a"], "a"), [1, 0, "a"]);
  assert.deepEqual(lie(["a", "b"], "b"), [2, 1, "ab"]);
  assert.deepEqual(lie(["a", "b", "c"], "c"), [4, 2, "abc"]);
  assert.deepEqual(lie([..."abcdefg"], "a"), [4, 0, "abcd"]);
  assert.deepEqual(lie([..."abcdefg"], "d"), [4, 1, "cdef"]);
  assert.deepEqual(lie([..."abcdefg"], "g"), [4, 3, "defg"]);
});
