import assert from "node:assert/strict";
import { test } from "node:test";

import { latest } from "../../static/js/latest.js";

/** Runs that end when told to, or when they are aborted. */
function recorder() {
  /** @type {{value: number, end: () => void, signal: AbortSignal}[]} */
  const runs = [];
  const run = (/** @type {number} */ value, /** @type {AbortSignal} */ signal) =>
    new Promise((/** @type {(nothing: void) => void} */ resolve) => {
      signal.addEventListener("abort", () => resolve());
      runs.push({ value, end: resolve, signal });
    });
  return { runs, run };
}

const soon = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

test("the last value wins and those between are never asked for", async () => {
  const { runs, run } = recorder();
  const ask = latest(run, 10_000);
  for (const value of [1, 2, 3, 4]) ask(value);
  assert.deepEqual(
    runs.map(({ value }) => value),
    [1],
  );
  runs[0].end();
  await soon();
  assert.deepEqual(
    runs.map(({ value }) => value),
    [1, 4],
  );
});

test("a quick request is not aborted by a newer value, so the map follows the hand", async () => {
  const { runs, run } = recorder();
  const ask = latest(run, 50);
  ask(1);
  ask(2);
  runs[0].end();
  await soon(80);
  assert.ok(!runs[0].signal.aborted);
  assert.ok(!runs[1].signal.aborted, "nothing newer waits");
});

test("a slow request is aborted when a newer value waits", async () => {
  const { runs, run } = recorder();
  const ask = latest(run, 20);
  ask(1);
  await soon(5);
  ask(2);
  assert.ok(!runs[0].signal.aborted);
  await soon(60);
  assert.ok(runs[0].signal.aborted);
  assert.deepEqual(
    runs.map(({ value }) => value),
    [1, 2],
  );
});

test("beyond its grace a request goes at once", async () => {
  const { runs, run } = recorder();
  const ask = latest(run, 10);
  ask(1);
  await soon(40);
  assert.ok(!runs[0].signal.aborted, "alone it may take as long as it likes");
  ask(2);
  await soon(10);
  assert.ok(runs[0].signal.aborted);
});
