/**
 * Prints how long the page takes until it can be used: from the first byte of the document until the sliders answer and
 * the map is drawn, with the cohort ready on the server. Timings are printed and never asserted.
 * Run: NEGATOSCOPE_BIN=… node tests/browser/startup.mjs [how often]
 */

import { drawn, startBrowser, startServer, visit, waitUntilReady } from "./harness.mjs";

const times = Number(process.argv[2] ?? 15);

/** In the page, before anything of it runs: the moments are noted as they come. */
function watch() {
  const seen = /** @type {any} */ (globalThis);
  seen.moments = {};
  const note = (/** @type {string} */ name, /** @type {boolean} */ there) => there && (seen.moments[name] ??= performance.now());
  const look = () => {
    note("sliders", document.getElementById("controls")?.matches(":enabled") ?? false);
    note("map", (document.getElementById("map")?.dataset.drawnKey ?? "") !== "");
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

/** @param {number[]} values */
const median = (values) => Math.round(values.sort((a, b) => a - b)[values.length >> 1]);

const server = await startServer([]);
const browser = await startBrowser();
try {
  await waitUntilReady(server);
  /** @type {Record<string, number[]>} */
  const found = {};
  let asked = 0;
  for (let i = 0; i <= times; i++) {
    const visited = await visit(browser, server, "", { before: (page) => page.addInitScript(watch) });
    await drawn(visited.page);
    const moments = await visited.page.evaluate(() => {
      const page = /** @type {PerformanceNavigationTiming} */ (performance.getEntriesByType("navigation")[0]);
      const { moments } = /** @type {any} */ (globalThis);
      const after = (/** @type {number} */ moment) => moment - page.responseStart;
      return { "document and modules": after(page.domContentLoadedEventEnd), "sliders answer": after(moments.sliders), "map drawn": after(moments.map) };
    });
    asked = visited.asked.filter((path) => path.startsWith("/static/")).length;
    // The first visit pays for the server's own map.
    if (i > 0) for (const [name, value] of Object.entries(moments)) (found[name] ??= []).push(value);
    await visited.close();
  }
  for (const [name, values] of Object.entries(found)) console.log(`${name.padEnd(22)} ${median(values)} ms after the first byte (median of ${values.length})`);
  console.log(`${asked} files of the page`);
} finally {
  await browser.close();
  await server.stop();
}
