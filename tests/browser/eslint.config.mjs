/** How the page and its tests are linted, by `npm run lint`. */

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/node_modules/"] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "prefer-const": "error",
      // What is taken out of an object in order to leave it out.
      "no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
    },
  },
  { files: ["static/**/*.js"], languageOptions: { globals: globals.browser }, rules: { "max-len": ["error", 120] } },
  // What a test gives to `evaluate` runs in the page.
  { files: ["tests/**/*.mjs"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
];
