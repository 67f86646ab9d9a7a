/** The way back: settings that rested are steps of the browser and of Ctrl+Z, and stand in a strip beneath the map. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { INKS, bytesOf } from "../../static/js/colour/palette.js";
import { drawn, still, visit } from "./harness.mjs";
import { countColour, decodePng } from "./png.mjs";

/** @import {Browser, Page} from "playwright-core" */
/** @import {Server} from "./harness.mjs" */

/** @param {() => {browser: Browser, server: Server}} tools */
export function stepTests(tools) {
  test("settings and selections are undone in one order, and Back and Forward go through the settings, also after a reload", async () => {
    const { browser, server } = tools();
    const { page, faults, close } = await visit(browser, server, "eps=0.3&min_samples=6");
    await drawn(page);
    await looked(page, 1);
    const entries = () => page.evaluate(() => history.length);
    const first = await entries();

    await page.focus("#map");
    await page.keyboard.press("n");
    await page.keyboard.press("x");
    await page.waitForSelector("#selection-now:not([hidden])");
    await dragTo(page, "#eps-track", 0.3);
    await looked(page, 2);
    const eps = await page.inputValue("#eps");
    assert.notEqual(Number(eps), 0.3);
    assert.equal(await entries(), first + 1, "a drag is one step");

    await page.focus("#map");
    const told = async (/** @type {boolean} */ selected, /** @type {string} */ wanted) => {
      await drawn(page, { eps: Number(wanted) });
      await page.waitForSelector(`#selection-now${selected ? ":not([hidden])" : "[hidden]"}`, { state: "attached" });
      await still(page);
      assert.equal(new URL(page.url()).searchParams.get("eps"), String(Number(wanted)));
    };
    for (const [keys, selected, wanted] of /** @type {const} */ ([
      ["Control+z", true, "0.3"],
      ["Control+z", false, "0.3"],
      ["Control+z", false, "0.3"],
      ["Control+Shift+z", true, "0.3"],
      ["Control+Shift+z", true, eps],
    ])) {
      await page.keyboard.press(keys);
      await told(selected, wanted);
    }
    await page.goBack();
    await told(true, "0.3");
    assert.equal(await page.locator('.step[aria-current="step"]').count(), 1);
    await page.goForward();
    await told(true, eps);

    await page.reload();
    await drawn(page, { eps: Number(eps) });
    await page.goBack();
    await drawn(page, { eps: 0.3 });
    assert.equal(await page.inputValue("#eps"), "0.30");
    assert.deepEqual(faults, []);
    await close();
  });

  test("the strip shows the settings as small maps with their verdict; one is named, gone to, and kept as A", async () => {
    const { browser, server } = tools();
    const { page, faults, asked, close } = await visit(browser, server, "eps=0.3&min_samples=6");
    await drawn(page);
    assert.ok(!asked.some((path) => path.includes("/steps/strip.js")), "loaded before anything has rested");
    await looked(page, 1);
    await page.fill("#eps", "0.5");
    await page.keyboard.press("Enter");
    await looked(page, 2);
    const small = decodePng(await page.locator(".step canvas").first().screenshot());
    assert.ok(countColour(small, bytesOf(INKS.dark.cycle[0])) > 5, "points have their colours");
    await page.waitForFunction(() => /[a-z]{3}/.test(document.querySelectorAll(".step-said")[1]?.textContent ?? ""));
    assert.match(await page.innerText(".step:nth-child(2)"), /17, 0\.50, 6/);

    await page.hover(".step:nth-child(1)");
    await page.click('.step:nth-child(1) [data-act="name"]');
    await page.keyboard.type("before");
    await page.keyboard.press("Enter");
    assert.match(await page.innerText(".step:nth-child(1)"), /before/);
    await page.click('.step:nth-child(1) [data-act="pin"]');
    await page.waitForFunction(() => document.getElementById("caption-a")?.textContent?.includes("eps 0.30"));
    assert.equal(await page.getAttribute('.step:nth-child(1) [data-act="pin"]', "aria-pressed"), "true");
    await page.click("#beside-close");
    await page.click(".step:nth-child(1) .step-go");
    await drawn(page, { eps: 0.3 });
    await still(page);
    await page.goBack();
    await drawn(page, { eps: 0.5 });

    await page.click("#steps-fold");
    assert.ok(await page.locator("#steps").isHidden());
    assert.deepEqual(faults, []);
    await close();
  });

  test("a setting that was named in one browser is a small map in another, and its name is read whole", async () => {
    const { browser, server } = tools();
    const one = await visit(browser, server, "eps=0.3&min_samples=6");
    await drawn(one.page);
    await looked(one.page, 1);
    await one.page.click('.step [data-act="name"]');
    await one.page.keyboard.type("the groups before the break");
    await one.page.keyboard.press("Enter");
    const whole = (/** @type {Page} */ page) =>
      page.$eval(
        ".step-name",
        (name) => name.textContent === "the groups before the break" && name.scrollWidth <= name.clientWidth,
      );
    assert.ok(await whole(one.page));
    await one.page.waitForFunction(async () => (await (await fetch("/api/project")).json()).items.length > 0);
    await one.close();

    const { page, faults, close } = await visit(browser, server, "eps=0.6&min_samples=6", { kept: true });
    await looked(page, 2);
    await page.waitForFunction(() => document.querySelectorAll(".step.unseen").length === 0);
    const small = decodePng(await page.locator(".step canvas").first().screenshot());
    assert.ok(countColour(small, bytesOf(INKS.dark.cycle[0])) > 5, "points have their colours");
    assert.ok(await whole(page));
    assert.equal(new URL(page.url()).searchParams.get("eps"), "0.6");
    assert.deepEqual(faults, []);
    await close();
  });

  test("a link from another backend says so, and the page's own link names the one that is here", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server, "eps=0.5&backend=another+1.0");
    await drawn(page);
    assert.match(await page.innerText("#notice"), /features of another 1\.0, and here they come of/);
    await page.fill("#eps", "0.4");
    await page.keyboard.press("Enter");
    await drawn(page, { eps: 0.4 });
    await still(page);
    const { backend } = (await server.get("/api/cohort")).model;
    assert.equal(new URL(page.url()).searchParams.get("backend"), backend);
    await close();
  });
}

/** Waits until so many settings were looked at. @param {Page} page @param {number} n */
const looked = (page, n) => page.waitForFunction((n) => document.querySelectorAll(".step").length === n, n);

/** By hand, with a pause in between. @param {Page} page @param {string} track @param {number} share  of its length, to the right */
async function dragTo(page, track, share) {
  const box = await page.locator(track).boundingBox();
  assert.ok(box);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.2, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * (0.2 + share / 2), y, { steps: 4 });
  await page.waitForTimeout(1300);
  await page.mouse.move(box.x + box.width * (0.2 + share), y, { steps: 4 });
  await page.mouse.up();
}
