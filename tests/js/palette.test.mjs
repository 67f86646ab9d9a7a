import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { INKS, bytesOf, clusterMark, rampColour } from "../../static/js/colour/palette.js";
import { HATCHED, SHAPE_PATHS, Shape } from "../../static/js/map/shapes.js";

const THEMES = /** @type {const} */ (["dark", "light"]);
const CSS = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");

/** The tokens of one theme as the style sheet has them. @param {"dark" | "light"} theme @returns {Record<string, string>} */
function tokens(theme) {
  const block =
    theme === "dark" ? /:root \{(.*?)\n\}/s.exec(CSS) : /:root\[data-theme="light"\] \{(.*?)\n\}/s.exec(CSS);
  return Object.fromEntries(
    [...(block?.[1] ?? "").matchAll(/--([\w-]+): (#[0-9a-f]{6});/gi)].map((match) => [
      match[1],
      match[2].toLowerCase(),
    ]),
  );
}

/** WCAG's contrast ratio of two colours. @param {string} one @param {string} other */
function contrast(one, other) {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** @param {string} hex */
function luminance(hex) {
  const [r, g, b] = bytesOf(hex).map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("the contrast of black and white is 21", () => {
  assert.ok(Math.abs(contrast("#000000", "#ffffff") - 21) < 1e-9);
  assert.equal(contrast("#56B4E9", "#56B4E9"), 1);
});

test("every cluster colour stands 3 : 1 against the film, in both themes", () => {
  for (const theme of THEMES) {
    for (const colour of INKS[theme].cycle) {
      assert.ok(
        contrast(colour, INKS[theme].film) >= 3,
        `${theme} ${colour}: ${contrast(colour, INKS[theme].film).toFixed(2)}`,
      );
    }
  }
});

test("every text colour stands 4.5 : 1 against everything that it is set on, in both themes", () => {
  for (const theme of THEMES) {
    const named = tokens(theme);
    for (const ink of ["ink", "muted", "dim", "accent", "warning"]) {
      for (const ground of ["page", "panel", "raised", "film"]) {
        // These two are set on panels only.
        if (ground === "film" && (ink === "warning" || ink === "accent")) continue;
        const ratio = contrast(named[ink], named[ground]);
        assert.ok(ratio >= 4.5, `${theme} ${ink} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
    assert.ok(contrast(named["on-accent"], named.accent) >= 4.5);
  }
});

test("the canvas and the style sheet agree on what they share", () => {
  for (const theme of THEMES) {
    const named = tokens(theme);
    for (const key of /** @type {const} */ (["film", "ink", "noise"]))
      assert.equal(INKS[theme][key].toLowerCase(), named[key], `${theme} ${key}`);
  }
});

test("the dark cycle is Okabe and Ito's", () => {
  assert.deepEqual(INKS.dark.cycle, ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2", "#D55E00"]);
});

test("clusters beyond the seven colours keep a mark of their own", () => {
  const marks = Array.from({ length: 42 }, (_, label) => clusterMark(label, "dark"));
  assert.equal(new Set(marks.map(({ colour, shape }) => `${colour} ${shape}`)).size, 42);
  assert.equal(marks[0].shape, Shape.circle);
  assert.equal(marks[7].shape, Shape.square);
  assert.equal(marks[7].colour, marks[0].colour);
  assert.ok(
    marks.every(({ shape }) => shape !== Shape.ring),
    "a ring means missing",
  );
});

test("noise is grey and no cluster is", () => {
  for (const theme of THEMES) {
    const spread = (/** @type {string} */ hex) => Math.max(...bytesOf(hex)) - Math.min(...bytesOf(hex));
    assert.equal(clusterMark(-1, theme).colour, INKS[theme].noise);
    assert.ok(spread(INKS[theme].noise) < 30);
    assert.ok(INKS[theme].cycle.every((colour) => spread(colour) > 60));
  }
});

test("ramps grow lighter all the way, so that order can be seen without hue", () => {
  for (const theme of THEMES) {
    const { ramp, film } = INKS[theme];
    const light = ramp.map((colour) => contrast(colour, "#000000"));
    light.slice(1).forEach((value, i) => assert.ok(value > light[i], `${theme} step ${i}`));
    assert.ok(
      ramp.every((colour) => contrast(colour, film) >= 2),
      theme,
    );
    assert.deepEqual(rampColour(ramp, 0), bytesOf(ramp[0]));
    assert.deepEqual(rampColour(ramp, 1), bytesOf(ramp[ramp.length - 1]));
    assert.deepEqual(rampColour(ramp, 7), rampColour(ramp, 1));
  }
  assert.deepEqual(rampColour(["#000000", "#ff8000"], 0.5), [128, 64, 0]);
});

test("every shape has a path, and a number that leaves room for its hatched twin", () => {
  for (const shape of Object.values(Shape)) {
    assert.match(SHAPE_PATHS[shape], /^M.*Z$/);
    assert.ok(shape < HATCHED);
  }
});
