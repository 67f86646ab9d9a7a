/** Help for everyone: the list of keys, and the tour of the demo cohort. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { PLACES } from "../../static/js/help/keys.js";
import { drawn, rested, visit } from "./harness.mjs";

/** @import {Browser} from "playwright-core" */
/** @import {Server, VisitOptions} from "./harness.mjs" */

/** @param {() => {browser: Browser, server: Server}} tools */
export function helpTests(tools) {
  /** @param {VisitOptions} [options] */
  const open = async (options) => {
    const { browser, server } = tools();
    const visited = await visit(browser, server, "", options);
    await drawn(visited.page);
    return visited;
  };

  test("a question mark opens the keys, a field takes it as a letter, and nothing is loaded before", async () => {
    const { page, faults, asked, close } = await open();
    const help = page.locator("dialog.keys");
    assert.ok(!asked.some((path) => path.includes("/help/overlay.js")));
    await page.click("#search-open");
    await page.focus('[name="eps-start"]');
    await page.keyboard.press("End");
    await page.keyboard.press("?");
    assert.equal(await page.inputValue('[name="eps-start"]'), "0.1?");
    await page.click("#search-close");
    await page.focus("#map");
    await page.keyboard.press("?");
    await help.waitFor();
    assert.deepEqual(
      await help.locator("h3").allInnerTexts(),
      PLACES.map(([place]) => place),
    );
    assert.equal(await help.locator("dd").count(), PLACES.flatMap(([, rows]) => rows).length);
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "map", "focus goes back to where it was");
    await page.click("#help-open");
    await help.waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  test("a newcomer is shown round in three steps, by the keyboard alone, and only once", async () => {
    const { page, faults, close } = await open({ newcomer: true });
    const coach = page.locator(".coach");
    const focusedIn = () => page.evaluate(() => document.activeElement?.closest(".coach") !== null);
    await coach.waitFor();
    assert.ok(await focusedIn(), "it is announced");
    for (const [title, beside] of [
      ["1 of 3", '.slider[data-name="eps"]'],
      ["2 of 3", "#explain"],
      ["3 of 3", "#null"],
    ]) {
      assert.ok((await coach.innerText()).startsWith(title));
      assert.ok(await page.locator(`${beside}.coached`).isVisible());
      const [mark, panel] = await Promise.all([coach.boundingBox(), page.locator(beside).boundingBox()]);
      assert.ok(
        mark && panel && (mark.x >= panel.x + panel.width || mark.x + mark.width <= panel.x),
        `${title} covers what it is about`,
      );
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    }
    await coach.waitFor({ state: "detached" });
    assert.equal(await page.locator(".coached").count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "help-open");
    await page.reload();
    await drawn(page);
    await rested(page);
    assert.equal(await coach.count(), 0);
    assert.deepEqual(faults, []);
    await close();
  });

  test("the tour leaves the page in use, finds its panel in the drawer, ends at Escape, and starts again from the help", async () => {
    const { page, faults, close } = await open({ newcomer: true, viewport: { width: 1100, height: 700 } });
    const coach = page.locator(".coach");
    await coach.waitFor();
    await page.focus("#eps-track");
    await page.keyboard.press("ArrowRight");
    await drawn(page, { eps: 0.41 });
    await coach.getByRole("button", { name: "Next" }).click();
    await page.locator("#explain.coached").waitFor();
    assert.equal(await page.getAttribute("#desk", "data-drawer"), "open");
    await page.keyboard.press("Escape");
    await coach.waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("button", { name: "Show me round" }).click();
    await coach.waitFor();
    assert.ok((await coach.innerText()).startsWith("1 of 3"));
    assert.deepEqual(faults, []);
    await close();
  });
}
