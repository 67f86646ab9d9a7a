/**
 * Prints how long the page takes until it can be used: from the first byte of the document until the sliders answer and
 * the map is drawn, with the cohort ready on the server and nothing in the browser's cache. Timings are printed and
 * never asserted. Run: NEGATOSCOPE_BIN=… node tests/browser/startup.mjs [how often]
 *
 * The browser is spoken to over its own pipe: a test driver that hears of every request slows a page of many files by
 * half, and so would measure itself.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { BROWSER, BROWSER_ARGS, startServer, waitUntilReady } from "./harness.mjs";

const times = Number(process.argv[2] ?? 15);
/** A page that takes longer than this is not measured but mended. */
const PAGE_MS = 3000;
/** An empty tab is open before anybody types an address. */
const TAB_MS = 500;

/** In the page, before anything of it runs: the moments are noted as they come. */
const WATCH = `
  localStorage.setItem("negatoscope.tour", "seen");
  const moments = (globalThis.moments = {});
  const note = (name, there) => there && (moments[name] ??= performance.now());
  new MutationObserver(() => {
    note("sliders answer", document.getElementById("controls")?.matches(":enabled"));
    note("map drawn", document.getElementById("map")?.dataset.drawnKey);
  }).observe(document, { subtree: true, attributeFilter: ["disabled", "data-drawn-key"] });
`;

const REPORT = `(() => {
  const { responseStart, domContentLoadedEventEnd } = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const found = { "first paint": paint, "document and modules": domContentLoadedEventEnd, ...moments };
  for (const name in found) found[name] -= responseStart;
  const files = performance.getEntriesByType("resource").filter(({ name, startTime }) => name.includes("/static/") && startTime < moments["map drawn"]);
  return { found, files: files.length, bytes: files.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0) };
})()`;

/** Chromium over its debugging pipe: messages of JSON that end with a zero byte. */
function startPipe() {
  const profile = mkdtempSync(join(tmpdir(), "negatoscope-startup-"));
  const child = spawn(
    BROWSER,
    [...BROWSER_ARGS, "--headless", "--remote-debugging-pipe", `--user-data-dir=${profile}`],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const [, , , to, from] =
    /** @type {[unknown, unknown, unknown, import("node:stream").Writable, import("node:stream").Readable]} */ (
      /** @type {unknown} */ (child.stdio)
    );
  /** @type {Map<number, (answer: any) => void>} */
  const waiting = new Map();
  let rest = "";
  from.setEncoding("utf8").on("data", (piece) => {
    const messages = (rest + piece).split("\0");
    rest = messages.pop() ?? "";
    for (const message of messages.map((text) => JSON.parse(text))) waiting.get(message.id)?.(message);
  });
  let last = 0;
  return {
    /** @param {string} method @param {object} params @param {string} [sessionId] @returns {Promise<any>} */
    ask: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ result, error }) =>
          error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
        );
        to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await gone;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** One visit of a newcomer: a context of its own has a cache of its own. @param {ReturnType<typeof startPipe>} browser @param {string} url */
async function visitOnce({ ask }, url) {
  const { browserContextId } = await ask("Target.createBrowserContext", {});
  const { targetId } = await ask("Target.createTarget", {
    url: "about:blank",
    browserContextId,
    width: 1440,
    height: 900,
  });
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  await ask("Page.enable", {}, sessionId);
  await ask("Page.addScriptToEvaluateOnNewDocument", { source: WATCH }, sessionId);
  await sleep(TAB_MS);
  await ask("Page.navigate", { url }, sessionId);
  await sleep(PAGE_MS);
  const { result } = await ask("Runtime.evaluate", { expression: REPORT, returnByValue: true }, sessionId);
  await ask("Target.disposeBrowserContext", { browserContextId });
  return result.value;
}

/** @param {number[]} values */
const median = (values) => Math.round(values.sort((a, b) => a - b)[values.length >> 1]);

const server = await startServer([]);
const browser = startPipe();
try {
  await waitUntilReady(server);
  // The first visit pays for the server's own map.
  await visitOnce(browser, server.url);
  /** @type {Record<string, number[]>} */
  const found = {};
  let size = "";
  for (let i = 0; i < times; i++) {
    const visited = await visitOnce(browser, server.url);
    for (const [name, value] of Object.entries(visited.found)) (found[name] ??= []).push(Number(value));
    size = `${visited.files} files of the page with ${Math.round(visited.bytes / 1000)} KB before the map is drawn`;
  }
  for (const [name, values] of Object.entries(found))
    console.log(`${name.padEnd(22)} ${median(values)} ms after the first byte (median of ${values.length})`);
  console.log(size);
} finally {
  await browser.stop();
  await server.stop();
}
