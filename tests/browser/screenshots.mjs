/**
 * Draws the pictures of the documentation, all of the demo cohort: docs/NAME-dark.png and docs/NAME-light.png.
 * Run: NEGATOSCOPE_BIN=… node tests/browser/screenshots.mjs [NAME …]
 */

import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { drawn, mapPixels, openLine, rested, startBrowser, startServer, visit, waitUntilReady } from "./harness.mjs";
import { findBlock } from "./png.mjs";

/** @import {Page} from "playwright-core" */

/** Larger ones make the repository heavy and say no more. */
const MOST_BYTES = 400_000;

/** @typedef {"dark" | "light"} Scheme */

/**
 * What is shown, and how it is brought about. A state that README is to show belongs into this list.
 * @type {readonly {name: string, query?: string, proposed?: boolean, open: (page: Page, scheme: Scheme) => Promise<unknown>}[]}
 */
const PICTURES = [
  { name: "page", proposed: true, open: pointAtCluster },
  {
    name: "luck",
    open: async (page) => {
      await page.click("#search-open");
      for (const [name, value] of Object.entries({
        "perplexity-start": "10",
        "perplexity-stop": "30",
        "perplexity-step": "5",
      }))
        await page.fill(`[name="${name}"]`, value);
      await page.click("#search-start");
      await openLine(page, "chance");
      await page.click("#null-run button");
      await page.waitForFunction(
        () => ["search-run", "null-run"].every((id) => document.getElementById(id)?.dataset.job === "done"),
        null,
        { timeout: 600_000 },
      );
      await page.locator("#null-answers").evaluate((node) => node.parentElement?.scrollIntoView());
    },
  },
];

/** @param {Page} page @param {Scheme} scheme */
async function pointAtCluster(page, scheme) {
  const place = findBlock(await mapPixels(page), bytesOf(INKS[scheme].cycle[0]));
  const box = await page.locator("#map").boundingBox();
  if (!place || !box) throw new Error("The map shows no point of the first cluster.");
  await page.mouse.move(box.x + place.x, box.y + place.y);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PICTURES.some((one) => one.name === name));
if (unknown.length > 0)
  throw new Error(
    `There is no picture ${unknown.join(", ")}; there are ${PICTURES.map(({ name }) => name).join(", ")}.`,
  );

const server = await startServer([]);
const browser = await startBrowser();
try {
  await waitUntilReady(server);
  for (const { name, query, proposed, open } of PICTURES.filter(
    (one) => wanted.length === 0 || wanted.includes(one.name),
  )) {
    for (const colorScheme of /** @type {const} */ (["dark", "light"])) {
      const path = fileURLToPath(new URL(`../../docs/${name}-${colorScheme}.png`, import.meta.url));
      const { page, faults, close } = await visit(browser, server, query, {
        proposed,
        colorScheme,
        reducedMotion: "reduce",
      });
      await drawn(page);
      await rested(page);
      await open(page, colorScheme);
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path });
      const { size } = statSync(path);
      if (faults.length > 0) throw new Error(`${name}: ${faults.join("; ")}`);
      if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}: show less at once.`);
      console.log(`docs/${name}-${colorScheme}.png, ${Math.round(size / 1000)} kB`);
      await close();
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
