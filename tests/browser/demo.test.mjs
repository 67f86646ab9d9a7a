/** The embedded demo cohort, as anyone gets it who starts the binary without arguments. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { accessTests } from "./access.mjs";
import { detailTests } from "./details.mjs";
import { firstTests } from "./first.mjs";
import { drawn, served, visit } from "./harness.mjs";
import { helpTests } from "./help.mjs";
import { evidenceTests } from "./evidence.mjs";
import { layoutTests } from "./layout.mjs";
import { morphTests } from "./morph.mjs";
import { stateTests } from "./states.mjs";
import { projectTests } from "./project.mjs";
import { cohortTests, controlTests } from "./suite.mjs";
import { pictureTests } from "./pictures.mjs";

describe("the demo cohort", () => {
  const tools = served([]);

  cohortTests(tools);
  controlTests(tools);
  firstTests(tools);
  layoutTests(tools);
  evidenceTests(tools);
  morphTests(tools);
  pictureTests(tools);
  helpTests(tools);
  stateTests(tools);
  accessTests(tools);
  projectTests(tools);
  detailTests(tools);

  test("the page says in plain words that the X-rays are drawn", async () => {
    const { browser, server } = tools();
    const { page, close } = await visit(browser, server);
    await drawn(page);
    assert.match(await page.innerText("#notice"), /drawn/);
    await close();
  });
});
