/** Figures on paper: nothing that a file contains becomes markup, and the caption holds every parameter. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { captionOf, wrapped } from "../../static/js/export/caption.js";
import { escaped, figureSvg } from "../../static/js/export/svg.js";
import "./catalogue.mjs";

/** @import {Figure} from "../../static/js/export/types.js" */

const EVIL = `</text><script>alert("1")</script>&'\u0000`;
/** @type {Figure} */
const figure = {
  width: 400,
  height: 300,
  film: "#ffffff",
  ink: "#17202a",
  dots: [
    { x: 10, y: 20, radius: 5, path: "M0 0Z", colour: "#1f88c9", opacity: 1, hatched: false },
    { x: 30, y: 20, radius: 3, path: "M0 0Z", colour: "#1f88c9", opacity: 0.5, hatched: true },
  ],
  contours: [{ path: "M1 2L3 4", colour: "#1f88c9", opacity: 0.7 }],
  plates: [
    {
      x: 100,
      y: 100,
      side: 30,
      colour: "#b97700",
      frame: 2,
      edge: 1,
      opacity: 1,
      hatched: false,
      path: null,
      href: `data:image/jpeg;base64,AAAA"${EVIL}`,
    },
  ],
  legend: {
    title: EVIL,
    ramp: null,
    shaded: 0,
    entries: [{ name: EVIL, count: 1234, colour: "#1f88c9", shape: 0, kind: "value" }],
  },
  caption: [EVIL, "Second sentence."],
};

test("what comes from a file is text", () => {
  assert.equal(escaped(`<a b="c">&'\u0007`), "&#60;a b=&#34;c&#34;&#62;&#38;&#39;");
  const { svg } = figureSvg(figure);
  assert.doesNotMatch(svg, /<script|<\/text><s/);
  assert.ok(!svg.includes("\u0000"));
  assert.equal(svg.match(/<text /g)?.length, svg.match(/<\/text>/g)?.length);
});

test("a figure has its marks, its pictures, its legend and its caption", () => {
  const { svg, width, height } = figureSvg(figure);
  assert.match(svg, new RegExp(`width="${width}" height="${height}"`));
  assert.equal(svg.match(/fill="#1f88c9"/g)?.length, 3, "two dots and the legend's mark");
  assert.equal(svg.match(/url\(#hatch\)/g)?.length, 1);
  assert.equal(svg.match(/<image /g)?.length, 1);
  assert.match(svg, /<path d="M1 2L3 4" fill="none" stroke="#1f88c9"[^>]* stroke-opacity="0\.7"\/>/);
  assert.match(svg, />1,234</);
  assert.match(svg, /Second sentence\.<\/text>/);
  assert.doesNotMatch(svg, /(href|src)="(?!data:)|url\((?!#)|@import/, "no address of anything outside");
});

test("a picture carries the mark of its cluster where a colour stands for two", () => {
  const marked = figureSvg({ ...figure, plates: [{ ...figure.plates[0], path: "M1 1Z" }] }).svg;
  assert.match(
    marked,
    /<path d="M1 1Z" transform="translate\(91 91\) scale\(4\)" fill="#b97700"/,
    "inside its corner, in its colour",
  );
  assert.doesNotMatch(figureSvg(figure).svg, /M1 1Z/);
});

test("a ramp has its ends", () => {
  const ramp = { colours: ["#000000", "#ffffff"], low: "20", high: "80" };
  const { svg } = figureSvg({ ...figure, legend: { ...figure.legend, ramp } });
  assert.match(
    svg,
    /<linearGradient id="ramp"><stop offset="0" stop-color="#000000"\/><stop offset="1" stop-color="#ffffff"\/>/,
  );
  assert.match(svg, />20<.*>80</s);
});

test("the caption holds every parameter", () => {
  /** @type {any} */
  const cohort = {
    name: "mine",
    filters: ["view=PA"],
    notice: "drawn, not taken",
    version: "9.9",
    model: { name: "net", layer: "last" },
  };
  /** @type {any} */
  const params = {
    method: "tsne",
    n_components: 2,
    perplexity: 17,
    random_state: 42,
    init: "random",
    metric: "cosine",
    learning_rate: 200,
    early_exaggeration: 4,
    eps: 0.4,
    min_samples: 14,
    clustering: "dbscan",
    where: ["age>=40"],
    own: ["a"],
  };
  /** @type {any} */
  const map = { n_iter: 950 };
  /** @type {any} */
  const clusters = { labels: new Array(193), n_clusters: 3, n_noise: 54 };
  const text = captionOf(cohort, params, map, clusters, "country").join(" ");
  for (const said of [
    "mine: 193 images",
    "view=PA and age>=40",
    "Drawn, not taken.",
    "perplexity 17",
    "950 iterations",
    "start random",
    "seed 42",
    "cosine",
    "learning rate 200",
    "early exaggeration 4",
    "eps 0.40",
    "min_samples 14",
    "3 clusters",
    "54 of 193 images in no group",
    "1 cluster was drawn by hand",
    "Colour: country",
    "net / last",
    "negatoscope 9.9",
  ]) {
    assert.ok(text.includes(said), `${said}: ${text}`);
  }
  const pca = captionOf(cohort, { ...params, method: "pca" }, map, clusters, "cluster").join(" ");
  assert.match(pca, /PCA in 2 dimensions/);
  assert.doesNotMatch(pca, /perplexity|seed/);
});

test("lines are broken between words", () => {
  assert.deepEqual(wrapped(["one two", "three"], 8), ["one two", "three"]);
  assert.deepEqual(wrapped(["unbreakable so"], 5), ["unbreakable", "so"]);
});
