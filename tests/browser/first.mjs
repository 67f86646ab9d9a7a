/** The first picture: the setting that the page opens with, and the words beside it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { drawn, rested, visit } from "./harness.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const NOTEBOOKS = { perplexity: 17, eps: 0.4, min_samples: 14 };

/** @param {() => {browser: Browser, server: Server}} tools */
export function firstTests(tools) {
  test("the page opens with the setting that is proposed, and the notebook's is a click away, and back", async () => {
    const { browser, server } = tools();
    // Known by now: on a slow machine the first one takes longer than a page waits.
    const { params, sentence, n_settings } = await server.get("/api/proposal");
    const { page, faults, close } = await visit(browser, server, "", { proposed: true });
    const { perplexity, eps, min_samples } = params;
    assert.notDeepEqual({ perplexity, eps, min_samples }, NOTEBOOKS);
    await drawn(page, { perplexity, eps, min_samples });
    await says(page, `Proposed setting. ${sentence}`);
    await page.click("#proposal >> text=the notebook's setting");
    await drawn(page, NOTEBOOKS);
    await says(page, "The notebook's setting.");
    await page.click("#proposal >> text=the proposed setting");
    await drawn(page, { perplexity, eps, min_samples });
    await says(page, sentence);
    const { looks } = await server.get("/api/looks");
    const proposals = looks.filter((/** @type {{kind: string}} */ { kind }) => kind === "proposal");
    assert.deepEqual(
      proposals.map((/** @type {{n_settings: number}} */ look) => look.n_settings),
      [n_settings],
    );
    // What most images of a cluster share stands beside its number, in the legend and on its card.
    await rested(page);
    await page.waitForFunction(() => document.querySelector(".legend-entry [data-said]")?.textContent);
    const { names } = await server.get(`/api/names?perplexity=${perplexity}&eps=${eps}&min_samples=${min_samples}`);
    for (const { label, name } of names) {
      assert.equal(await page.locator(`.legend-entry [data-said="${label}"]`).textContent(), name);
      assert.equal(await page.locator(`.card [data-said="${label}"]`).innerText(), name);
    }
    assert.ok(names.length > 0);
    const lines = await page.evaluate(() => (document.getElementById("legend")?.scrollHeight ?? 0) / 26);
    assert.ok(lines < 2, "names take no line of their own");
    assert.deepEqual(faults, []);
    await close();
  });

  test("a proposal that takes long is not waited for: the page does not jump, and offers it when it is there", async () => {
    const { browser, server } = tools();
    let go = () => {};
    const held = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (go = resolve));
    const { page, close } = await visit(browser, server, "", {
      proposed: true,
      before: (page) => page.route("**/api/proposal", (route) => held.then(() => route.continue())),
    });
    await drawn(page, NOTEBOOKS);
    go();
    await says(page, "The notebook's setting. the proposed setting");
    await drawn(page, NOTEBOOKS);
    await page.click("#proposal >> text=the proposed setting");
    await drawn(page, { min_samples: (await server.get("/api/proposal")).params.min_samples });
    await close();
  });

  test("where most is in no group X-rays stand there too, framed grey", async () => {
    const { browser, server } = tools();
    const { cells } = await server.get("/api/plane?perplexity=17");
    const { n_images } = await server.get("/api/cohort");
    const { eps, min_samples } = cells.find(
      (/** @type {{n_clusters: number, n_noise: number}} */ { n_clusters, n_noise }) =>
        n_clusters > 0 && n_noise > n_images / 2,
    );
    const query = `perplexity=17&eps=${eps}&min_samples=${min_samples}`;
    const { page, close } = await visit(browser, server, query);
    await drawn(page);
    const { labels } = await server.get(`/api/clusters?${query}`);
    await page.waitForFunction(() => document.getElementById("pictures")?.dataset.shown);
    const shown = (await page.getAttribute("#pictures", "data-shown"))?.split(" ").map(Number) ?? [];
    assert.ok(
      labels.some((/** @type {number} */ label) => label >= 0),
      "there are clusters, too",
    );
    assert.ok(
      shown.some((index) => labels[index] < 0),
      "and pictures in none",
    );
    await close();
  });
}

/** @param {Page} page @param {string} sentence */
const says = (page, sentence) =>
  page.waitForFunction((sentence) => document.getElementById("proposal")?.textContent?.includes(sentence), sentence);
