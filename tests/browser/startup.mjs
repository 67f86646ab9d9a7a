/**
 * Prints how long the page takes until it can be used: from the first byte of the document until the sliders answer and
 * the map is drawn, with the cohort ready on the server and nothing in the browser's cache. Timings are printed and
 * never asserted. Run: NEGATOSCOPE_BIN=… node tests/browser/startup.mjs [how often]
 *
 * The browser is spoken to over its own pipe: a test driver that hears of every request slows a page of many files by
 * half, and so would measure itself.
 */

import { startPlainBrowser, startServer, waitUntilReady } from "./harness.mjs";

const times = Number(process.argv[2] ?? 15);
/** An empty tab is open and has nothing to do before anybody types an address. */
const IDLE = "new Promise((resolve) => requestIdleCallback(resolve))";

/** In the page, before anything of it runs: the moments are noted as they come. */
const WATCH = `
  for (const tour of ["negatoscope.tour", "negatoscope.tour.own"]) localStorage.setItem(tour, "seen");
  const moments = (globalThis.moments = {});
  const note = (name, there) => there && (moments[name] ??= performance.now());
  globalThis.usable = new Promise((resolve) => (globalThis.tell = resolve));
  new MutationObserver(() => {
    note("sliders answer", document.getElementById("controls")?.matches(":enabled"));
    note("map drawn", document.getElementById("map")?.dataset.drawnKey);
    if (Object.keys(moments).length === 2) tell();
  }).observe(document, { subtree: true, attributeFilter: ["disabled", "data-drawn-key"] });
`;

/** What comes later is not waited for, so that it is not measured. */
const REPORT = `(async () => {
  await usable;
  const { responseStart, domContentLoadedEventEnd } = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const found = { "first paint": paint, "document and modules": domContentLoadedEventEnd, ...moments };
  for (const name in found) found[name] -= responseStart;
  const files = performance.getEntriesByType("resource").filter(({ name, startTime }) => name.includes("/static/") && startTime < moments["map drawn"]);
  return { found, files: files.length, bytes: files.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0) };
})()`;

/** One visit of a newcomer: a context of its own has a cache of its own. @param {ReturnType<typeof startPlainBrowser>} browser @param {string} url */
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
  await ask("Runtime.evaluate", { expression: IDLE, awaitPromise: true }, sessionId);
  await ask("Page.navigate", { url }, sessionId);
  const report = { expression: REPORT, awaitPromise: true, returnByValue: true };
  const { result } = await ask("Runtime.evaluate", report, sessionId);
  await ask("Target.disposeBrowserContext", { browserContextId });
  return result.value;
}

/** @param {number[]} values */
const median = (values) => Math.round(values.sort((a, b) => a - b)[values.length >> 1]);

const server = await startServer([]);
const browser = startPlainBrowser();
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
