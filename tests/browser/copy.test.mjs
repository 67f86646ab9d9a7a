/** A copy of the page that does without a server: opened from its folder, with the server's maps and groups. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";

import { clustersAt } from "../../static/js/copy/clusters.js";
import { unpacked } from "../../static/js/copy/index.js";
import { drawn, judged, opened, rested, startBrowser, startServer, waitUntilReady } from "./harness.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const FEW = ["--where", "source=harbour-cases.example"];

/** @type {string} */
let home;
/** @type {string} */
let folder;
/** @type {Server} */
let server;
/** @type {Browser} */
let browser;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "negatoscope-copy-"));
  folder = join(home, "handed on");
  const bundle = join(home, "handed on.negatoscope");
  for (const args of [
    ["bake", ...FEW, "-o", bundle],
    ["export", bundle, "-o", folder],
  ]) {
    const made = spawnSync(process.env.NEGATOSCOPE_BIN ?? "", [...args, "--cache-dir", join(home, "cache")], {
      encoding: "utf8",
    });
    assert.equal(made.status, 0, made.stderr);
  }
  server = await startServer([bundle]);
  await waitUntilReady(server);
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Those that were read. @type {Map<string, any>} */
const known = new Map();

/** An answer of the folder. @param {string} name @returns {any} */
function answer(name) {
  if (!known.has(name)) known.set(name, read(name));
  return known.get(name);
}

/** @param {string} name */
function read(name) {
  const negatoscope = { answers: /** @type {Record<string, any>} */ ({}), index: null };
  const script = name === "index" ? "page/index.js" : `answers/${name}.js`;
  runInNewContext(readFileSync(join(folder, script), "utf8"), { negatoscope });
  // Of this realm, so that it can be compared.
  const value = name === "index" ? negatoscope.index : negatoscope.answers[`answers/${name}`];
  return unpacked(JSON.parse(JSON.stringify(value)));
}

/**
 * The page of the folder, and all that it asked for.
 * @param {string} [query] @param {import("playwright-core").BrowserContextOptions} [options]
 */
async function open(query = "", options = {}) {
  const page = await opened(browser, options);
  /** @type {string[]} */
  const faults = [];
  /** @type {string[]} */
  const asked = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error.stack ?? error)));
  page.on("request", (request) => asked.push(request.url()));
  await page.addInitScript(() => {
    for (const tour of ["negatoscope.tour", "negatoscope.tour.own"]) localStorage.setItem(tour, "seen");
  });
  await page.goto(`${pathToFileURL(join(folder, "index.html"))}${query}`);
  return { page, faults, asked, close: () => page.context().close() };
}

/** @param {Record<string, string | number>} query */
const queryOf = (query) => new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));

/** Without what is another one each time. @param {any} answer */
const timeless = ({ elapsed_ms: _, ...rest }) => rest;

test("it opens from its folder, asks for nothing else, and draws the server's map and groups", async () => {
  const { page, faults, asked, close } = await open();
  await drawn(page);
  await judged(page);
  await rested(page);
  const cohort = await server.get("/api/cohort");
  const { params } = await server.get("/api/proposal");
  assert.equal(await page.getAttribute("#map", "data-points"), String(cohort.n_images));
  assert.ok((await page.innerText("#cohort-line")).includes("handed on"));
  assert.match(await page.innerText("#copy-of"), /^This is a copy without its server\. It has \d+ maps of t-SNE, /);
  const key = new URLSearchParams((await page.getAttribute("#map", "data-drawn-key")) ?? "");
  for (const name of ["perplexity", "eps", "min_samples"]) assert.equal(key.get(name), String(params[name]), name);

  const clusters = await server.get(`/api/clusters?${queryOf(params)}`);
  assert.equal(await page.innerText("#tile-clusters"), String(clusters.n_clusters));
  assert.equal(await page.innerText("#tile-score"), String(clusters.score));
  const verdict = await server.get(`/api/verdict?${queryOf(params)}`);
  const plain = (/** @type {string} */ text) => text.replaceAll("\u00a0", " ");
  assert.equal(plain(await page.innerText("#verdict-headline")), plain(verdict.headline));

  const home = String(pathToFileURL(`${folder}/`));
  assert.ok(asked.length > 10);
  for (const url of asked) assert.ok(url.startsWith(home) || /^(blob|data):/.test(url), url);
  assert.deepEqual(faults, []);
  await close();
});

test("its maps are the server's to the last digit, at every perplexity that it has", async () => {
  const { maps } = answer("index");
  const perplexities = maps.map((/** @type {string} */ query) => new URLSearchParams(query).get("perplexity"));
  const { n_images } = await server.get("/api/cohort");
  const few = Math.min(179, n_images - 1);
  assert.equal(new Set(perplexities.filter(Boolean)).size, few);
  for (const at of [0, 1, Math.floor(few / 2), few - 1, maps.length - 1]) {
    const { projection, quality } = answer(`map-${at + 1}`);
    const wanted = await server.get(`/api/projection?${maps[at]}`);
    assert.deepEqual(timeless(projection), timeless(wanted), maps[at]);
    assert.deepEqual(timeless(quality), timeless(await server.get(`/api/quality?${maps[at]}`)));
  }
});

test("its groups are the server's at every place of the plane, counted as the server counts them", async () => {
  const { maps, columns, scores } = answer("index");
  const { records } = answer("cohort");
  const unknown = Object.fromEntries(scores.map((/** @type {string} */ score) => [score, null]));
  for (const at of [0, 6, 20, maps.length - 1]) {
    const { projection, plane } = answer(`map-${at + 1}`);
    assert.equal(plane.cells.length, 285);
    for (const [i, cell] of plane.cells.entries()) {
      const place = { eps: cell.eps, min_samples: cell.min_samples };
      const column = columns[i % columns.length];
      const values = answer(`column-${1 + (i % columns.length)}`);
      const here = clustersAt(projection, place, values, records, unknown);
      assert.deepEqual(
        [here.n_clusters, here.labels.filter((label) => label < 0).length, here.score],
        [cell.n_clusters, cell.n_noise, cell.score],
      );
      const query = `${maps[at]}&${queryOf({ ...place, breakdown: column })}`;
      const there = timeless(await server.get(`/api/clusters?${query}`));
      assert.deepEqual({ ...timeless(here), ...unknown }, { ...there, ...unknown }, query);
    }
  }
});

test("a slider moves among what is there, and of what is not it is said so", async () => {
  const { page, faults, close } = await open("?method=tsne&perplexity=9&eps=0.35&min_samples=6");
  await drawn(page, { perplexity: 9 });
  await rested(page);
  const { labels, n_clusters } = await server.get("/api/clusters?perplexity=9&eps=0.35&min_samples=6");
  assert.equal(await page.innerText("#tile-clusters"), String(n_clusters));
  assert.equal(await page.innerText("#tile-noise"), String(labels.filter((/** @type {number} */ l) => l < 0).length));
  const untested = /copy without its server: this setting was not tested/;
  await page.waitForFunction(() => document.getElementById("verdict")?.getAttribute("aria-busy") === "false");
  assert.match(await page.innerText("#verdict-headline"), untested);
  for (const told of await page.locator(".verdict-number").allInnerTexts()) assert.equal(told, "");
  assert.match(await page.innerText("#quality"), /\d/);

  await page.focus("#perplexity-track");
  await page.keyboard.press("ArrowRight");
  await drawn(page, { perplexity: 10 });
  for (const id of ["search-open", "make-report", "project-open"]) {
    assert.ok(await page.isDisabled(`#${id}`), id);
    assert.match((await page.getAttribute(`#${id}`, "data-off")) ?? "", /^This is a copy without its server: /);
  }
  // Its answer for the setting beside is the same.
  await page.click("#beside-open");
  await page.waitForFunction(() =>
    /not tested/.test(document.querySelector("#findings-b .beside-verdict")?.textContent ?? ""),
  );
  assert.ok(await page.isDisabled('[name="n_components"][value="3"]'));
  assert.ok(await page.isDisabled('[name="clustering"][value="hdbscan"]'));
  assert.deepEqual(faults, []);
  await close();
});

test("an X-ray opens on the light table, whose greys can be read", async () => {
  const { page, faults, close } = await open("?image=2&perplexity=9");
  await page.waitForSelector('.pane[data-state="shown"]');
  await page.selectOption("#viewer-window", { index: 2 });
  await page.waitForFunction(() => /W \d+/.test(document.querySelector(".pane-readout")?.textContent ?? ""));
  assert.ok((await page.locator("#viewer-strip img").count()) > 3);
  assert.deepEqual(faults, []);
  await close();
});
