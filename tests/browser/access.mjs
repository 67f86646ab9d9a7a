/** Accessibility as axe-core sees it, in every state that a person can open: dark and light, narrow and wide. */

import assert from "node:assert/strict";
import { test } from "node:test";

import axe from "axe-core";

import { drawn, rested, visit } from "./harness.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/**
 * What is opened, and how; where the rest of the page is as it was, `part` is what is new. A panel that is new belongs
 * into this list.
 * @type {readonly {name: string, part?: string, query?: string, width?: number, newcomer?: boolean,
 *   open: (page: Page) => Promise<unknown>}[]}
 */
export const STATES = [
  { name: "the page", open: async () => {} },
  { name: "a map in three dimensions", query: "method=pca&n_components=3&colour=age", open: async () => {} },
  { name: "the search", part: "#search", open: (page) => page.click("#search-open") },
  { name: "what the search found", part: "#search", open: search },
  {
    name: "side by side",
    open: (page) => page.click("#beside-open").then(() => page.waitForSelector("#beside-bar:not([hidden])")),
  },
  {
    name: "the film",
    part: "#film",
    open: (page) => page.click("#film-open").then(() => page.waitForSelector("#film:not([hidden])")),
  },
  {
    name: "the k-distance plot",
    part: "#k-distance",
    open: (page) => page.click("#k-distance summary").then(() => page.waitForSelector(".k-plot")),
  },
  { name: "the viewer", part: "#viewer", open: (page) => page.locator(".thumb").first().click() },
  { name: "a selection", part: "#selection", open: select },
  {
    name: "the table of images",
    part: "#images",
    open: (page) => page.keyboard.press("t").then(() => page.waitForSelector("#images:not([hidden])")),
  },
  {
    name: "what was skipped",
    part: "#report",
    open: (page) => page.click("#report-open").then(() => page.waitForSelector("#report[open]")),
  },
  {
    name: "the project",
    part: "#project",
    open: (page) => page.click("#project-open").then(() => page.waitForSelector("#project[open]")),
  },
  {
    name: "all words",
    part: "dialog.keys",
    open: (page) => page.keyboard.press("?").then(() => page.waitForSelector("dialog.keys")),
  },
  { name: "the keys", part: "dialog.keys", open: keys },
  {
    name: "one word",
    part: ".word-card",
    open: (page) => page.click('[data-term="score"]').then(() => page.waitForSelector(".word-card")),
  },
  {
    name: "the advice",
    part: "#proposal",
    query: "method=tsne&eps=0.05&min_samples=14",
    open: (page) => page.waitForSelector(".proposal-advice:not([hidden])"),
  },
  {
    name: "the tour",
    part: ".coach",
    newcomer: true,
    open: (page) => page.locator(".coach").getByRole("button", { name: "Next" }).click(),
  },
  {
    name: "contours",
    part: "#stage",
    open: (page) =>
      page.click("#contours").then(() => page.waitForSelector("#contours-drawn[data-groups]", { state: "attached" })),
  },
  { name: "the drawer", width: 1100, open: (page) => page.click("#findings-toggle") },
];

/** @param {Page} page */
async function keys(page) {
  await page.keyboard.press("?");
  await page.locator("dialog.keys").getByRole("radio", { name: "Keys" }).check();
}

/** The cluster of the first image, by the keyboard. @param {Page} page */
async function select(page) {
  await page.focus("#map");
  for (const key of ["n", "a"]) await page.keyboard.press(key);
  await page.waitForSelector("#selection:not([hidden])");
}

/** @param {Page} page */
async function search(page) {
  await page.click("#search-open");
  for (const [name, value] of Object.entries({
    "perplexity-start": "15",
    "perplexity-stop": "25",
    "perplexity-step": "5",
  }))
    await page.fill(`[name="${name}"]`, value);
  await page.click("#search-start");
  await page.waitForSelector("#parallel-box:not([hidden])");
}

/** @param {Page} page @param {string} [part]  of the page @returns {Promise<string[]>}  one line for every element that breaks a rule */
export async function violations(page, part) {
  // Sent over the debugger: the page's own policy allows no foreign script.
  await page.evaluate(axe.source);
  return page.evaluate(
    async ({ values, part }) => {
      /** @type {import("axe-core")} */
      const { run } = /** @type {any} */ (globalThis).axe;
      const place = part === undefined ? document : document.querySelector(part);
      if (!place) throw new Error(`${part} is not there`);
      const found = await run(place, { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
      return found.violations.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary?.replace(/\s+/g, " ")}`,
        ),
      );
    },
    { values: RULES, part },
  );
}

/** @param {() => {browser: Browser, server: Server}} tools */
export function accessTests(tools) {
  // Colours go with the theme and places with the width: each of both once.
  for (const [colorScheme, width] of /** @type {const} */ ([
    ["dark", 1280],
    ["light", 1920],
  ])) {
    test(`nothing breaks a rule of accessibility, ${colorScheme}, ${width} pixels wide`, async (t) => {
      const { browser, server } = tools();
      for (const state of STATES) {
        await t.test(state.name, async () => {
          const { page, close } = await visit(browser, server, state.query, {
            colorScheme,
            newcomer: state.newcomer,
            viewport: { width: state.width ?? width, height: 900 },
            reducedMotion: "reduce",
          });
          await drawn(page);
          await rested(page);
          await state.open(page);
          assert.deepEqual(await violations(page, state.part), []);
          await close();
        });
      }
    });
  }
}
