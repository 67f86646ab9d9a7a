/** Makes the page's types of what the server answers, static/js/answers.d.ts, of the API's description in
 * docs/openapi.json; with --check says whether they are those. */

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { format, resolveConfig } from "prettier";

const root = new URL("../../../", import.meta.url);
const made = new URL("static/js/answers.d.ts", root);

const { paths: _, ...description } = JSON.parse(await readFile(new URL("docs/openapi.json", root), "utf8"));
const { schemas } = description.components;
const types = await openapiTS(
  { ...description, components: { schemas } },
  { arrayLength: true, rootTypes: true, rootTypesNoSchemaPrefix: true, rootTypesKeepCasing: true, silent: true },
);
const head = `/** What the server answers and takes, made of docs/openapi.json by \`npm run answers\` in tests/browser. */\n\n`;
const options = await resolveConfig(made);
const text = await format(head + astToString(types), { ...options, parser: "typescript" });

if (!process.argv.includes("--check")) await writeFile(made, text);
else if (text !== (await readFile(made, "utf8"))) {
  console.error("static/js/answers.d.ts is not what docs/openapi.json says: npm run answers in tests/browser.");
  process.exitCode = 1;
}
