/**
 * Every state that a person can open, at three sizes, dark and light: accessible as axe-core sees it, and nothing of it out
 * of reach or cut off.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import axe from "axe-core";

import { drawn, rested, still, visit } from "./harness.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const SIZES = /** @type {const} */ ([
  [1440, 900],
  [1920, 1080],
  [1024, 768],
]);
const THEMES = /** @type {const} */ (["dark", "light"]);
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/**
 * What is opened, and how, `narrow` where only a narrow page has it; where the rest of the page is as it was, `part` is
 * what is new. A panel that is new belongs
 * into this list.
 * @type {readonly {name: string, part?: string, query?: string, narrow?: boolean, newcomer?: boolean,
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
    name: "the layers of the network",
    part: "#report",
    open: async (page) => {
      await page.click("#report-open");
      await page.click("#layers > summary");
      await page.locator(".layers-block[open] .layer summary").last().click();
      await page.waitForSelector(".layer-map");
    },
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
  { name: "the drawer", narrow: true, open: (page) => page.click("#findings-toggle") },
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

/**
 * What a hand could not reach, or an eye not read: controls and headings that leave the window with nothing to scroll, and
 * words that are cut off without a sign of it.
 * @param {Page} page @param {string} [part]  of the page @returns {Promise<string[]>}  one line for each
 */
export const astray = (page, part) =>
  page.evaluate((part) => {
    const place = document.querySelector(part ?? "body");
    if (!place) throw new Error(`${part} is not there`);
    /** @param {Element} node @param {"X" | "Y"} axis  whether it, or what it stands in, can be scrolled that way */
    const scrolls = (node, axis) => {
      for (let box = node.parentElement; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        const more = axis === "X" ? box.scrollWidth > box.clientWidth : box.scrollHeight > box.clientHeight;
        if (more && ["auto", "scroll"].includes(axis === "X" ? style.overflowX : style.overflowY)) return true;
      }
      return false;
    };
    /** @param {Element} node */
    const said = (node) =>
      `${node.tagName.toLowerCase()}${node.id && `#${node.id}`} "${(node.textContent || node.getAttribute("aria-label") || "").trim().slice(0, 40)}"`;
    /** @type {string[]} */
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    for (const node of place.querySelectorAll(
      "button, input, select, summary, a[href]:not(.skip), h1, h2, h3, h4, legend, th",
    )) {
      if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const { left, right, top, bottom, width, height } = node.getBoundingClientRect();
      // What only a reader of screens meets is a pixel large.
      if (width <= 1 || height <= 1) continue;
      if ((left < -1 || right > innerWidth + 1) && !scrolls(node, "X")) found.push(`${said(node)} is out of reach`);
      else if ((top < -1 || bottom > innerHeight + 1) && !scrolls(node, "Y"))
        found.push(`${said(node)} is out of reach`);
      const { overflowX, textOverflow } = getComputedStyle(node);
      if (node.scrollWidth > node.clientWidth + 1 && overflowX !== "visible" && textOverflow !== "ellipsis")
        if (node.tagName !== "INPUT" && node.tagName !== "SELECT") found.push(`${said(node)} is cut off`);
    }
    return found;
  }, part);

/** @param {() => {browser: Browser, server: Server}} tools */
export function accessTests(tools) {
  test("whatever is open is accessible and within reach, at three sizes, dark and light", async (t) => {
    const { browser, server } = tools();
    for (const state of STATES) {
      await t.test(state.name, async () => {
        const sizes = state.narrow ? SIZES.filter(([width]) => width < 1200) : SIZES;
        const [width, height] = sizes[0];
        const { page, close } = await visit(browser, server, state.query, {
          newcomer: state.newcomer,
          viewport: { width, height },
          reducedMotion: "reduce",
        });
        await drawn(page);
        await rested(page);
        await state.open(page);
        for (const [width, height] of sizes) {
          await page.setViewportSize({ width, height });
          for (const colorScheme of THEMES) {
            await page.emulateMedia({ colorScheme });
            await still(page);
            const where = `${width} × ${height}, ${colorScheme}`;
            assert.deepEqual(await violations(page, state.part), [], where);
            assert.deepEqual(await astray(page, state.part), [], where);
          }
        }
        await close();
      });
    }
  });
}
