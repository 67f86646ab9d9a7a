import assert from "node:assert/strict";
import { test } from "node:test";

import { isoDate } from "../../static/js/colour/dates.js";
import { parseDate } from "../../static/js/images/dates.js";
import { encodeClusters, encodeColumn } from "../../static/js/colour/encode.js";
import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { scaleFor } from "../../static/js/colour/scale.js";
import { HATCHED, Shape } from "../../static/js/map/shapes.js";

/** @param {"number" | "category" | "text" | "date"} kind */
const column = (kind) => ({ name: "c", kind, n_missing: 0, n_unique: 0, derived: false });

test("categories: most frequent first, missing is apart", () => {
  const values = [..."aabbbcdefghh", null, ""];
  const { entries, entryOf, ramp } = scaleFor(column("category"), values, "dark");
  assert.equal(ramp, null);
  assert.deepEqual(
    entries.map(({ name, count, kind }) => [name, count, kind]),
    [
      ["b", 3, "value"],
      ["a", 2, "value"],
      ["h", 2, "value"],
      ["c", 1, "value"],
      ["d", 1, "value"],
      ["e", 1, "value"],
      ["f", 1, "value"],
      ["g", 1, "value"],
      ["missing", 2, "missing"],
    ],
  );
  assert.equal(entries[entryOf[0]].name, "a");
  assert.equal(entries[entryOf[9]].name, "g");
  assert.equal(entries[entryOf[12]].kind, "missing");
  assert.equal(entries[entryOf[13]].kind, "missing");
  assert.equal(
    entries.reduce((sum, { count }) => sum + count, 0),
    values.length,
  );
});

test("no two values have one mark: beyond seven colours the shape is another, beyond twenty-one they are others", () => {
  for (const theme of /** @type {const} */ (["dark", "light"])) {
    const values = Array.from({ length: 30 }, (_, i) => `value ${String(i).padStart(2, "0")}`);
    const { entries, entryOf } = scaleFor(column("category"), [...values, null], theme);
    const marks = entries.map(({ colour, shape }) => `${colour} ${shape}`);
    assert.equal(new Set(marks).size, entries.length);
    assert.deepEqual(
      entries.slice(-2).map(({ name, count }) => [name, count]),
      [
        ["9 others", 9],
        ["missing", 1],
      ],
    );
    assert.ok(marks.slice(0, 7).every((mark) => mark.endsWith(` ${Shape.circle}`)));
    assert.equal(entries[entryOf[7]].shape, Shape.square);
  }
});

test("colours do not depend on the order of the rows", () => {
  const one = scaleFor(column("category"), ["x", "y", "y", "z"], "dark");
  const other = scaleFor(column("category"), ["y", "z", "x", "y"], "dark");
  assert.deepEqual(one.entries, other.entries);
});

test("false is a value, not a missing one", () => {
  const { entries } = scaleFor(column("category"), [false, true, false, null], "light");
  assert.deepEqual(
    entries.map(({ name, count }) => [name, count]),
    [
      ["false", 2],
      ["true", 1],
      ["missing", 1],
    ],
  );
});

test("numbers lie on the ramp by value, missing ones do not", () => {
  const { ramp, entryOf, colourOf, entries } = scaleFor(column("number"), [10, 30, null, 20], "dark");
  assert.deepEqual([ramp?.low, ramp?.high], ["10", "30"]);
  assert.deepEqual([...entryOf], [-1, -1, 0, -1]);
  assert.deepEqual(colourOf(0), bytesOf(INKS.dark.ramp[0]));
  assert.deepEqual(colourOf(1), bytesOf(INKS.dark.ramp[8]));
  assert.deepEqual(colourOf(3), bytesOf(INKS.dark.ramp[4]));
  assert.equal(entries[0].count, 1);
});

test("a column without any number has no ramp", () => {
  assert.equal(scaleFor(column("number"), [null, null], "dark").ramp, null);
});

test("dates keep their precision: a bare year stands apart where others say more", () => {
  const mixed = scaleFor(column("date"), ["2020", "2020-01-22", "2020-03-03", null, "last spring"], "dark");
  assert.deepEqual(
    mixed.entries.map(({ name, count, kind }) => [name, count, kind]),
    [
      ["year only", 1, "other"],
      ["not read as a date", 1, "other"],
      ["missing", 1, "missing"],
    ],
  );
  assert.deepEqual([mixed.ramp?.low, mixed.ramp?.high], ["2020-01-22", "2020-03-03"]);
  const years = scaleFor(column("date"), ["2019", "2021"], "dark");
  assert.deepEqual([years.ramp?.low, years.ramp?.high], ["2019", "2021"]);
});

test("the server's dates are known, and what it left as given is none", () => {
  assert.equal(isoDate("2020-03-04T16:05:00Z")?.day, isoDate("2020-03-04")?.day);
  assert.deepEqual(
    ["2020", "2020-03", "2020-03-04", "January 12", "3/4/2020", "2020 or so", ""].map(
      (text) => isoDate(text)?.precision,
    ),
    ["year", "month", "day", undefined, undefined, undefined, undefined],
  );
});

test("dates are read as they are written", () => {
  const day = (/** @type {string} */ iso) => Date.parse(iso) / 86_400_000;
  const dateOf = (/** @type {string} */ text) => {
    const date = parseDate(text);
    return [date?.day, date?.precision];
  };
  assert.deepEqual(dateOf("January 22, 2020"), [day("2020-01-22"), "day"]);
  assert.deepEqual(dateOf("Mar 3, 2020"), [day("2020-03-03"), "day"]);
  assert.deepEqual(dateOf("3 March 2020"), [day("2020-03-03"), "day"]);
  assert.deepEqual(dateOf("2020-03"), [day("2020-03-01"), "month"]);
  assert.deepEqual(dateOf(" 2020 "), [day("2020-01-01"), "year"]);
  for (const text of ["", "soon", "2020-13-01", "32 March 2020", "Foo 3, 2020"])
    assert.equal(parseDate(text), null, text);
});

/** @param {number[]} labels @param {boolean[]} core */
const labelled = (labels, core) => ({ labels, core, own: [] });

test("core large and solid, border small and half transparent, noise small and grey", () => {
  const { style, legend } = encodeClusters(labelled([0, 0, -1, 1], [true, false, false, true]), "dark");
  assert.deepEqual([...style.sizes], [10, 6, 5, 10]);
  assert.deepEqual(
    [3, 7, 11, 15].map((i) => style.colours[i]),
    [255, 128, 255, 255],
  );
  assert.deepEqual([...style.colours.slice(8, 11)], bytesOf(INKS.dark.noise));
  assert.deepEqual([...style.order], [2, 1, 0, 3], "noise first, core last");
  assert.deepEqual([...style.roles], [2, 1, 0, 2]);
  assert.deepEqual(
    legend.entries.map(({ name, count }) => [name, count]),
    [
      ["Cluster 0", 2],
      ["Cluster 1", 1],
      ["In no group", 1],
    ],
  );
});

test("a cluster made by hand is told by its number and its name, where it has one", () => {
  const own = [
    { id: "a", label: 0, name: "lateral" },
    { id: "b", label: 1, name: null },
  ];
  const { legend } = encodeClusters({ labels: [0, 1, -1], core: [true, true, false], own }, "dark");
  assert.deepEqual(
    legend.entries.map(({ name }) => name),
    ["Cluster 0 · lateral", "Cluster 1", "In no group"],
  );
});

test("how firmly an image is in its cluster is how solid it is drawn, and noise stays noise", () => {
  const clusters = { ...labelled([0, 0, -1], [true, true, false]), probabilities: [1, 0, 0] };
  const { style } = encodeClusters(clusters, "dark");
  const [firm, faint, noise] = [3, 7, 11].map((i) => style.colours[i]);
  assert.deepEqual([firm, noise], [255, 255]);
  assert.ok(faint > 0 && faint < 128, String(faint));
});

test("a missing value looks different from noise", () => {
  const { style } = encodeColumn(column("category"), ["a", null, null], [-1, -1, 0], [false, false, true], "light");
  assert.deepEqual([...style.shapes], [Shape.circle, Shape.ring, Shape.ring]);
  assert.ok(style.sizes[1] > style.sizes[0]);
  assert.notDeepEqual([...style.colours.slice(4, 7)], bytesOf(INKS.light.noise));
});

test("nothing but noise, and nothing at all", () => {
  assert.deepEqual(
    encodeClusters(labelled([-1, -1], [false, false]), "dark").legend.entries.map(({ name }) => name),
    ["In no group"],
  );
  assert.equal(encodeClusters(labelled([], []), "dark").style.order.length, 0);
});

test("a share of every image is coloured on a scale from 0 to 1, whatever its values", () => {
  const narrow = { name: "share", kind: /** @type {const} */ ("number"), range: /** @type {const} */ ([0, 1]) };
  const { legend, style } = encodeColumn(narrow, [0.5, 0.5, null], [0, 0, 0], [true, true, true], "dark");
  assert.deepEqual([legend.ramp?.low, legend.ramp?.high], ["0", "1"]);
  assert.deepEqual([...style.colours.slice(0, 3)], bytesOf(INKS.dark.ramp[4]), "the middle of the ramp");
  assert.equal(style.shapes[2], Shape.ring, "what is not known is a ring");
});

test("unstable images are hatched and counted, in every colouring", () => {
  const steady = [0.49, 0.5, 1];
  const clusters = encodeClusters(labelled([0, 0, -1], [true, false, false]), "dark", steady);
  assert.deepEqual([...clusters.style.shapes], [HATCHED + Shape.circle, Shape.circle, Shape.circle]);
  assert.equal(clusters.legend.shaded, 1);
  assert.equal(
    encodeColumn(column("category"), ["a", "b", null], [0, 0, -1], [true, false, false], "dark", steady).style
      .shapes[0],
    HATCHED + Shape.circle,
  );
  assert.equal(encodeClusters(labelled([0, 0, -1], [true, false, false]), "dark").legend.shaded, 0);
});
