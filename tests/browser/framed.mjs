/**
 * The dashboard in a frame of another page, as a notebook shows it: waits for its map, selects a cluster, saves the
 * selection, and prints the ids of what was selected. Run: node tests/browser/framed.mjs URL NAME
 */

import { opened, startBrowser } from "./harness.mjs";

const [url, name] = process.argv.slice(2);
const browser = await startBrowser();
try {
  const page = await opened(browser);
  await page.goto(url);
  const frame = await (await page.waitForSelector("iframe")).contentFrame();
  if (!frame) throw new Error("the frame shows nothing");
  await frame.waitForSelector("#map[data-drawn-key]");
  await page.screenshot({ path: process.env.NEGATOSCOPE_SHOT || undefined });
  process.stdout.write(JSON.stringify(await frame.evaluate(saved, name)));
} finally {
  await browser.close();
}

/** In the frame: its own requests carry the cookie, which a page of another site would not be sent. @param {string} name */
async function saved(name) {
  const { records } = await (await fetch("/api/cohort")).json();
  const images = records.slice(3, 9).map((/** @type {{id: string}} */ { id }) => id);
  const answer = await fetch(`/api/project/selection/${name.replaceAll(/[^a-z]/g, "")}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ body: { name, images }, revision: null }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return images;
}
