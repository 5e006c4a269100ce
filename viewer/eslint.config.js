import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig([
  globalIgnores(["node_modules/"]),
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      reactHooks.configs.flat["recommended-latest"],
    ],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      eqeqeq: "error",
      "no-restricted-properties": [
        "error",
        ...["getElementById", "querySelector", "querySelectorAll"].map((property) => ({
          object: "document",
          property,
          message: "In a notebook the page is in a shadow tree: ask getRootNode().",
        })),
      ],
      "no-console": "error",
    },
  },
  {
    files: ["src/main.tsx", "src/**/*.test.ts", "src/**/*.test.tsx"],
    rules: { "no-restricted-properties": "off" },
  },
]);
