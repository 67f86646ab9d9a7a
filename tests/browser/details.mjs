/** Small things that have to be as somebody expects: numbers, buttons, scores, links, contours. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { drawn, rested, still, visit } from "./harness.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** Painted pixels of a canvas that is drawn with lines. @param {Page} page */
const painted = (page) =>
  page.evaluate(() => {
    const canvas = document.getElementById("contours-drawn");
    const context = canvas instanceof HTMLCanvasElement && canvas.getContext("2d");
    if (!context) return 0;
    const { data } = context.getImageData(0, 0, context.canvas.width, context.canvas.height);
    return data.reduce((sum, value, i) => sum + (i % 4 === 3 && value > 0 ? 1 : 0), 0);
  });

/** @param {() => {browser: Browser, server: Server}} tools */
export function detailTests(tools) {
  const open = async (
    /** @type {string} */ query = "",
    /** @type {import("./harness.mjs").VisitOptions} */ options = {},
  ) => {
    const { browser, server } = tools();
    const visited = await visit(browser, server, query, options);
    await drawn(visited.page);
    return { ...visited, server };
  };

  test("a comma is the point before decimals wherever a number is typed", async () => {
    const { page, faults, close } = await open();
    await page.click("#more-map summary");
    await page.click("#search-open");
    for (const field of ["#eps", "#learning_rate", "#early_exaggeration", '[name="eps-start"]']) {
      await page.locator(field).selectText();
      await page.keyboard.type("1,5");
      assert.equal(await page.inputValue(field), "1.5", field);
    }
    await drawn(page, { eps: 1.5 });
    assert.deepEqual(faults, []);
    await close();
  });

  test("the tools of the map are one row wherever there is a map, so that it keeps its size", async () => {
    const { page, faults, close } = await open();
    for (const width of [1024, 1280, 1366, 1440, 1520, 1600, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await page.$eval(".map-foot", (node) => node.clientHeight), 44, `${width} pixels wide`);
    }
    assert.deepEqual(faults, []);
    await close();
  });

  test("a button that cannot be used looks so, and says why", async () => {
    const { browser, server } = tools();
    let go = () => {};
    const held = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (go = resolve));
    const { page, close } = await visit(browser, server, "", {
      before: (page) => page.route("**/api/cohort*", (route) => held.then(() => route.continue())),
    });
    await page.locator("#search-open:disabled").waitFor();
    const off = await page.evaluate(() =>
      [...document.querySelectorAll(".bar button, .map-foot button")].flatMap((node) => {
        const button = /** @type {HTMLButtonElement} */ (node);
        if (!button.disabled || !button.checkVisibility()) return [];
        const { borderStyle, cursor } = getComputedStyle(button);
        return [{ id: button.id, says: button.dataset.off ?? "", look: `${borderStyle} ${cursor}` }];
      }),
    );
    assert.ok(off.length >= 6, JSON.stringify(off));
    for (const { id, says, look } of off) {
      assert.match(says, /^[A-Z].*\.$/, id);
      assert.equal(look, "dashed not-allowed", id);
    }
    await page.hover("#search-open", { force: true });
    const told = await page.$eval("#search-open", (node) => getComputedStyle(node, "::after").content);
    assert.match(told, /two images at least/);
    go();
    await drawn(page);
    assert.ok(await page.isEnabled("#search-open"));
    await close();
  });

  test("scores say which way is better, and a single cluster has none", async () => {
    const { page, close } = await open("eps=0.3&min_samples=6");
    const after = (/** @type {string} */ id) => page.$eval(id, (node) => getComputedStyle(node, "::after").content);
    assert.match(await after("#tile-score"), /↓.*lower is better/);
    assert.match(await after("#tile-silhouette"), /↑.*higher is better/);
    await page.fill("#eps", "6");
    await drawn(page, { eps: 6 });
    assert.equal(await page.innerText("#tile-clusters"), "1");
    assert.deepEqual(
      [await page.innerText("#tile-score"), await page.innerText("#tile-silhouette")].map((text) => text.trim()[0]),
      ["–", "–"],
    );
    await close();
  });

  test("a click made while the server is away is not kept", async () => {
    const { page, asked, close } = await open();
    await rested(page);
    await page.click('.verdict-line[data-key="chance"] .verdict-mark');
    await page.route("**/api/**", (route) => route.abort());
    await page.click("#null-run button");
    await page.waitForFunction(() =>
      /does not answer/.test(document.querySelector("#null-run [role=status]")?.textContent ?? ""),
    );
    await page.unroute("**/api/**");
    const before = asked.length;
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    await drawn(page, { eps: 0.41 });
    await rested(page);
    assert.ok(!asked.slice(before).some((path) => /\/api\/(null|jobs)/.test(path)), "it was started by itself");
    assert.equal(await page.getAttribute("#null-run", "data-job"), "failed");
    await close();
  });

  test("shares or counts are in the link", async () => {
    const { page, close } = await open();
    await page.selectOption("#cards-scale", "count");
    await page.waitForFunction(() => location.search.includes("scale=count"));
    await page.reload();
    await drawn(page);
    assert.equal(await page.inputValue("#cards-scale"), "count");
    await page.selectOption("#cards-scale", "share");
    await page.waitForFunction(() => !location.search.includes("scale="));
    await close();
  });

  test("the white line of a bar means the same before and after the tests", async () => {
    const { browser, server } = tools();
    let go = () => {};
    const held = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (go = resolve));
    const { page, close } = await visit(browser, server, "eps=0.3&min_samples=6", {
      before: (page) => page.route("**/api/findings*", (route) => held.then(() => route.continue())),
    });
    await drawn(page);
    const ticks = () =>
      page
        .locator(".card .bar-tick")
        .evaluateAll((nodes) => nodes.map((node) => /** @type {HTMLElement} */ (node).style.left));
    const before = await ticks();
    assert.ok(before.length > 3);
    go();
    await rested(page);
    await page.locator(".bar-sign.enriched, .bar-sign.depleted").first().waitFor();
    assert.deepEqual(await ticks(), before);
    await close();
  });

  test("a map that is shown again lies as it did, by whatever way one comes back", async () => {
    const { page, close } = await open();
    const turn = () => page.evaluate(() => new URLSearchParams(location.search).get("turn"));
    const go = async (/** @type {number} */ perplexity) => {
      await page.fill("#perplexity", String(perplexity));
      await drawn(page, { perplexity });
      await still(page);
      await page.waitForFunction((text) => location.search.includes(`perplexity=${text}&`), String(perplexity));
      return turn();
    };
    const thirty = await go(30);
    for (const way of [5, 44, 12]) await go(way);
    assert.equal(await go(30), thirty);
    await go(9);
    assert.equal(await go(17), null, "the first lies as its coordinates do");
    await close();
  });

  test("where clusters are more than marks the legend says that they come again", async () => {
    const { page, server, close } = await open("eps=0.05&min_samples=1");
    const { n_clusters } = await server.get("/api/clusters?method=tsne&eps=0.05&min_samples=1");
    assert.ok(n_clusters > 42);
    assert.match(await page.innerText("#legend"), /42 marks: beyond, they come again/);
    await page.fill("#eps", "0.3");
    await page.fill("#min_samples", "6");
    await drawn(page, { eps: 0.3, min_samples: 6 });
    assert.doesNotMatch(await page.innerText("#legend"), /come again/);
    await close();
  });

  test("what can be tested is offered first", async () => {
    const { page, close } = await open();
    await rested(page);
    await page.click('.verdict-line[data-key="made_of"] .verdict-mark');
    const [offered, untestable] = await Promise.all([
      page
        .locator("#within option")
        .evaluateAll((nodes) => nodes.slice(1).map((node) => /** @type {HTMLOptionElement} */ (node).value)),
      page.locator("#untestable li").evaluateAll((nodes) => nodes.map((node) => node.textContent?.trim() ?? "")),
    ]);
    const can = offered.map(
      (name) => !untestable.some((text) => text.startsWith(`${name} `) || text.startsWith(`${name}:`) || text === name),
    );
    assert.ok(can.length > 1 && can[0]);
    assert.deepEqual(
      can,
      can.toSorted((a, b) => Number(b) - Number(a)),
      `${offered}`,
    );
    await close();
  });

  for (const [width, height, theme] of /** @type {const} */ ([
    [1024, 768, "light"],
    [1440, 900, "dark"],
    [1920, 1080, "dark"],
  ]))
    test(`contours of each group are drawn at a click, kept in the link, and refused in 3-D (${width} × ${height}, ${theme})`, async () => {
      const { page, server, faults, asked, close } = await open(`eps=0.3&min_samples=6&marks=dots&theme=${theme}`, {
        viewport: { width, height },
        reducedMotion: "reduce",
      });
      const button = page.locator("#contours");
      assert.ok(!asked.some((path) => path.includes("/contours/panel.js")), "loaded before it is wanted");
      await button.click();
      const { labels } = await server.get("/api/clusters?method=tsne&eps=0.3&min_samples=6");
      const wanted = [...new Set(labels)].filter((label) => Number(label) >= 0).sort((a, b) => Number(a) - Number(b));
      await page.locator(`#contours-drawn[data-groups="${wanted.join(" ")}"]`).waitFor({ state: "attached" });
      await still(page);
      const once = await painted(page);
      assert.ok(once > 300, `${once} pixels`);
      // They go with the map.
      await page.click("#zoom-in");
      await still(page);
      assert.ok(Math.abs((await painted(page)) - once) > 50);
      await page.waitForFunction(() => location.search.includes("contours=on"));
      await page.reload();
      await drawn(page);
      await page.locator(`#contours-drawn[data-groups="${wanted.join(" ")}"]`).waitFor({ state: "attached" });
      assert.equal(await button.getAttribute("aria-pressed"), "true");
      await page.focus("#map");
      await page.keyboard.press("c");
      await still(page);
      assert.equal(await painted(page), 0);
      await page.keyboard.press("c");
      await page.click('[name="n_components"][value="3"] + span');
      await drawn(page, { n_components: 3 });
      await still(page);
      assert.ok(await button.isDisabled());
      assert.match((await button.getAttribute("data-off")) ?? "", /flat map/);
      assert.equal(await painted(page), 0);
      assert.deepEqual(faults, []);
      await close();
    });
}
