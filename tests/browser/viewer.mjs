/** The light table: what a reader of X-rays does with hand and keys, told by the pixels of the film. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FIRST_SIGHT, LOOKS, placed, roomFor } from "../../static/js/viewer/sight.js";
import { drawn, frames, visit } from "./harness.mjs";

/** @import {Browser, BrowserContextOptions, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

const MAP = "eps=0.3&min_samples=6";

/** @param {() => {browser: Browser, server: Server}} tools */
export function viewerTests(tools) {
  test("zoom, pan and fit move the film, and at 1:1 every pixel of the screen is the picture's own", async () => {
    const { page, faults, record, close } = await opened(tools());
    const whole = await film(page);
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, -600);
    const near = await changed(page, whole);
    assert.ok(near.scale > whole.scale * 1.5);
    await drag(page, { x: 500, y: 400 }, { x: 420, y: 340 }, "Shift");
    await changed(page, near);
    await page.mouse.dblclick(500, 400);
    await page.waitForFunction((text) => document.querySelector(".pane-readout")?.textContent === text, whole.readout);
    assert.equal((await film(page)).sum, whole.sum);

    await page.keyboard.press("o");
    await page.waitForFunction(() => document.querySelector(".pane-readout")?.textContent?.endsWith(" 100%"));
    const size = await page.$eval(".pane canvas", (canvas) => ({
      width: /** @type {HTMLCanvasElement} */ (canvas).width,
      height: /** @type {HTMLCanvasElement} */ (canvas).height,
    }));
    const picture = { width: record.values.width, height: record.values.height };
    const { left, top } = placed(LOOKS.actual(FIRST_SIGHT, roomFor(picture, size)), picture, size);
    const differing = await page.evaluate(
      async ({ url, left, top }) => {
        const image = new Image();
        image.src = url;
        await image.decode();
        const own = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
        const shown = /** @type {HTMLCanvasElement} */ (document.querySelector(".pane canvas")).getContext("2d");
        if (!own || !shown) return -1;
        own.drawImage(image, 0, 0);
        const side = Math.min(200, image.naturalWidth, image.naturalHeight);
        const [x, y] = [Math.floor((image.naturalWidth - side) / 2), Math.floor((image.naturalHeight - side) / 2)];
        const [a, b] = [
          own.getImageData(x, y, side, side).data,
          shown.getImageData(x + left, y + top, side, side).data,
        ];
        return a.filter((value, i) => value !== b[i]).length;
      },
      { url: `/api/images/${record.id}`, left, top },
    );
    assert.equal(differing, 0);
    assert.deepEqual(faults, []);
    await close();
  });

  test("window and level: by dragging, by key and by number; inverted it is the negative; reset is as before", async () => {
    const { page, faults, close } = await opened(tools());
    const plain = await film(page);
    await drag(page, { x: 500, y: 300 }, { x: 500, y: 420 });
    const darker = await changed(page, plain);
    assert.ok(darker.mean < plain.mean - 5, `${darker.mean} ${plain.mean}`);
    assert.match(darker.readout, /^W 256 · L 1[5-9]\d/);
    assert.equal(await page.inputValue("#viewer-level"), /L (\d+)/.exec(darker.readout)?.[1]);
    await page.keyboard.press("r");
    const again = await changed(page, darker);
    assert.deepEqual(again, plain);

    await page.keyboard.press("i");
    const negative = await changed(page, plain);
    assert.ok(Math.abs(negative.mean + plain.mean - 255) < 0.01, "the exact negative");
    assert.equal(negative.corner, 0, "the dark around the film stays dark");
    assert.equal(await page.getAttribute('#viewer [data-do="invert"]', "aria-pressed"), "true");
    await page.click('#viewer [data-do="reset"]');
    await changed(page, negative);

    for (const key of ["[", "{"]) await page.keyboard.press(key);
    await changed(page, plain);
    assert.deepEqual([await page.inputValue("#viewer-width"), await page.inputValue("#viewer-level")], ["248", "120"]);
    await page.selectOption("#viewer-window", "bright");
    const bones = await changed(page, await film(page).then((now) => ({ sum: now.sum + 1 })));
    const [, wide, high] = (/^W (\d+) · L (\d+)/.exec(bones.readout) ?? []).map(Number);
    assert.ok(wide < 200 && high > 100, bones.readout);
    await page.focus(".pane");
    await page.keyboard.press("w");
    await page.waitForFunction(() => document.querySelector(".pane-readout")?.textContent?.startsWith("W 256 · L 128"));
    assert.equal(await page.inputValue("#viewer-window"), "whole");
    await page.fill("#viewer-level", "120");
    await page.fill("#viewer-width", "2");
    await page.waitForFunction(() => document.querySelector(".pane-readout")?.textContent?.startsWith("W 2 · L 120"));
    assert.ok((await film(page)).greys <= 2, "a window of two greys leaves black and white");
    assert.deepEqual(faults, []);
    await close();
  });

  test("the films of a patient lie side by side in order of days; two fingers zoom, and a length is measured", async () => {
    const { browser, server } = tools();
    const { records } = await server.get("/api/cohort");
    /** @type {Map<string, any[]>} */
    const patients = new Map();
    for (const one of records) patients.set(one.group, [...(patients.get(one.group) ?? []), one]);
    const films = [...patients.values()].find(
      (all) =>
        all.length > 2 &&
        new Set(all.map(({ values }) => values.date)).size === all.length &&
        all.every(({ values }) => values.date?.length >= 10),
    );
    assert.ok(films, "a patient with three films");
    films.sort((a, b) => (a.values.date < b.values.date ? -1 : 1));
    const { page, faults, close } = await visit(browser, server, `${MAP}&image=${films[1].id}`);
    await shown(page, 1);
    assert.equal(await page.innerText("#viewer-films"), `film 2 of ${films.length} of the patient`);
    await page.keyboard.press("ArrowUp");
    await named(page, films[0].filename);
    await page.keyboard.press("ArrowDown");
    await named(page, films[1].filename);
    await page.keyboard.press("s");
    const names = () =>
      page
        .locator(".pane")
        .evaluateAll((panes) =>
          panes.filter((pane) => pane.checkVisibility() && pane.ariaLabel).map((pane) => pane.ariaLabel?.split(",")[0]),
        );
    await page.waitForFunction(
      (n) => document.querySelectorAll('.pane[data-state="shown"]').length >= n,
      Math.min(4, films.length),
    );
    assert.deepEqual(
      await names(),
      films.slice(0, 4).map(({ filename }) => filename),
    );

    // Fingers as a screen tells them.
    const before = await film(page);
    const touch = (/** @type {string} */ type, /** @type {number} */ pointerId, /** @type {number} */ clientX) =>
      page
        .locator(".pane-film")
        .first()
        .evaluate(
          (node, { type, pointerId, clientX }) => {
            node.setPointerCapture = () => {};
            node.dispatchEvent(
              new PointerEvent(type, { pointerId, clientX, clientY: 200, bubbles: true, pointerType: "touch" }),
            );
          },
          { type, pointerId, clientX },
        );
    for (const [finger, x] of [
      [11, 200],
      [12, 240],
    ])
      await touch("pointerdown", finger, x);
    await touch("pointermove", 12, 300);
    for (const finger of [11, 12]) await touch("pointerup", finger, 200);
    assert.ok((await changed(page, before)).scale > 2 * before.scale);
    await page.keyboard.press("0");

    await page.keyboard.press("m");
    const plain = await film(page);
    const box = await page.locator(".pane-film").nth(1).boundingBox();
    assert.ok(box);
    await drag(
      page,
      { x: box.x + 0.3 * box.width, y: box.y + 0.5 * box.height },
      { x: box.x + 0.6 * box.width, y: box.y + 0.5 * box.height },
    );
    await frames(page);
    const ink = await page
      .locator(".pane canvas")
      .nth(1)
      .evaluate((node) => {
        const canvas = /** @type {HTMLCanvasElement} */ (node);
        const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(
          0,
          0,
          canvas.width,
          canvas.height,
        );
        return data.filter((red, i) => i % 4 === 0 && red > 240 && data[i + 2] < 170).length;
      });
    assert.ok(ink > 0.2 * box.width, "a line is drawn");
    assert.equal((await film(page)).readout, plain.readout, "a measure changes no window");
    await page.keyboard.press("z");
    await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.4 * box.height);
    const lens = await film(page, 1);
    await page.mouse.move(box.x + 0.45 * box.width, box.y + 0.6 * box.height);
    await changed(page, lens, 1);
    assert.deepEqual(faults, []);
    await close();
  });

  test("the arrow keys go through the cluster and round, and the next two are fetched before", async () => {
    const { server } = tools();
    const { page, faults, asked, record, close } = await opened(tools());
    const { records } = await server.get("/api/cohort");
    const { labels } = await server.get(`/api/clusters?method=tsne&${MAP}`);
    const index = records.findIndex((/** @type {any} */ { id }) => id === record.id);
    const members = labels.flatMap((/** @type {number} */ label, /** @type {number} */ i) =>
      label === labels[index] ? [i] : [],
    );
    assert.equal(members[0], index);
    assert.equal(await page.innerText("#viewer-position"), `1 of ${members.length} in cluster ${labels[index]}`);
    for (const next of members.slice(1, 3))
      await until(() => asked.includes(`/api/images/${records[next].id}?study=1`), "the next two");
    await page.keyboard.press("ArrowRight");
    await named(page, records[members[1]].filename);
    assert.equal(await page.innerText("#viewer-position"), `2 of ${members.length} in cluster ${labels[index]}`);
    for (const _ of [1, 2]) await page.keyboard.press("ArrowLeft");
    await named(page, records[members.at(-1)].filename);
    await page.click('#viewer [data-do="next"]');
    await named(page, record.filename);
    assert.deepEqual(faults, []);
    await close();
  });

  test("where a selection has the image, the arrow keys go through the selection, and Escape leaves it", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, MAP);
    await drawn(page);
    const { records, n_images } = await server.get("/api/cohort");
    const { x, y, width, height } = /** @type {{x: number, y: number, width: number, height: number}} */ (
      await page.locator("#map").boundingBox()
    );
    for (const key of ["Shift", "Alt"]) await page.keyboard.down(key);
    await drag(page, { x: x + width - 2, y: y + 0.7 * height }, { x: x + 2, y: y + 0.3 * height });
    for (const key of ["Shift", "Alt"]) await page.keyboard.up(key);
    await page.waitForFunction(() => / selected/.test(document.getElementById("hints")?.textContent ?? ""));
    const n = Number(/^([\d,]+) selected/.exec(await page.innerText("#hints"))?.[1].replace(",", ""));
    assert.ok(n > 10 && n < n_images);
    await page.focus("#map");
    const positions = new Set();
    for (let k = 0; k < n_images && positions.size === 0; k++) {
      // From the map's first image on: who closes an image points at none.
      for (let step = 0; step <= k; step++) await page.keyboard.press("n");
      await page.keyboard.press("Enter");
      await shown(page, 1);
      const text = await page.innerText("#viewer-position");
      if (text.endsWith(` of ${n} in the selection`)) positions.add(text);
      else await page.keyboard.press("Escape");
    }
    assert.equal(positions.size, 1, "an image of the selection was opened");
    const names = [];
    for (let k = 0; k < n; k++) {
      names.push(await page.innerText("#viewer-name"));
      await page.keyboard.press("ArrowRight");
    }
    assert.equal(new Set(names).size, n, "each once, and round");
    assert.equal(await page.innerText("#viewer-name"), names[0]);
    const indices = names.map((name) => records.findIndex((/** @type {any} */ { filename }) => filename === name));
    assert.equal(indices.filter((index, k) => index > indices[(k + 1) % n]).length, 1, "in the order of the records");
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#viewer").isHidden());
    assert.match(await page.innerText("#hints"), new RegExp(`^${n} selected`));
    assert.deepEqual(faults, []);
    await close();
  });

  test("two and four X-rays side by side, linked or not, each with its name, country and cluster", async () => {
    const { server } = tools();
    const { page, faults, record, close } = await opened(tools());
    const { neighbours } = await server.get(`/api/neighbours/${record.id}?metric=euclidean&n=12`);
    const { records } = await server.get("/api/cohort");
    const nameOf = (/** @type {string} */ id) => records.find((/** @type {any} */ one) => one.id === id).filename;
    await companions(page, neighbours);
    await page.keyboard.press("c");
    await shown(page, 2);
    await page.keyboard.press("c");
    await shown(page, 4);
    const expected = [record.filename, ...neighbours.slice(0, 3).map((/** @type {any} */ { id }) => nameOf(id))];
    const told = await page
      .locator(".pane")
      .evaluateAll((panes) => panes.map((pane) => pane.getAttribute("aria-label") ?? ""));
    assert.deepEqual(
      told.map((text) => text.split(",")[0]),
      expected,
    );
    for (const text of told) assert.match(text, / · (in no group|cluster \d+)$/);
    const { values } = record;
    assert.equal(
      await page.locator(".pane-label b").first().innerText(),
      `patient ${record.group} · ${values.date} · day ${values.offset} · ${values.view}`,
      "whose, when and from where, below the film",
    );
    assert.equal(await page.locator(".pane-label svg").count(), 4);

    const before = await Promise.all([0, 1, 2, 3].map((i) => film(page, i)));
    await page.keyboard.press("+");
    const linked = await Promise.all(before.map((one, i) => changed(page, one, i)));
    linked.forEach((one, i) => assert.ok(Math.abs(one.scale / before[i].scale - 1.25) < 0.05));
    await page.keyboard.press("l");
    await page.keyboard.press("i");
    await changed(page, linked[0]);
    for (const i of [1, 2, 3]) assert.equal((await film(page, i)).sum, linked[i].sum, "not linked, not inverted");

    await page.locator(".pane-film").nth(3).click();
    await named(page, expected[3]);
    await page.keyboard.press("3");
    await named(page, expected[2]);
    assert.equal(await page.getAttribute(".pane >> nth=2", "aria-current"), "true");
    await page.keyboard.press("c");
    await shown(page, 1);
    assert.equal(
      await page.getAttribute(".pane >> nth=0", "aria-label").then((label) => label?.split(",")[0]),
      expected[2],
    );
    // Those that are hidden are linked too, and have no size to be drawn at.
    const alone = await film(page);
    await page.keyboard.press("l");
    await page.keyboard.press("i");
    await changed(page, alone);
    assert.deepEqual(faults, []);
    await close();
  });

  test("nearest neighbours by both distances; a click opens one, Shift puts it beside", async () => {
    const { server } = tools();
    const { page, faults, record, close } = await opened(tools());
    for (const metric of ["cosine", "euclidean"]) {
      await page.click(`#viewer [data-do="company"][value="${metric}"]`);
      const { neighbours } = await server.get(`/api/neighbours/${record.id}?metric=${metric}&n=12`);
      await companions(page, neighbours);
      const distances = (await page.locator(".companion-mark").allInnerTexts()).map(Number);
      neighbours.forEach((/** @type {any} */ { distance }, /** @type {number} */ i) =>
        assert.ok(Math.abs(distances[i] - distance) <= 0.005 * distance),
      );
      assert.deepEqual(
        distances,
        [...distances].sort((a, b) => a - b),
      );
    }
    await page
      .locator(".companion")
      .nth(2)
      .click({ modifiers: ["Shift"] });
    await shown(page, 2);
    assert.equal(await page.innerText("#viewer-name"), record.filename, "beside is not instead");
    const second = (await page.locator(".companion").nth(1).getAttribute("data-id")) ?? "";
    await page.locator(".companion").nth(1).click();
    await page.waitForFunction((id) => new URLSearchParams(location.search).get("image") === id, second);
    assert.deepEqual(faults, []);
    await close();
  });

  test("all of it by keyboard: from the map and back to it, with a focus that can be seen", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, MAP);
    await drawn(page);
    await page.focus("#map");
    await page.keyboard.press("n");
    await page.keyboard.press("Enter");
    await shown(page, 1);
    await page.waitForSelector(".companion");
    const outline = () =>
      page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.activeElement)).outlineStyle);
    assert.equal(await page.evaluate(() => document.activeElement?.className), "pane");
    let steps = 0;
    while (steps < 80 && !(await page.evaluate(() => document.activeElement?.classList.contains("companion")))) {
      await page.keyboard.press("Tab");
      assert.notEqual(await outline(), "none");
      steps += 1;
    }
    assert.ok(steps < 80, "the neighbours are reached");
    const neighbour = await page.evaluate(() => document.activeElement?.getAttribute("data-id"));
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      (id) => location.search.includes(`image=${id}`) && document.activeElement?.className === "pane",
      neighbour,
    );
    await page.keyboard.press("b");
    await shown(page, 2);
    const whole = await film(page);
    await page.keyboard.press("+");
    const near = await changed(page, whole);
    await page.keyboard.press("Shift+ArrowRight");
    await changed(page, near);
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#viewer").isHidden());
    assert.equal(await page.evaluate(() => document.activeElement?.id), "map");
    await page.waitForFunction(() => !location.search.includes("image="));
    assert.deepEqual(faults, []);
    await close();
  });

  test("every field of the row is there, what is empty is named, and so is whether the model was trained on it", async () => {
    const { server } = tools();
    const { page, record, close } = await opened(tools());
    const text = (await page.innerText("#viewer-facts")).replace(/\s+/g, " ");
    const { columns } = await server.get("/api/cohort");
    const missing = /Not given: (.*)\./.exec(text)?.[1].split(", ") ?? [];
    for (const { name } of columns) {
      if (record.values[name] === null || record.values[name] === "") assert.ok(missing.includes(name), name);
      else assert.ok(text.includes(name) && !missing.includes(name), name);
    }
    if (typeof record.values.in_training === "boolean")
      assert.ok(
        text.includes(
          record.is_taught ? "The model was trained on this image" : "The model was not trained on this image",
        ),
      );
    await close();
  });

  test("an image that cannot be shown says why, and its neighbour is shown all the same", async () => {
    /** @type {string[]} */
    let broken = [];
    const { page, close } = await opened(
      tools(),
      {
        before: (page) =>
          page.route("**/api/images/*", async (route, request) => {
            const index = broken.indexOf(new URL(request.url()).pathname);
            if (index === 0)
              await route.fulfill({
                status: 422,
                json: { error: { code: "unreadable", message: "the image cannot be read: the file ends early" } },
              });
            else if (index === 1) await route.fulfill({ contentType: "image/png", body: "not a picture" });
            else await route.continue();
          }),
      },
      (ids) => (broken = ids.slice(0, 2).map((id) => `/api/images/${id}`)),
    );
    await page.waitForSelector('.pane[data-state="failed"]');
    assert.equal(await page.innerText(".pane-say"), "The image cannot be read: the file ends early.");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(
      () => document.querySelector(".pane-say")?.textContent === "This image cannot be shown by the browser.",
    );
    await page.keyboard.press("ArrowRight");
    await shown(page, 1);
    assert.equal(await page.locator(".pane-say").first().innerText(), "");
    await close();
  });
  test("a cohort of features alone has no pictures, and says so", async () => {
    const { page, asked, close } = await opened(tools(), {
      before: (page) =>
        page.route("**/api/cohort", async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, json: { ...(await response.json()), has_images: false } });
        }),
    });
    await page.waitForSelector('.pane[data-state="empty"]');
    assert.match(await page.innerText(".pane-say"), /came as features alone/);
    await page.waitForSelector(".companion-name");
    assert.ok(!asked.some((path) => /^\/api\/(images|thumbnails)/.test(path)));
    await close();
  });

  for (const [theme, width] of /** @type {const} */ ([
    ["dark", 1280],
    ["light", 1280],
    ["dark", 1920],
    ["light", 1920],
  ])) {
    test(`the light table is black and whole at ${width} wide on the ${theme} page`, async () => {
      const { page, faults, close } = await opened(
        tools(),
        { viewport: { width, height: width === 1280 ? 720 : 1080 } },
        undefined,
        `&theme=${theme}`,
      );
      await page.waitForSelector(".companion");
      assert.equal((await film(page)).corner, 0);
      assert.equal(await page.$eval(".viewer-film", (node) => getComputedStyle(node).backgroundColor), "rgb(0, 0, 0)");
      const outside = await page.$$eval(".viewer button:not([hidden]):not(.copier), .viewer input", (nodes) =>
        nodes
          .filter((node) => {
            const { left, right, top, bottom, width } = node.getBoundingClientRect();
            return width > 0 && (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight);
          })
          .map((node) => node.outerHTML),
      );
      assert.deepEqual(outside, []);
      const box = await page.locator(".pane").first().boundingBox();
      assert.ok(
        box && box.height > 0.88 * (width === 1280 ? 720 : 1080) && box.width > 0.7 * width,
        "the film has the room",
      );
      assert.deepEqual(faults, []);
      await close();
    });
  }
}

/** The page with the first X-ray of cluster 0 open. @param {{browser: Browser, server: Server}} tools @param {Parameters<typeof visit>[3]} [options] @param {(members: string[]) => void} [before] @param {string} [more] */
async function opened({ browser, server }, options, before, more = "") {
  const { records } = await server.get("/api/cohort");
  const { labels } = await server.get(`/api/clusters?method=tsne&${MAP}`);
  const members = records.filter((/** @type {any} */ _, /** @type {number} */ i) => labels[i] === 0);
  before?.(members.map((/** @type {any} */ { id }) => id));
  const visited = await visit(browser, server, `${MAP}&image=${members[0].id}${more}`, options);
  await visited.page.waitForSelector("#viewer[open]");
  if (!options?.before) await shown(visited.page, 1);
  await visited.page.waitForFunction(() => document.getElementById("viewer-position")?.textContent !== "");
  return { ...visited, record: members[0] };
}

/** Waits until as many panes show their X-ray, and no more. @param {Page} page @param {number} n */
const shown = (page, n) =>
  page.waitForFunction((wanted) => {
    const panes = [...document.querySelectorAll(".pane")].filter((pane) => pane.checkVisibility());
    return (
      panes.length === wanted &&
      panes.every(
        (pane) => pane.getAttribute("data-state") === "shown" && pane.querySelector(".pane-readout")?.textContent,
      )
    );
  }, n);

/** @param {Page} page @param {string} name */
const named = (page, name) =>
  page.waitForFunction((wanted) => document.getElementById("viewer-name")?.textContent === wanted, name);

/** @param {Page} page @param {{id: string}[]} neighbours */
const companions = (page, neighbours) =>
  page.waitForFunction(
    (ids) => [...document.querySelectorAll(".companion")].map((node) => node.getAttribute("data-id")).join() === ids,
    neighbours.map(({ id }) => id).join(),
  );

/** What a pane shows: grey values of the middle part, which the film fills, and of the corner beside it. @param {Page} page @param {number} [pane] */
async function film(page, pane = 0) {
  return page
    .locator(".pane")
    .nth(pane)
    .evaluate((node) => {
      const canvas = /** @type {HTMLCanvasElement} */ (node.querySelector("canvas"));
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      const { width, height } = canvas;
      const { data } = context.getImageData(
        Math.round(0.4 * width),
        Math.round(0.4 * height),
        Math.round(0.2 * width),
        Math.round(0.2 * height),
      );
      const values = data.filter((_, i) => i % 4 === 0);
      const readout = node.querySelector(".pane-readout")?.textContent ?? "";
      return {
        mean: values.reduce((sum, value) => sum + value, 0) / values.length,
        sum: values.reduce((sum, value, i) => (31 * sum + value + i) % 4294967291, 0),
        greys: new Set(values).size,
        corner: context.getImageData(0, height - 1, 1, 1).data[0],
        scale: Number(/(\d+)%$/.exec(readout)?.[1]),
        readout,
      };
    });
}

/** The film once it is another. @param {Page} page @param {{sum: number}} before @param {number} [pane] */
async function changed(page, before, pane = 0) {
  for (let k = 0; k < 100; k++) {
    const now = await film(page, pane);
    await frames(page);
    // Not while it moves.
    if (now.sum !== before.sum && now.sum === (await film(page, pane)).sum) return now;
  }
  throw new Error(`The film of pane ${pane} has not changed.`);
}

/** @param {Page} page @param {{x: number, y: number}} from @param {{x: number, y: number}} to @param {string} [key] */
async function drag(page, from, to, key) {
  if (key) await page.keyboard.down(key);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  if (key) await page.keyboard.up(key);
}

/** @param {() => boolean} met @param {string} what */
async function until(met, what) {
  for (let k = 0; k < 100 && !met(); k++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(met(), what);
}
