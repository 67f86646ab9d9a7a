import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { unbroken } from "../../static/js/format.js";
import { binsOf } from "../../static/js/evidence/bins.js";
import { followFindings } from "../../static/js/evidence/follow.js";
import {
  associationPath,
  enrichmentPath,
  planeTestPath,
  qualityPath,
  stabilityKey,
} from "../../static/js/evidence/paths.js";
import { computeShares } from "../../static/js/evidence/shares.js";
import { effectOf, rankingOf, splitFirst, tipOf } from "../../static/js/evidence/ranking.js";
import { createStore } from "../../static/js/store.js";
import "./catalogue.mjs";

const column = (/** @type {string} */ name, /** @type {number} */ explained, q = 0.5, testable = true) => ({
  name,
  kind: "category",
  derived: false,
  testable,
  reason: testable ? null : "too few patients",
  cramers_v: 0.61,
  ami: 0.3,
  statistic: 0.25,
  explained,
  effect: Math.sqrt(explained),
  p_value: q / 2,
  q_value: q,
  evident: q <= 0.05,
  planned: name === "country",
  n_images: 139,
  n_groups: 79,
  n_missing: 54,
  n_movable: 79,
  detectable_effect: 0.42,
  moves: "values over patients",
  sentence: `${name}.`,
});
const association = (/** @type {any[]} */ columns, /** @type {string[]} */ warnings = []) => ({
  column: "country",
  planned: "country",
  verdict: "",
  warnings,
  within: null,
  noise: "out",
  n_permutations: 9999,
  n_settings_viewed: 1,
  columns,
});
const names = (/** @type {{name: string}[]} */ columns) => columns.map(({ name }) => name);

test("six rows stand first, the column of interest always among them", () => {
  const many = ["a", "b", "c", "d", "e", "f", "g"].map((name, i) => column(name, 0.9 - 0.1 * i));
  const { first, rest, untestable } = rankingOf(
    association([...many, column("country", 0.01), column("url", 0, 0, false)]),
  );
  assert.deepEqual(names(first), ["a", "b", "c", "d", "e", "country"]);
  assert.deepEqual(names(rest), ["f", "g"]);
  assert.deepEqual(names(untestable), ["url"]);
  assert.deepEqual(names(rankingOf(association([column("country", 0.95), ...many])).first), [
    "country",
    "a",
    "b",
    "c",
    "d",
    "e",
  ]);
  assert.deepEqual(names(rankingOf(association(many)).first), ["a", "b", "c", "d", "e", "f"]);
});

test("numbers and categories have their effect on one scale", () => {
  assert.equal(effectOf(column("view", 0.36)), ".60");
  assert.equal(effectOf({ ...column("age", 0.25), cramers_v: null }), ".50");
});

test("a row's tip carries the server's sentence, and the effect that could have been seen where that does not say it", () => {
  assert.match(
    tipOf(column("view", 0.6, 0.03)),
    /^view\.\nAn effect of \.42 would have been found in 80% of such cohorts\.$/,
  );
  assert.equal(tipOf(column("view", 0.6, 0.2)), "view.");
});

test("the first sentence of a question is the question, and a p stays in one piece", () => {
  assert.deepEqual(splitFirst("Is it luck? It may be (p = 0.2)."), ["Is it luck?", "It may be (p = 0.2)."]);
  assert.deepEqual(splitFirst("Nothing can be said."), ["Nothing can be said.", ""]);
  assert.equal(unbroken("x = 1 (p = 0.21)"), "x\u00a0=\u00a01 (p\u00a0=\u00a00.21)");
});

test("surrogates as good as the observed value lie on its better side, equal ones too", () => {
  for (const lower of [true, false]) {
    const best = lower ? [48, 40, 90, 48, 100, null] : [-48, -40, -90, -48, -100, null];
    const observed = lower ? 48 : -48;
    const { bars, low, high, edge } = binsOf(best, observed, lower);
    assert.equal(
      bars.reduce((sum, bar) => sum + bar.count, 0),
      5,
      "what was never admissible is in no bar",
    );
    assert.equal(
      bars.filter((bar) => bar.asGood).reduce((sum, bar) => sum + bar.count, 0),
      3,
    );
    assert.ok(bars.every((bar, i) => bar.asGood === (lower ? i < edge : i >= edge)));
    const width = (high - low) / bars.length;
    assert.ok(Math.abs(low + edge * width - observed) < 1e-9, "the mark stands where the observed value is");
    assert.ok(bars.length <= 20);
  }
});

test("an observed value beyond every surrogate has an empty side of its own", () => {
  const { bars, edge } = binsOf([1, 2, 3], 10, false);
  assert.equal(bars.filter((bar) => bar.asGood && bar.count > 0).length, 0);
  assert.ok(edge > 0 && edge < bars.length + 1);
  assert.equal(binsOf([], 5, true).bars.length, 2);
  assert.equal(binsOf([5, 5], 5, true).bars.find((bar) => bar.asGood)?.count, 2, "no spread at all");
});

const PARAMS = /** @type {any} */ ({
  method: "pca",
  n_components: 2,
  clustering: "dbscan",
  eps: 0.4,
  min_samples: 14,
  where: [],
  own: [],
});
const CHOICE = /** @type {const} */ ({ breakdown: "country", noise: "out", within: null });

test("each answer is asked with exactly what it depends on", () => {
  assert.equal(
    associationPath(PARAMS, CHOICE),
    "/api/association?method=pca&n_components=2&clustering=dbscan&eps=0.4&min_samples=14&breakdown=country&noise=out",
  );
  assert.equal(
    associationPath(PARAMS, { ...CHOICE, within: "view" }),
    `${associationPath(PARAMS, CHOICE)}&within=view`,
  );
  assert.equal(
    enrichmentPath(PARAMS, { ...CHOICE, within: "view" }),
    associationPath(PARAMS, CHOICE).replace("association", "enrichment"),
  );
  assert.equal(
    planeTestPath(PARAMS, CHOICE),
    "/api/association/plane?method=pca&n_components=2&clustering=dbscan&breakdown=country&noise=out",
  );
  assert.equal(qualityPath(PARAMS), "/api/quality?method=pca&n_components=2");
});

test("stability and fidelity of another map are not those of this one", () => {
  const stability = { of: stabilityKey(PARAMS), value: { n_unstable: 1, per_image: [0.5] } };
  const quality = { of: qualityPath(PARAMS), value: { knn_overlap_per_image: [0.25] } };
  const colour = "image: neighbour overlap";
  const store = /** @type {any} */ (createStore({ colour, stability, quality, shown: PARAMS }));
  computeShares({ store });
  assert.deepEqual([store.get().steadiness.n_unstable, store.get().shares], [1, [0.25]]);
  store.set({ shown: { ...PARAMS, eps: 0.5 } });
  assert.deepEqual([store.get().steadiness, store.get().shares], [null, [0.25]]);
  store.set({ shown: { ...PARAMS, n_components: 3 } });
  assert.deepEqual([store.get().steadiness, store.get().shares], [null, undefined]);
  store.set({ shown: PARAMS, colour: "image: stability" });
  assert.deepEqual(store.get().shares, [0.5]);
  store.set({ stability: null });
  assert.deepEqual([store.get().steadiness, store.get().shares], [null, undefined]);
  store.set({ colour: "country", stability });
  assert.equal(store.get().shares, undefined, "they colour nothing");
});

const realFetch = globalThis.fetch;
afterEach(() => {
  mock.timers.reset();
  globalThis.fetch = realFetch;
});

/** A page at rest, and what it asks. */
function page() {
  mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {{path: string, signal: AbortSignal, answer: (value: unknown) => void}[]} */
  const asked = [];
  globalThis.fetch = /** @type {any} */ (
    (/** @type {string} */ path, /** @type {{signal: AbortSignal}} */ { signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new DOMException("taken back", "AbortError")));
        const body = new ReadableStream({
          start(stream) {
            const tell = (/** @type {string} */ part, /** @type {unknown} */ value) =>
              stream.enqueue(new TextEncoder().encode(`event: ${part}\ndata: ${JSON.stringify(value)}\n\n`));
            asked.push({ path, signal, tell, end: () => stream.close() });
          },
        });
        resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
      })
  );
  const unasked = { of: "", value: null, error: null, cohort: null };
  const store = /** @type {any} */ (
    createStore({
      params: PARAMS,
      shown: null,
      ...CHOICE,
      cohort: { state: "ready", n_images: 3, columns: [{}] },
      associationAnswer: unasked,
      enrichmentAnswer: unasked,
      qualityAnswer: unasked,
    })
  );
  followFindings({ store });
  /** What was asked for, and of which parts. */
  const paths = () =>
    asked.splice(0).map(({ path }) => {
      const { pathname, searchParams } = new URL(path, "http://localhost");
      return `${pathname} ${searchParams.get("parts")}`;
    });
  return { store, asked, paths };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("nothing is asked before the map is there and the sliders rest", async () => {
  const { store, asked, paths } = page();
  store.set({ cohort: { state: "ready", n_images: 3, columns: [{}] } });
  mock.timers.tick(1000);
  assert.deepEqual(paths(), [], "no map yet");
  store.set({ shown: PARAMS });
  mock.timers.tick(299);
  assert.deepEqual(paths(), []);
  mock.timers.tick(1);
  assert.equal(asked.length, 1);
  asked[0].tell("quality", { knn_overlap: 0.4 });
  await settle();
  assert.deepEqual(store.get().quality, {
    of: qualityPath(PARAMS),
    value: { knn_overlap: 0.4 },
    error: null,
    stale: false,
  });
  asked[0].tell("failed", { part: "enrichment", error: { message: "ask another", code: "x" } });
  await settle();
  assert.deepEqual([store.get().enrichment.error, store.get().association.stale], ["Ask another.", true]);
  asked[0].end();
  await settle();
  assert.match(store.get().association.error ?? "", /broke off/, "what never came says so");
  mock.timers.tick(1000);
  assert.deepEqual(paths(), ["/api/findings association,enrichment,quality"], "and is not asked by itself");
});

test("a change takes the request back, and the last answer is stale until the next is there", async () => {
  const { store, asked, paths } = page();
  store.set({ shown: PARAMS });
  mock.timers.tick(300);
  for (const part of ["association", "enrichment", "quality"]) asked[0].tell(part, { n: 1 });
  await settle();
  assert.deepEqual(
    [store.get().association.stale, store.get().enrichment.stale, store.get().quality.stale],
    [false, false, false],
  );
  paths();

  const moved = { ...PARAMS, eps: 0.5 };
  store.set({ params: moved });
  assert.deepEqual(
    [store.get().association.stale, store.get().association.value],
    [true, { n: 1 }],
    "kept in its place, and marked",
  );
  assert.equal(store.get().quality.stale, false, "eps does not change the map");
  mock.timers.tick(1000);
  assert.equal(asked.length, 0, "the clusters of the new eps are not there yet");
  store.set({ shown: moved });
  mock.timers.tick(300);
  const [{ signal }] = asked;
  assert.deepEqual(paths(), ["/api/findings association,enrichment"]);
  store.set({ params: PARAMS, shown: PARAMS });
  assert.ok(signal.aborted);
  assert.deepEqual(
    [store.get().association.stale, store.get().association.value],
    [false, { n: 1 }],
    "back where it was: the answer holds again",
  );
});

test("a failure is a sentence, and is asked for again when the server was gone", async () => {
  const { store } = page();
  let asked = 0;
  globalThis.fetch = /** @type {any} */ (
    async () => (asked++, Response.json({ error: { message: "give another column", code: "x" } }, { status: 422 }))
  );
  store.set({ shown: PARAMS });
  mock.timers.tick(300);
  await settle();
  assert.deepEqual([store.get().association.error, store.get().association.value], ["Give another column.", null]);
  mock.timers.tick(5000);
  assert.equal(asked, 1, "not by itself");
  store.set({ cohort: { state: "ready", n_images: 3, columns: [{}] } });
  mock.timers.tick(1000);
  assert.equal(asked, 2);
});

test("without columns there is nothing to test; the map is measured all the same", () => {
  const { store, paths } = page();
  store.set({ shown: PARAMS, cohort: { state: "ready", n_images: 3, columns: [] } });
  mock.timers.tick(1000);
  assert.deepEqual(paths(), ["/api/findings quality"]);
});
