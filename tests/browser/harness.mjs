/** The one place that starts the real binary and a real browser, and reads the map as a person does: by its pixels. */

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

import { decodePng } from "./png.mjs";

/** @import {Browser, BrowserContextOptions, Page} from "playwright-core" */

/**
 * For anything that a test waits for: it ends a test whose page hangs, and says nothing of how fast a machine is. On two
 * slow cores that two files share, a first verdict takes more than half a minute.
 */
export const PATIENCE_MS = 240_000;

/** @typedef {{url: string, stop: () => Promise<void>, get: (path: string) => Promise<any>}} Server */

/** @param {readonly string[]} args @returns {Promise<Server>} */
export async function startServer(args) {
  const binary = process.env.NEGATOSCOPE_BIN;
  if (!binary || !existsSync(binary)) {
    throw new Error(
      `Set NEGATOSCOPE_BIN to the built binary (cargo build puts it at target/debug/negatoscope); it is ${binary ? `"${binary}", which does not exist` : "not set"}.`,
    );
  }
  const cache = mkdtempSync(join(tmpdir(), "negatoscope-browser-"));
  const child = spawn(binary, [...args, "--no-open", "--port", "0", "--cache-dir", cache], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await listeningUrl(child);
  return {
    url,
    get: async (path) => (await fetch(url + path)).json(),
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      rmSync(cache, { recursive: true, force: true });
    },
  };
}

/** @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, null>} child @returns {Promise<string>} */
function listeningUrl(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The binary said nothing for ${PATIENCE_MS / 1000} s.`)),
      PATIENCE_MS,
    );
    const settle = (/** @type {() => void} */ act) => {
      clearTimeout(timer);
      act();
    };
    child.once("exit", (code) => settle(() => reject(new Error(`The binary ended with ${code} before it listened.`))));
    child.once("error", (error) => settle(() => reject(error)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^Listening on (http:\/\/\S+)/.exec(line);
      if (found) settle(() => resolve(found[1].replace(/\/$/, "")));
    });
  });
}

const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Debian's Chromium as root and without a network: no sandbox, and nothing asked of the outside. */
const BROWSER_ARGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @returns {Promise<Browser>} */
export const startBrowser = () => chromium.launch({ executablePath: BROWSER, args: BROWSER_ARGS });

/** Chromium without a driver that hears of everything, over its debugging pipe: messages of JSON that end with a zero byte. */
export function startPlainBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "negatoscope-chromium-"));
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

/** Waits on the server, not on the page, so that a slow first start is told apart from a page that hangs. @param {Server} server */
export async function waitUntilReady(server) {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const { state, error } = await server.get("/api/cohort");
    if (state === "ready") return;
    if (state === "failed") throw new Error(`The cohort failed: ${error}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The features were not ready after ${PATIENCE_MS / 1000} s.`);
}

/**
 * @typedef {object} Visit
 * @property {Page} page
 * @property {string[]} faults  errors of the console, exceptions, requests to anywhere else
 * @property {string[]} asked  paths asked of the server, in order
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {BrowserContextOptions & {before?: (page: Page) => Promise<unknown>, newcomer?: boolean, proposed?: boolean,
 *   kept?: boolean}}
 *   VisitOptions  a newcomer is shown round; `proposed` leaves it to the page which setting it opens with; what was
 *   made of the cohort before is taken back, unless it is `kept`
 */

/** A link with one of these says itself what is to be seen. */
const SAYS = /(^|&)(method|n_components|perplexity|eps|min_samples|clustering|own|where)=/;

/** A page of its own, dark and of a laptop's size if nothing else is said. @param {Browser} browser @param {BrowserContextOptions} [options] */
export async function opened(browser, options) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}

/** @param {Browser} browser @param {Server} server @param {string} [query] @param {VisitOptions} [options] @returns {Promise<Visit>} */
export async function visit(
  browser,
  server,
  query = "",
  { before, newcomer = false, proposed = false, kept = false, ...options } = {},
) {
  if (!kept) await forgotten(server);
  const page = await opened(browser, options);
  /** @type {string[]} */
  const faults = [];
  /** @type {string[]} */
  const exceptions = [];
  /** @type {string[]} */
  const asked = [];
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => {
    exceptions.push(error.stack ?? String(error));
    faults.push(`exception: ${error.stack ?? error}`);
  });
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (target.origin === server.url) asked.push(target.pathname + target.search);
    else if (target.protocol !== "data:" && target.protocol !== "blob:") faults.push(`request to ${request.url()}`);
  });
  if (!newcomer)
    await page.addInitScript(() => {
      for (const tour of ["negatoscope.tour", "negatoscope.tour.own"]) localStorage.setItem(tour, "seen");
    });
  await page.addInitScript(unhurried);
  await before?.(page);
  // The notebook's setting, of which most tests know what it shows.
  const link = proposed || SAYS.test(query) ? query : [query, "method=tsne"].filter(Boolean).join("&");
  await page.goto(`${server.url}/?${link}`);
  const close = async () => {
    await page.context().close();
    if (exceptions.length > 0) throw new Error(`The page has thrown: ${exceptions.join("\n")}`);
  };
  return { page, faults, asked, close };
}

/** A thousand cohorts, for which nobody waits here, would take the processor from the pages that come next. */
function unhurried() {
  const real = window.fetch;
  window.fetch = (input, init) =>
    String(input).includes("effort=rest") ? new Promise(() => {}) : real.call(window, input, init);
}

/** Takes back what tests before have made of the cohort. @param {Server} server */
async function forgotten(server) {
  // While features are being computed there is none.
  const { items = [] } = await server.get("/api/project");
  for (const { kind, id } of items) await fetch(`${server.url}/api/project/${kind}/${id}`, { method: "DELETE" });
}

/** For `before`: a browser that has no WebGL2. @param {Page} page */
export const withoutWebgl = (page) =>
  page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext;
    /** @type {any} */ (HTMLCanvasElement.prototype).getContext = function (
      /** @type {string} */ kind,
      /** @type {unknown} */ options,
    ) {
      return kind === "webgl2" ? null : /** @type {any} */ (real).call(this, kind, options);
    };
  });

/**
 * Waits until the page is whole and the canvas shows a map with these parameters.
 * @param {Page} page @param {Record<string, string | number>} wanted
 * @param {number} [timeout]  in ms, where what is held back would come later
 */
export async function drawn(page, wanted = {}, timeout = PATIENCE_MS) {
  await page.waitForFunction(
    (pairs) => {
      const key = new URLSearchParams(document.getElementById("map")?.dataset.drawnKey ?? "");
      return (
        document.documentElement.dataset.page === "whole" &&
        key.size > 0 &&
        Object.entries(pairs).every(([name, value]) => key.get(name) === String(value))
      );
    },
    wanted,
    { timeout },
  );
}

/** Waits until everything that is asked when the sliders rest has been answered for what is shown. @param {Page} page */
export async function rested(page) {
  await page.waitForFunction(() =>
    ["explain", "quality", "cards"].every((id) => document.getElementById(id)?.getAttribute("aria-busy") === "false"),
  );
}

/** Waits until the verdict is made from all that is made at once, so that nothing of it moves what stands beneath. @param {Page} page */
export const judged = (page) =>
  page.waitForSelector('#verdict[aria-busy="false"]:is([data-effort="full"], [data-effort="rest"])');

/** Where a place on the map lies on the page. @param {Page} page @param {{x: number, y: number}} place @returns {Promise<[number, number]>} */
export async function onPage(page, place) {
  const { x, y } = /** @type {{x: number, y: number}} */ (await page.locator("#map").boundingBox());
  return [x + place.x, y + place.y];
}

/** Opens a line of the verdict, and what stands behind it. @param {Page} page @param {"grouped" | "chance" | "again" | "made_of" | "column"} key */
export const openLine = (page, key) =>
  page.$eval(`.verdict-line[data-key="${key}"]`, (line) => {
    /** @type {HTMLDetailsElement} */ (line).open = true;
  });

/** So many frames without a change: more than lie between two pictures of anything that moves by itself. */
const QUIET_FRAMES = 20;

/**
 * Waits until nothing moves any more: no animation of the style sheets runs, no map draws a frame, every picture that can
 * be seen is there (one that is not scrolled to has not been asked for), and the address is that of what is shown.
 * @param {Page} page
 */
export async function still(page) {
  await page.evaluate(
    async ({ quiet, ms }) => {
      const frames = () =>
        [...document.querySelectorAll("canvas[data-frames]")]
          .map((canvas) => canvas.getAttribute("data-frames"))
          .join();
      const isSeen = (/** @type {Element[]} */ elements) =>
        new Promise((/** @type {(seen: boolean) => void} */ resolve) => {
          const observer = new IntersectionObserver((entries) => {
            observer.disconnect();
            resolve(entries.some(({ isIntersecting }) => isIntersecting));
          });
          for (const element of elements) observer.observe(element);
        });
      const movesStill = async () => {
        if ("address" in document.documentElement.dataset) return "the address";
        const animations = document
          .getAnimations()
          .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
        if (animations.length > 0) return "an animation";
        const missing = [...document.images].filter((image) => !image.complete);
        return missing.length > 0 && (await isSeen(missing)) ? "a picture" : null;
      };
      const end = performance.now() + ms;
      let [last, since] = [frames(), 0];
      while (since < quiet) {
        await new Promise(requestAnimationFrame);
        const now = frames();
        const what = now === last ? await movesStill() : "a map";
        last = now;
        since = what ? 0 : since + 1;
        if (what && performance.now() > end) throw new Error(`The page does not come to rest: ${what} is not done.`);
      }
    },
    { quiet: QUIET_FRAMES, ms: PATIENCE_MS },
  );
}

/** Waits until so many frames have been drawn: what an event has changed is on the screen then. @param {Page} page @param {number} [n] */
export async function frames(page, n = 2) {
  await page.evaluate(async (n) => {
    for (let k = 0; k < n; k++) await new Promise(requestAnimationFrame);
  }, n);
}

/** The map alone: what lies over it is hidden for the picture. @param {Page} page */
export async function mapPixels(page) {
  const over = "#stage > :not(#map)";
  await page.$$eval(over, (nodes) =>
    nodes.forEach((node) => /** @type {HTMLElement} */ (node).style.setProperty("visibility", "hidden")),
  );
  const png = await page.locator("#map").screenshot();
  await page.$$eval(over, (nodes) =>
    nodes.forEach((node) => /** @type {HTMLElement} */ (node).style.removeProperty("visibility")),
  );
  return decodePng(png);
}

/** @param {Page} page @param {string} id */
export async function tile(page, id) {
  return Number((await page.locator(`#tile-${id}`).innerText()).replace(/[,%]/g, ""));
}

/**
 * A server with these arguments and a browser, for all tests of the file that calls it.
 * @param {readonly string[]} args @returns {() => {browser: Browser, server: Server}}
 */
export function served(args) {
  /** @type {Server} */
  let server;
  /** @type {Browser} */
  let browser;
  before(async () => {
    server = await startServer(args);
    browser = await startBrowser();
    await waitUntilReady(server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  return () => ({ browser, server });
}
