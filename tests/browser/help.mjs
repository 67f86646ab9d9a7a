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
    await help.getByRole("radio", { name: "Keys" }).check();
    const keys = help.locator(".keys-body");
    assert.deepEqual(
      await keys.locator("h3").allInnerTexts(),
      PLACES.map(([place]) => place),
    );
    assert.equal(await keys.locator("dd").count(), PLACES.flatMap(([, rows]) => rows).length);
    assert.ok(await help.locator(".words-body").isHidden());
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "map", "focus goes back to where it was");
    await page.click("#help-open");
    await help.waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  test("every label of a control, a score and a line of the verdict has its word, with a sentence and a drawing", async () => {
    const { page, faults, close } = await open();
    const wanted = await page.evaluate(() =>
      [
        ...document.querySelectorAll(
          "#controls [data-name], #controls [data-choice], .tiles [data-term], .verdict-line",
        ),
      ]
        .map((node) => /** @type {HTMLElement} */ (node).dataset)
        .map(({ term, name, choice, key }) => term ?? name ?? choice ?? key ?? ""),
    );
    assert.ok(wanted.length >= 24, `${wanted.length} labels`);
    await page.click("#help-open");
    const words = page.locator(".words-body");
    await words.waitFor();
    for (const key of wanted) {
      const word = words.locator(`[data-key="${key}"]`);
      assert.equal(await word.count(), 1, `${key} is not explained`);
      assert.match(await word.locator("dd").last().innerText(), /^[\s\S]{20,}[.)]$/, key);
      assert.ok((await word.locator("svg > *").count()) > 0, `${key} has no drawing`);
    }
    assert.deepEqual(faults, []);
    await close();
  });

  for (const theme of ["dark", "light"])
    test(`a word says what it means where it stands, by mouse and by keyboard (${theme})`, async () => {
      const { browser, server } = tools();
      const { page, faults, close } = await visit(browser, server, `theme=${theme}`, {
        viewport: { width: 1024, height: 768 },
      });
      await drawn(page);
      const card = page.locator(".word-card");
      await page.click('[data-term="silhouette"]');
      await card.waitFor();
      assert.match(await card.innerText(), /^Silhouette\s+How much nearer .* higher is better\.\s+all words$/);
      const box = await card.boundingBox();
      assert.ok(box && box.x >= 0 && box.y >= 0 && box.x + box.width <= 1024 && box.y + box.height <= 768);
      await page.keyboard.press("Escape");
      await card.waitFor({ state: "detached" });
      const focused = () => page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).dataset.term);
      assert.equal(await focused(), "silhouette");
      // By the keyboard, on a word and on the control that it names.
      await page.focus('.about[data-term="eps"]');
      await page.keyboard.press("Enter");
      await card.waitFor();
      assert.match(
        await card.innerText(),
        /^eps\s[\s\S]*Radius of a neighbourhood, in standard deviations of each axis of the map\./,
      );
      await card.getByText("all words").press("Enter");
      await page.locator('.words-body [data-key="eps"].asked-word').waitFor();
      await page.keyboard.press("Escape");
      await page.focus("#perplexity-track");
      await page.keyboard.press("?");
      const asked = page.locator('.words-body [data-key="perplexity"].asked-word');
      await asked.waitFor();
      const [within, at] = [await page.locator(".words-body").boundingBox(), await asked.boundingBox()];
      assert.ok(within && at && at.y >= within.y - 1 && at.y + at.height <= within.y + within.height + 1);
      assert.deepEqual(faults, []);
      await close();
    });

  test("a line of the verdict is a word and opens: neither does the other's", async () => {
    const { page, faults, close } = await open();
    const line = page.locator('.verdict-line[data-key="again"]');
    await line.locator(".word").click();
    await page.locator(".word-card").waitFor();
    assert.equal(await line.getAttribute("open"), null);
    await page.keyboard.press("Escape");
    await line.locator(".verdict-mark").click();
    assert.equal(await line.getAttribute("open"), "");
    assert.equal(await page.locator(".word-card").count(), 0);
    await line.locator("summary").focus();
    await page.keyboard.press("?");
    await page.locator('.words-body [data-key="again"].asked-word').waitFor();
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
