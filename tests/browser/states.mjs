/** What the page says where there is nothing to show, where something failed, and while the server is gone. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { drawn, openLine, rested, startServer, visit, waitUntilReady } from "./harness.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** @param {Page} page @param {string} selector @param {RegExp} sentence */
async function says(page, selector, sentence) {
  await page.locator(selector).filter({ hasText: sentence, visible: true }).waitFor();
}

/** For a visit: so many of the first requests for a file are refused. @param {string} file @param {number} times */
function refusing(file, times) {
  let asked = 0;
  const before = (/** @type {Page} */ page) =>
    page.route(file, (route) => {
      asked += 1;
      return asked > times ? route.continue() : route.abort();
    });
  return { before, asked: () => asked };
}

/** @param {() => {browser: Browser, server: Server}} tools */
export function stateTests(tools) {
  /** @param {string} [query] */
  const open = async (query) => {
    const { browser, server } = tools();
    const visited = await visit(browser, server, query);
    await drawn(visited.page);
    await rested(visited.page);
    for (const key of /** @type {const} */ (["chance", "again", "made_of"])) await openLine(visited.page, key);
    return visited;
  };

  test("while the server is gone the page says so; when it is back the page goes on by itself", async () => {
    const { page, close } = await open();
    await page.route("**/api/**", (route) => route.abort());
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    await says(page, "#trouble", /does not answer\. Start negatoscope again/);
    for (const run of ["#null-run", "#stability-run"]) {
      await page.click(`${run} button`);
      await says(page, `${run} [role=status]`, /does not answer/);
    }
    await page.unroute("**/api/**");
    await drawn(page, { eps: 0.41 });
    await rested(page);
    assert.ok(await page.locator("#trouble").isHidden());
    await close();
  });

  test("every panel whose answer fails says so in its own place, and asks again after the next change", async () => {
    const { page, close } = await open();
    const broken = /\/api\/(findings|setting.*parts=map)/;
    await page.route(broken, (route) =>
      route.fulfill({ status: 500, json: { error: { code: "internal", message: "the disk is full" } } }),
    );
    await page.focus("#perplexity-track");
    await page.keyboard.press("ArrowRight");
    await says(page, "#trouble", /The disk is full\./);
    await says(page, ".again", /waits for a map/);
    await page.keyboard.press("ArrowLeft");
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    await says(page, "#explain-say", /The disk is full\./);
    assert.match(await page.innerText("#quality"), /neighbours/, "what does not depend on eps is not asked for");
    await page.unroute(broken);
    await page.keyboard.press("ArrowRight");
    await drawn(page, { eps: 0.42 });
    await says(page, "#explain-say", /go(es)? with these clusters/);
    assert.ok(await page.locator("#trouble").isHidden());
    await close();
  });

  test("a page whose second part could not be fetched starts again when the server answers, and is whole", async () => {
    const { browser, server } = tools();
    const { before, asked } = refusing("**/js/rest.js", 1);
    const { page, close } = await visit(browser, server, "eps=0.42", { before });
    await drawn(page, { eps: 0.42 });
    await rested(page);
    assert.equal(asked(), 2, "the first was refused");
    assert.ok(await page.locator("#images-open").isEnabled());
    await close();
  });

  test("what cannot be fetched at all is said, and the page does not start again and again", async () => {
    const { browser, server } = tools();
    const { before, asked } = refusing("**/js/help/overlay.js", Infinity);
    const { page, close } = await visit(browser, server, "", { before });
    await drawn(page);
    await page.keyboard.press("?");
    await page.waitForEvent("load");
    await drawn(page);
    await page.keyboard.press("?");
    await says(page, "#trouble", /A part of this page cannot be loaded: reload it\./);
    assert.equal(asked(), 2);
    await close();
  });

  test("whoever waits for a first map that takes long waits with a whole page", async () => {
    const { browser, server } = tools();
    let go = () => {};
    const held = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (go = resolve));
    const { page, close } = await visit(browser, server, "", {
      before: (page) => page.route(/api\/(projection|clusters)/, (route) => held.then(() => route.continue())),
    });
    await page.click("#k-distance summary");
    await page.waitForSelector("html[data-page=whole]");
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    go();
    await drawn(page);
    await page.waitForFunction(() => Boolean(document.querySelector("#k-distance canvas, #k-distance svg")));
    await close();
  });

  for (const [what, query, sentence] of /** @type {const} */ ([
    ["no cluster", "eps=0.01", /Every image is in no group\. Nearest that is otherwise: eps/],
    ["one cluster", "eps=2", /All images are one group\. Nearest that is otherwise: eps/],
  ])) {
    test(`with ${what} the page says so, and the nearest setting that is otherwise is a click away`, async () => {
      const { page, close } = await open(query);
      await says(page, "#proposal", sentence);
      await says(page, "#explain-say", /cannot be tested/);
      assert.ok(await page.locator(".rank-head").isHidden(), "a table without rows has no head");
      await page.click(".proposal-advice button");
      await page.waitForFunction(() => Number(document.getElementById("tile-clusters")?.textContent) > 1);
      assert.ok(await page.locator(".proposal-advice").isHidden());
      await close();
    });
  }

  test("a search that finds nothing says what to widen", async () => {
    const { page, close } = await open();
    await page.click("#search-open");
    for (const [name, value] of Object.entries({
      "perplexity-start": "17",
      "perplexity-stop": "18",
      min_clusters: "90",
      max_clusters: "99",
    }))
      await page.fill(`[name="${name}"]`, value);
    await page.click("#search-start");
    await says(page, "#search-status", /None of them finds as many clusters as wanted: widen/);
    assert.ok(await page.locator("#search-found").isHidden());
    await close();
  });

  for (const [what, condition, selector, sentence] of /** @type {const} */ ([
    ["one image", "filename=phantom-001.jpeg", "#waiting-text", /A map takes two images or more/],
    ["nine images", "filename~phantom-00", "#proposal", /Every image is in no group/],
  ])) {
    test(`a cohort of ${what} is no failure, and the page says what can be done`, async () => {
      const server = await startServer(["--where", condition]);
      try {
        await waitUntilReady(server);
        const { page, faults, close } = await visit(tools().browser, server);
        await says(page, selector, sentence);
        await page.waitForLoadState("networkidle");
        assert.deepEqual(faults, []);
        await close();
      } finally {
        await server.stop();
      }
    });
  }
}
