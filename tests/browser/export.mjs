/** What is taken away, in a browser: figures by their pixels and marks, files by what the server gives for the same setting. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { drawn, still, visit } from "./harness.mjs";
import { countColour, decodePng } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** @param {() => {browser: Browser, server: Server}} tools */
export function exportTests(tools) {
  /** @param {string} [query] @param {object} [options] */
  const open = async (query = "", options = {}) => {
    const { browser, server } = tools();
    const visited = await visit(browser, server, query, options);
    await drawn(visited.page);
    await visited.page.click("#export-open");
    await visited.page.locator("#away[open]").waitFor();
    return { ...visited, server };
  };

  /** @param {Page} page @param {string} section @param {string} button */
  const saved = async (page, section, button) => {
    const waiting = page.waitForEvent("download");
    await page
      .locator("#away section", { hasText: section })
      .getByRole("button", { name: button, exact: true })
      .click();
    const download = await waiting;
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };

  for (const theme of /** @type {const} */ (["dark", "light"])) {
    test(`the map is saved as PNG and SVG with its legend and caption, from the ${theme} theme`, async () => {
      const { page, server, faults, close } = await open(`theme=${theme}&perplexity=17&marks=dots`);
      const clusters = await server.get("/api/clusters?perplexity=17");
      await page.getByLabel("light, for print").setChecked(theme === "light");
      const svg = await saved(page, "Map", "SVG");
      const text = svg.bytes.toString();
      assert.match(svg.name, /-map\.svg$/);
      const problem = await page.evaluate(
        (source) =>
          new DOMParser().parseFromString(source, "image/svg+xml").querySelector("parsererror")?.textContent ?? "",
        text,
      );
      assert.equal(problem, "");
      const marks = await page.evaluate(
        (source) =>
          new DOMParser().parseFromString(source, "image/svg+xml").querySelectorAll("g[clip-path] path").length,
        text,
      );
      assert.equal(marks, clusters.labels.length, "one mark for each image");
      const caption = (/<desc>(.*?)<\/desc>/s.exec(text) ?? [])[1];
      for (const said of [
        "perplexity 17",
        "seed 42",
        "eps 0.40",
        "min_samples 14",
        `${clusters.n_clusters} clusters`,
        `${clusters.n_noise} of ${clusters.labels.length} images in no group`,
        "drawn",
        "negatoscope",
      ]) {
        assert.ok(caption.includes(said), `${said}: ${caption}`);
      }
      const png = await saved(page, "Map", "PNG");
      const pixels = decodePng(png.bytes);
      const [, width, height] = /** @type {RegExpExecArray} */ (/<svg [^>]*width="(\d+)" height="(\d+)"/.exec(text));
      assert.deepEqual([pixels.width, pixels.height], [3 * Number(width), 3 * Number(height)]);
      for (const cluster of clusters.breakdown.clusters.filter((/** @type {any} */ { label }) => label >= 0)) {
        const core = clusters.core.filter(
          (/** @type {boolean} */ isCore, /** @type {number} */ i) => isCore && clusters.labels[i] === cluster.label,
        ).length;
        // Marks of ten pixels, three times as large, of which some lie under others.
        assert.ok(
          countColour(pixels, bytesOf(INKS[theme].cycle[cluster.label])) > 100 * core,
          `cluster ${cluster.label}`,
        );
      }
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("X-rays that are shown are inside the SVG, and nothing else is asked of anyone", async () => {
    const { page, faults, close } = await open("marks=images");
    const shown = await page.$eval(
      "#pictures",
      (canvas) => /** @type {HTMLElement} */ (canvas).dataset.shown?.split(" ").length,
    );
    const { bytes } = await saved(page, "Map", "SVG");
    const text = bytes.toString();
    assert.equal(text.match(/<image [^>]*href="data:image\/jpeg;base64,/g)?.length, shown);
    assert.doesNotMatch(text, /https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    // The pictures are in the PNG too: greys that no mark, frame or letter has.
    const pixels = decodePng((await saved(page, "Map", "PNG")).bytes);
    let grey = 0;
    for (let i = 0; i < pixels.rgba.length; i += 4) {
      const [r, g, b] = pixels.rgba.subarray(i, i + 3);
      if (r === g && g === b && r > 60 && r < 200) grey += 1;
    }
    assert.ok(grey > 50_000, String(grey));
    assert.deepEqual(faults, []);
    await close();
  });

  test("tables, features and script are the server's for the setting on the screen", async () => {
    const { page, server, faults, close } = await open("perplexity=20&eps=0.3&min_samples=6");
    const clusters = await server.get("/api/clusters?perplexity=20&eps=0.3&min_samples=6");
    const json = await saved(page, "Images", "JSON");
    const table = JSON.parse(json.bytes.toString());
    assert.deepEqual(
      table.records.map((/** @type {any} */ { cluster }) => cluster),
      clusters.labels,
    );
    const csv = await saved(page, "Images", "CSV");
    assert.match(csv.bytes.toString(), /^id,filename,x,y,cluster,core,/);
    const parquet = await saved(page, "Images", "Parquet");
    assert.equal(parquet.bytes.subarray(0, 4).toString(), "PAR1");
    const npy = await saved(page, "Features", "NPY");
    assert.equal(npy.bytes.subarray(1, 6).toString(), "NUMPY");
    const script = await saved(page, "Python", "Script");
    for (const name of [json.name, npy.name]) assert.ok(script.bytes.toString().includes(`"${name}"`), name);
    assert.match(script.bytes.toString(), /DBSCAN\(eps=0\.3, min_samples=6\)/);
    assert.match(await page.locator("#away-status").innerText(), /^Saved .*\.py\.$/);
    assert.deepEqual(faults, []);
    await close();
  });

  test("the script and the link can be copied", async () => {
    const { page, close } = await open("perplexity=20", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy as Python" }).click();
    await page.getByText("Script copied.").waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /perplexity=20(\.0)?,/);
    await page.locator("#away").getByRole("button", { name: "Copy link" }).click();
    await page.getByText("Link copied.").waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /[?&]perplexity=20&/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#away[open]").count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "export-open");
    await close();
  });

  test("a failure is said in words and the next try works", async () => {
    const { page, close } = await open();
    await page.route("**/api/export?*", (route) => route.abort());
    const section = page.locator("#away section", { hasText: "Images" });
    await section.getByRole("button", { name: "CSV" }).click();
    await page.getByText("The server does not answer.").waitFor();
    await page.unroute("**/api/export?*");
    assert.match((await saved(page, "Images", "CSV")).name, /-clusters\.csv$/);
    await close();
  });
  test("contours are in the figure as they are on the map, and its caption says what they hold", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, "eps=0.3&min_samples=6&contours=on&marks=dots");
    await drawn(page);
    await page.locator("#contours-drawn[data-groups]").waitFor({ state: "attached" });
    await still(page);
    await page.click("#export-open");
    const svg = String((await saved(page, "Map", "SVG")).bytes);
    const { n_clusters } = await server.get("/api/clusters?method=tsne&eps=0.3&min_samples=6");
    assert.equal(svg.match(/<path d="M[^"]*" fill="none" stroke="#/g)?.length, 3 * n_clusters);
    assert.match(svg, /Lines of equal density hold 95%, 75%, 50% of each cluster/);
    assert.deepEqual(faults, []);
    await close();
  });
}
