import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { createJob, describe } from "../../static/js/jobs.js";
import "./catalogue.mjs";

const job = (/** @type {Record<string, unknown>} */ patch) =>
  /** @type {any} */ ({
    id: "1",
    state: "running",
    done: 12,
    total: 100,
    eta_ms: 40_000,
    result: null,
    error: null,
    ...patch,
  });

test("a job says how far it is, in its own unit", () => {
  assert.equal(describe(job({}), "cohort"), "12 of 100 cohorts · 40 s left");
  assert.equal(describe(job({ eta_ms: null }), "cohort"), "12 of 100 cohorts");
  assert.equal(describe(job({ state: "queued" }), "cohort"), "Waiting for its turn …");
  assert.equal(describe(job({ state: "cancelled" }), "setting"), "Cancelled after 12 of 100 settings.");
  assert.equal(describe(job({ state: "failed", error: "too few patients" }), "run"), "Too few patients.");
  assert.match(describe(job({ state: "failed" }), "run"), /the terminal says why/);
});

const real = {
  fetch: globalThis.fetch,
  EventSource: /** @type {any} */ (globalThis).EventSource,
  addEventListener: /** @type {any} */ (globalThis).addEventListener,
};
afterEach(() => Object.assign(globalThis, real));

/** A server that starts jobs, and the stream that it would tell of them. */
function server(refusal = "") {
  /** @type {string[]} */
  const asked = [];
  /** @type {{onmessage: (event: {data: string}) => void}[]} */
  const streams = [];
  /** @type {() => void} */
  let leave = () => {};
  Object.assign(globalThis, {
    fetch: async (/** @type {string} */ path, /** @type {any} */ { method, body }) => {
      asked.push(`${method} ${path} ${body ?? ""}`.trim());
      return {
        ok: !refusal,
        status: refusal ? 422 : 202,
        json: async () => (refusal ? { error: { message: refusal } } : { id: "7" }),
      };
    },
    addEventListener: (/** @type {string} */ name, /** @type {() => void} */ listener) =>
      (leave = name === "pagehide" ? listener : leave),
    EventSource: class {
      onmessage = () => {};
      constructor() {
        streams.push(this);
      }
      close() {}
    },
  });
  return {
    asked,
    leave: () => leave(),
    tell: (/** @type {Record<string, unknown>} */ patch) => streams[0].onmessage({ data: JSON.stringify(job(patch)) }),
  };
}

test("the same button starts a job and cancels it, and it can be started again", async () => {
  const { asked, tell } = server();
  /** @type {string[]} */
  const states = [];
  const work = createJob({
    path: "/api/null",
    body: () => ({ n_surrogates: 99 }),
    show: ({ state }) => states.push(state),
  });
  const starting = work.toggle();
  await work.toggle();
  await starting;
  assert.deepEqual(
    asked,
    ['POST /api/null {"n_surrogates":99}'],
    "a second click before the server has named the job does nothing",
  );
  tell({});
  assert.ok(work.running());
  await work.toggle();
  assert.equal(asked[1], "DELETE /api/jobs/7");
  tell({ state: "cancelled" });
  assert.ok(!work.running());
  assert.deepEqual(states, ["queued", "running", "cancelled"]);
});

test("a start that the server refuses is a job that failed, with the server's sentence", async () => {
  server("B must be at least 19");
  /** @type {any[]} */
  const shown = [];
  const work = createJob({ path: "/api/null", body: () => ({}), show: (now) => shown.push(now) });
  await work.toggle();
  assert.deepEqual(
    shown.map(({ state, error }) => [state, error]),
    [
      ["queued", null],
      ["failed", "B must be at least 19."],
    ],
  );
  assert.ok(!work.running());
});

test("a page that is left takes its work back, and asks for nothing when there is none", async () => {
  const { asked, leave, tell } = server();
  const work = createJob({ path: "/api/null", body: () => ({}), show: () => {} });
  leave();
  await work.toggle();
  leave();
  tell({ state: "cancelled" });
  leave();
  assert.deepEqual(asked, ["POST /api/null {}", "DELETE /api/jobs/7"]);
});
