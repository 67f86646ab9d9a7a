/** Two settings side by side. What they share and how far they agree is counted here again, from the server's labels. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { tintsOf } from "../../static/js/colour/tints.js";
import { drawn, still, tile, visit, withoutWebgl } from "./harness.mjs";
import { countColour, countDifferences, decodePng } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** @typedef {{labels: number[], core: boolean[], n_clusters: number, n_noise: number}} Found */

/** @param {() => {browser: Browser, server: Server}} tools */
export function compareTests(tools) {
  /** @param {string} query @returns {Promise<Found>} */
  const clustersOf = (query) => tools().server.get(`/api/clusters?${query}`);

  /** Two settings of the default map that do not agree, both with clusters. */
  const pair = async () => {
    const plane = await tools().server.get("/api/plane?method=tsne&perplexity=17");
    const cells = plane.cells.filter((/** @type {any} */ { n_clusters }) => n_clusters >= 2 && n_clusters <= 7);
    const ofMost = cells.reduce((/** @type {any} */ one, /** @type {any} */ other) =>
      other.n_clusters > one.n_clusters ? other : one,
    );
    const ofFew = cells.find(
      (/** @type {any} */ { eps, n_clusters }) => eps > ofMost.eps && n_clusters < ofMost.n_clusters,
    );
    const queryOf = (/** @type {any} */ { eps, min_samples }) => `eps=${eps}&min_samples=${min_samples}`;
    const [a, b] = [queryOf(ofMost), queryOf(ofFew)];
    return { a, b, of: { a: await clustersOf(a), b: await clustersOf(b) } };
  };
  const link = (/** @type {string} */ a, /** @type {string} */ b, more = "") =>
    `${b}&beside=${encodeURIComponent(a)}${more}`;

  test("the button keeps the setting as A; B follows the sliders, A stays, and the index between them is told", async () => {
    const { browser, server } = tools();
    const { a, of } = await pair();
    const { page, faults, asked, close } = await visit(browser, server, a);
    await drawn(page);
    assert.ok(!asked.some((path) => path.includes("/beside/panel.js")), "loaded before it is wanted");
    await page.click("#beside-open");
    await told(page);
    assert.equal(await page.getAttribute("#beside-open", "aria-pressed"), "true");
    assert.match(await page.innerText("#beside-say"), /one setting/);
    await aside(page);
    const before = await pixels(page, "#map-a");
    assert.ok(countDifferences(before, await pixels(page, "#map")) < 20, "one setting, two pictures");

    await page.focus("#eps-track");
    for (let k = 0; k < 3; k++) {
      await page.keyboard.press("PageUp");
      const eps = await page.inputValue("#eps");
      await drawn(page, { eps: Number(eps) });
      const found = await clustersOf(`${a.replace(/eps=[^&]+/, `eps=${Number(eps)}`)}`);
      await page.waitForFunction(
        (text) => document.getElementById("beside-say")?.textContent?.includes(text),
        `Adjusted Rand index ${adjustedRand(of.a.labels, found.labels).toFixed(2)}:`,
      );
    }
    await aside(page);
    await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
    assert.ok(countDifferences(before, await pixels(page, "#map-a")) < 20, "A has changed");
    assert.match(await page.innerText("#caption-a"), /^A\s*t-SNE · 2-D · perplexity 17 · eps/);
    assert.deepEqual(faults, []);
    await close();
  });

  test("the table counts every image once, clusters are matched one to one, and what is not matched has changed", async () => {
    const { browser, server } = tools();
    const { a, b, of } = await pair();
    const { page, close } = await visit(browser, server, link(a, b));
    await told(page);
    const rows = await page.$$eval(".flow", (rows) =>
      rows.map((row) => ({
        label: row.querySelector(".hidden")?.textContent ?? "",
        kept: /** @type {HTMLElement} */ (row).dataset.kept === "true",
        colours: [...row.querySelectorAll(".mark path")].map((path) => path.getAttribute("fill")),
      })),
    );
    // Clusters that are matched have one colour, and no two of one side have the same.
    const pairs = rows.filter(({ label, kept }) => kept && !label.includes("no group")).map(({ colours }) => colours);
    assert.ok(pairs.length > 0);
    for (const [one, other] of pairs) assert.equal(one, other);
    assert.equal(new Set(pairs.map(([one]) => one)).size, pairs.length);
    const legend = await page.$$eval('.legend-entry[data-kind="value"] .mark path', (marks) =>
      marks.map((mark) => mark.getAttribute("fill")),
    );
    assert.equal(new Set(legend).size, of.b.n_clusters);
    for (const [, colour] of pairs) assert.ok(legend.includes(colour));
    assert.match(await page.innerText("#findings-a"), /missing \d/);
    const flows = rows.map(({ label, kept }) => {
      const [, count, from, to] =
        /^([\d,]+) images? from (no group|cluster \d+) of A (?:stay in|go to) (no group|cluster \d+) of B$/.exec(
          label,
        ) ?? [];
      return { count: Number(count.replace(",", "")), from: numberOf(from), to: numberOf(to), kept };
    });
    for (const { count, from, to } of flows) {
      assert.equal(count, of.a.labels.filter((label, i) => label === from && of.b.labels[i] === to).length);
    }
    assert.equal(
      flows.reduce((sum, { count }) => sum + count, 0),
      of.a.labels.length,
    );
    for (const side of /** @type {const} */ (["from", "to"])) {
      const kept = flows.filter((flow) => flow.kept).map((flow) => flow[side]);
      assert.equal(new Set(kept).size, kept.length);
    }
    const changed = flows.filter(({ kept }) => !kept).reduce((sum, { count }) => sum + count, 0);
    assert.ok(changed > 0);
    assert.ok(
      (await page.innerText("#beside-say")).startsWith(
        `Adjusted Rand index ${adjustedRand(of.a.labels, of.b.labels).toFixed(2)}: ${changed} of ${of.a.labels.length} images change`,
      ),
    );
    const both = of.a.labels.map((_, i) => i).filter((i) => of.a.labels[i] >= 0 && of.b.labels[i] >= 0);
    const without = adjustedRand(
      both.map((i) => of.a.labels[i]),
      both.map((i) => of.b.labels[i]),
    );
    if (both.length < of.a.labels.length)
      assert.ok((await page.innerText("#beside-say")).includes(`Without those in no group ${without.toFixed(2)}.`));
    assert.equal(await page.getAttribute("#moves", "data-rings"), String(changed));
    await close();
  });

  test("an image that is pointed at in one map is ringed in both, and the card says where it is in the other", async () => {
    const { browser, server } = tools();
    const { a, b, of } = await pair();
    const { page, faults, close } = await visit(browser, server, link(a, b, "&marks=dots"));
    await told(page);
    for (const [here, there, other] of /** @type {const} */ ([
      ["#map-a", "#ring", "b"],
      ["#map", "#ring-a", "a"],
    ])) {
      await page.focus(here);
      await page.keyboard.press("n");
      await page.waitForSelector(`${there}:not([hidden])`, { state: "attached" });
      const own = other === "b" ? "#hover-card-a" : "#hover-card";
      // From nowhere, N goes to the first image.
      const label = of[other].labels[0];
      assert.match(
        await page.innerText(own),
        new RegExp(`in ${other.toUpperCase()}: ${label < 0 ? "in no group" : `cluster ${label}`}`),
      );
      assert.ok(await page.locator(other === "b" ? "#hover-card" : "#hover-card-a").isHidden());
      // The two maps are one map here, and each is as wide as the other.
      const [ringA, ringB] = [await ringOf(page, "#ring-a"), await ringOf(page, "#ring")];
      assert.ok(Math.hypot(ringA.x - ringB.x, ringA.y - ringB.y) < 1.5, JSON.stringify([ringA, ringB]));
      await page.keyboard.press("Escape");
      await page.waitForFunction((id) => /** @type {HTMLElement} */ (document.querySelector(id)).hidden, there);
    }
    assert.deepEqual(faults, []);
    await close();
  });

  test("moves are drawn for those that change: by the switch for all, by pointing at a row for those of the row", async () => {
    const { browser, server } = tools();
    const { a, b } = await pair();
    const { page, close } = await visit(browser, server, link(a, b));
    await told(page);
    const rings = Number(await page.getAttribute("#moves", "data-rings"));
    assert.equal(await page.getAttribute("#moves", "data-lines"), "0");
    assert.equal(await onDivider(page), 0);
    await page.check("#beside-moves");
    await page.waitForFunction((count) => document.getElementById("moves")?.dataset.lines === String(count), rings);
    assert.ok((await onDivider(page)) > 0, "no line crosses from one map to the other");
    const row = page.locator('.flow[data-kept="false"]').first();
    const count = await row.locator(".flow-count").innerText();
    await row.hover();
    await page.waitForFunction(
      (count) => document.getElementById("moves")?.dataset.lines === count,
      count.replace(",", ""),
    );
    assert.equal(
      await page.getAttribute("#moves", "data-rings"),
      count.replace(",", ""),
      "what is dimmed is not ringed",
    );
    await page.mouse.move(5, 5);
    await page.waitForFunction((count) => document.getElementById("moves")?.dataset.lines === String(count), rings);
    await page.uncheck("#beside-moves");
    await page.waitForFunction(() => document.getElementById("moves")?.dataset.lines === "0");
    await close();
  });

  test("what is selected or hidden is so in both maps, whichever hand did it", async () => {
    const { browser, server } = tools();
    const { a, b, of } = await pair();
    const { page, faults, close } = await visit(browser, server, link(a, b, "&marks=dots"));
    await told(page);
    await aside(page);
    const selected = () =>
      page.$eval("#hints", (line) =>
        Number(/^([\d,]+) selected/.exec(line.textContent ?? "")?.[1].replace(",", "") ?? 0),
      );

    const row = page.locator('.flow[data-kept="false"]').first();
    const count = Number((await row.locator(".flow-count").innerText()).replace(",", ""));
    await row.click();
    await aside(page);
    assert.equal(await selected(), count);
    assert.equal(await page.getAttribute("#moves", "data-rings"), String(count), "rings of what is dimmed");
    for (const selector of ["#map-a", "#map"])
      assert.ok(coloured(await pixels(page, selector)) < 120 * count, `${selector} is not dimmed`);

    await page.focus("#map-a");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !/selected/.test(document.getElementById("hints")?.textContent ?? ""));
    await page.keyboard.press("n");
    await page.keyboard.press("a");
    await page.waitForFunction(() => /selected/.test(document.getElementById("hints")?.textContent ?? ""));
    // N went to the first image, A selects its cluster: that of A, not that of B.
    assert.equal(await selected(), of.a.labels.filter((label) => label === of.a.labels[0]).length);
    await page.keyboard.press("Escape");

    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (
      await page.locator("#map-a").boundingBox()
    );
    await page.keyboard.down("Shift");
    await page.mouse.move(box.x + box.width - 3, box.y + 3);
    await page.mouse.down();
    for (const [x, y] of [
      [0.99, 0.99],
      [0.5, 0.99],
      [0.5, 0.01],
    ])
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    const lassoed = await selected();
    assert.ok(lassoed > 0 && lassoed < of.a.labels.length, `${lassoed} within the lasso`);
    await page.keyboard.press("Escape");
    await aside(page);

    const film = async () => countColour(await pixels(page, "#map-a"), bytesOf(INKS.dark.film));
    const before = await film();
    await page.locator(".legend-entry").first().click();
    await aside(page);
    assert.equal(countColour(await pixels(page, "#map"), bytesOf(INKS.dark.cycle[0])), 0);
    const hidden = of.b.labels.filter((label) => label === 0).length;
    assert.ok((await film()) > before + 3 * hidden, `what B hides is seen in A: ${before}, ${await film()}`);
    assert.deepEqual(faults, []);
    await close();
  });

  test("swap, take A and close; the key does what the button does", async () => {
    const { browser, server } = tools();
    const { a, b, of } = await pair();
    const { page, faults, close } = await visit(browser, server, link(a, b));
    await told(page);
    const sentence = await page.innerText("#beside-say");
    const [captionA, captionB] = [await page.innerText("#caption-a"), await page.innerText("#caption-b")];
    await page.click("#beside-swap");
    await drawn(page, Object.fromEntries(new URLSearchParams(a)));
    await page.waitForFunction(
      (text) => document.getElementById("caption-b")?.innerText === text,
      captionA.replace(/^A/, "B"),
    );
    assert.equal(await page.innerText("#caption-a"), captionB.replace(/^B/, "A"));
    await told(page);
    // The index is the same both ways; the images that change are too, where clusters are matched one to one.
    assert.equal((await page.innerText("#beside-say")).slice(0, 27), sentence.slice(0, 27));
    await page.click("#beside-take");
    await drawn(page, Object.fromEntries(new URLSearchParams(b)));
    assert.ok(await page.locator("#beside").isHidden());
    assert.equal(await tile(page, "noise"), of.b.n_noise);
    await page.focus("#map");
    await page.keyboard.press("b");
    await told(page);
    await page.click("#beside-close");
    assert.ok(await page.locator("#beside-bar").isHidden());
    assert.ok(await page.locator("#findings").isVisible());
    await page.focus("#search-open");
    await page.keyboard.press("b");
    await told(page);
    await page.keyboard.press("b");
    await page.waitForSelector("#beside", { state: "hidden" });
    assert.deepEqual(faults, []);
    await close();
  });

  test("a link brings both back, whatever A is", async () => {
    const { browser, server } = tools();
    const { b } = await pair();
    const settings = {
      "another map": "perplexity=30&eps=0.5&min_samples=9",
      "another method": "method=pca&eps=0.4&min_samples=9",
      "three dimensions": "method=pca&n_components=3&eps=0.7&min_samples=9",
    };
    for (const [name, a] of Object.entries(settings)) {
      const first = await visit(browser, server, link(a, b));
      await told(first.page);
      await aside(first.page);
      const [found, labels] = [
        await first.page.innerText("#beside-say"),
        [await clustersOf(a), await clustersOf(b)].map(({ labels }) => labels),
      ];
      assert.ok(
        found.startsWith(`Adjusted Rand index ${adjustedRand(labels[0], labels[1]).toFixed(2)}:`),
        `${name}: ${found}`,
      );
      // By now the address is the page's own, with every parameter of A in it.
      await first.page.click("#theme-toggle");
      await first.page.waitForFunction(() => location.search.includes("theme=light"));
      const second = await visit(browser, server, new URL(first.page.url()).search.slice(1));
      await told(second.page);
      await aside(second.page);
      assert.equal(await second.page.innerText("#caption-a"), await first.page.innerText("#caption-a"));
      assert.equal(await second.page.innerText("#beside-say"), found);
      assert.ok(countDifferences(await pixels(first.page, "#map-a"), await pixels(second.page, "#map-a")) < 40, name);
      assert.deepEqual([...first.faults, ...second.faults], []);
      await first.close();
      await second.close();
    }
  });

  test("where A is of fewer images, those that both have are compared, by their ids", async () => {
    const { browser, server } = tools();
    const { records, columns } = await server.get("/api/cohort");
    const { name } = columns.find(
      (/** @type {any} */ { kind, derived, n_unique }) => kind === "category" && !derived && n_unique > 1,
    );
    const value = records
      .map((/** @type {any} */ { values }) => values[name])
      .find((/** @type {unknown} */ value) => typeof value === "string");
    const a = `eps=0.5&min_samples=6&where=${encodeURIComponent(`${name}=${value}`)}`;
    const b = "eps=0.4&min_samples=6";
    const { page, faults, close } = await visit(browser, server, link(a, b));
    await told(page);
    const kept = records
      .map((/** @type {any} */ { values }, /** @type {number} */ i) => (values[name] === value ? i : -1))
      .filter((/** @type {number} */ i) => i >= 0);
    assert.ok(kept.length > 10 && kept.length < records.length, `${kept.length} with ${name} ${value}`);
    const [ofA, ofB] = [await clustersOf(a), await clustersOf(b)];
    const ari = adjustedRand(
      ofA.labels,
      kept.map((/** @type {number} */ i) => ofB.labels[i]),
    );
    const sentence = await page.innerText("#beside-say");
    assert.ok(
      sentence.startsWith(`Adjusted Rand index ${ari.toFixed(2)}:`) &&
        sentence.includes(`the ${kept.length} images that both have`),
      sentence,
    );
    assert.equal(await page.getAttribute("#map-a", "data-points"), String(kept.length));
    assert.match(await page.innerText("#caption-a"), new RegExp(`only ${name}=`));
    // From nowhere, N goes to the first image of A; in B it stands elsewhere in the list.
    await page.focus("#map-a");
    await page.keyboard.press("n");
    await page.waitForSelector("#ring:not([hidden])", { state: "attached" });
    const label = ofB.labels[kept[0]];
    assert.match(
      await page.innerText("#hover-card-a"),
      new RegExp(`in B: ${label < 0 ? "in no group" : `cluster ${label}`}`),
    );
    await page.click("#beside-swap");
    await page.waitForFunction(
      (count) =>
        document.getElementById("map")?.dataset.points === String(count) &&
        document.getElementById("map-a")?.dataset.points !== String(count),
      kept.length,
    );
    await told(page);
    assert.ok((await page.innerText("#beside-say")).includes(`${ari.toFixed(2)}:`), "the other way round");
    assert.deepEqual(faults, []);
    await close();
  });

  test("what the link says wrong of A is told before anything is shown, and what the server refuses while B goes on", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, link("perplexity=-4&eps=x&method=isomap", "eps=0.5"));
    await page.waitForSelector("#waiting-without", { state: "visible" });
    const says = await page.innerText("#waiting-text");
    for (const fault of ["perplexity is “-4”", "eps is “x”", "method is “isomap”"])
      assert.ok(says.includes(fault), says);
    await page.click("#waiting-without");
    await told(page);
    assert.match(await page.innerText("#caption-a"), /t-SNE · 2-D · perplexity 17 · eps 0\.40/);
    await close();
    const refused = await visit(browser, server, link("perplexity=400", "eps=0.5"));
    await drawn(refused.page, { eps: 0.5 });
    await refused.page.waitForFunction(() =>
      /perplexity/i.test(document.getElementById("beside-waiting")?.textContent ?? ""),
    );
    assert.equal(await refused.page.innerText("#beside-say"), "");
    await refused.page.focus("#eps-track");
    await refused.page.keyboard.press("ArrowRight");
    await drawn(refused.page, { eps: 0.51 });
    await refused.page.click("#beside-close");
    await refused.page.waitForSelector("#beside", { state: "hidden" });
    await refused.close();
  });

  test("one map in two colourings is zoomed as one, two maps each by itself", async () => {
    const { browser, server } = tools();
    const { a, b } = await pair();
    for (const [query, together] of /** @type {const} */ ([
      [link(a, b, "&marks=dots"), true],
      [link("perplexity=30&eps=0.4", b, "&marks=dots"), false],
    ])) {
      const { page, close } = await visit(browser, server, query);
      await told(page);
      await aside(page);
      const before = await pixels(page, "#map");
      const beforeA = await pixels(page, "#map-a");
      await page.hover("#map-a");
      await page.mouse.wheel(0, -400);
      await aside(page);
      assert.ok(countDifferences(beforeA, await pixels(page, "#map-a")) > 300);
      assert.equal(countDifferences(before, await pixels(page, "#map")) > 300, together);
      await close();
    }
  });

  for (const scheme of /** @type {const} */ (["dark", "light"])) {
    for (const width of [1280, 1920]) {
      test(`side by side, ${scheme}, ${width} wide: two maps of one size, each in its own colours, and nothing is cut off`, async () => {
        const { browser, server } = tools();
        const { a, b, of } = await pair();
        const { page, faults, close } = await visit(browser, server, link(a, b, `&theme=${scheme}&marks=dots`), {
          viewport: { width, height: 900 },
        });
        await told(page);
        await aside(page);
        const [boxA, boxB] = [await page.locator("#map-a").boundingBox(), await page.locator("#map").boundingBox()];
        assert.ok(
          boxA && boxB && boxA.width > 0.22 * width && Math.abs(boxA.width - boxB.width) <= 2,
          JSON.stringify([boxA, boxB]),
        );
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
        for (const id of ["beside-swap", "beside-take", "beside-close", "beside-moves"]) {
          const box = await page.locator(`#${id}`).boundingBox();
          assert.ok(box && box.x + box.width <= boxB.x + boxB.width, id);
        }
        const matched = tintsOf(of.b.labels, [{ labels: of.a.labels, tints: [] }]);
        for (const [selector, found, tints] of /** @type {const} */ ([
          ["#map-a", of.a, []],
          ["#map", of.b, matched],
        ])) {
          const seen = await pixels(page, selector);
          for (let label = 0; label < 7; label++) {
            const cores = found.labels.filter((own, i) => (tints[own] ?? own) === label && found.core[i]).length;
            const count = countColour(seen, bytesOf(INKS[scheme].cycle[label]));
            assert.ok(
              cores === 0 ? count < 10 : count >= 20 * Math.min(cores, 8),
              `${selector}, colour ${label}: ${count} pixels for ${cores} core points`,
            );
          }
        }
        assert.deepEqual(faults, []);
        await close();
      });
    }
  }

  test("without WebGL2 both maps are drawn, and without motion too", async () => {
    const { browser, server } = tools();
    const { a, b } = await pair();
    const { page, faults, close } = await visit(browser, server, link(a, b), {
      before: withoutWebgl,
      reducedMotion: "reduce",
    });
    await told(page);
    assert.equal(await page.getAttribute("#map-a", "data-renderer"), "canvas2d");
    assert.ok(coloured(await pixels(page, "#map-a")) >= 35, "not one core point");
    assert.deepEqual(faults, []);
    await close();
  });
}

/** Waits until both maps are there and have been compared. @param {Page} page */
async function told(page) {
  await drawn(page);
  await page.waitForFunction(
    () =>
      document.getElementById("beside-waiting")?.hidden &&
      document.getElementById("beside-say")?.textContent &&
      document.getElementById("map-a")?.dataset.drawnKey,
  );
}

/** The pointer out of the way, and what moves or fades at rest. @param {Page} page */
async function aside(page) {
  await page.mouse.move(5, 5);
  await still(page);
}

/** A canvas alone: what lies over it is hidden for the picture. @param {Page} page @param {string} selector */
async function pixels(page, selector) {
  const over = ".stage > :not(#map), .beside > :not(#map-a)";
  await page.$$eval(over, (nodes) =>
    nodes.forEach((node) => /** @type {HTMLElement} */ (node).style.setProperty("visibility", "hidden")),
  );
  const box = /** @type {{x: number, y: number, width: number, height: number}} */ (
    await page.locator(selector).boundingBox()
  );
  // Without the line between the maps.
  const png = await page.screenshot({ clip: { ...box, width: box.width - 2 } });
  await page.$$eval(over, (nodes) =>
    nodes.forEach((node) => /** @type {HTMLElement} */ (node).style.removeProperty("visibility")),
  );
  return decodePng(png);
}

/** The middle of a ring, from the corner of its map. @param {Page} page @param {string} selector */
const ringOf = (page, selector) =>
  page.$eval(selector, (ring) => {
    const { m41, m42 } = new DOMMatrix(getComputedStyle(ring).transform);
    const half = parseFloat(/** @type {HTMLElement} */ (ring).style.width) / 2;
    return { x: m41 + half, y: m42 + half };
  });

/** How many pixels are drawn where the two maps meet. @param {Page} page */
const onDivider = (page) =>
  page.$eval("#moves", (canvas) => {
    const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
    const context = /** @type {CanvasRenderingContext2D} */ (
      /** @type {HTMLCanvasElement} */ (canvas).getContext("2d")
    );
    return context.getImageData(Math.round(width / 2), 0, 1, height).data.filter((value, i) => i % 4 === 3 && value > 0)
      .length;
  });

/** How many pixels have some cluster's full colour. @param {import("./png.mjs").Pixels} picture */
const coloured = (picture) => INKS.dark.cycle.reduce((sum, colour) => sum + countColour(picture, bytesOf(colour)), 0);

/** @param {string} name */
const numberOf = (name) => (name === "no group" ? -1 : Number(name.slice(8)));

/** Pair by pair (Hubert and Arabie 1985). @param {readonly number[]} a @param {readonly number[]} b */
function adjustedRand(a, b) {
  const pairs = { together: 0, inA: 0, inB: 0, apart: 0 };
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [sameA, sameB] = [a[i] === a[j], b[i] === b[j]];
      pairs[sameA && sameB ? "together" : sameA ? "inA" : sameB ? "inB" : "apart"] += 1;
    }
  }
  const { together, inA, inB, apart } = pairs;
  if (inA === 0 && inB === 0) return 1;
  return (2 * (together * apart - inA * inB)) / ((together + inB) * (inB + apart) + (together + inA) * (inA + apart));
}
