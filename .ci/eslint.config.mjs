// Lints the page's own modules, from the repository's root:
//   npm install --prefix .venv/eslint eslint@10 @eslint/js@10
//   .venv/eslint/node_modules/.bin/eslint -c .ci/eslint.config.mjs scopecli/drawing/assets
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// ESLint's rules stand beside the ESLint that runs, which need not be where this file is.
const js = createRequire(join(dirname(process.argv[1]), "eslint.js"))("@eslint/js");

const BROWSER = `addEventListener atob Blob CSS DecompressionStream dispatchEvent document DOMParser Event
  getSelection innerHeight IntersectionObserver location ResizeObserver Response`;

export default [
  { ignores: ["**/vendor/"] },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: "module",
      globals: Object.fromEntries(BROWSER.split(/\s+/).map((name) => [name, "readonly"])),
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
