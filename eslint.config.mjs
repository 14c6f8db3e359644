// Lint: typescript-eslint's type-checked rules, and the walls between the rooms of src/.
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** The rooms of core and what each may import besides itself; `files` directly under core/ are common ground. */
const coreRooms = {
  patch: [],
  mail: ["patch"],
  series: ["patch", "mail"],
  c: ["patch"],
  lifecycle: ["patch", "c"],
  simulate: ["patch", "c"],
  review: ["patch", "mail", "series", "c", "lifecycle", "simulate"],
};

const rooms = Object.keys(coreRooms);

/** Forbids imports whose path matches one of some regular expressions. */
const walls = (...patterns) => ({
  "no-restricted-imports": ["error", { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
});

const coreKnowsNoHost = [
  ["^vscode$", "Core knows no editor."],
  ["^node:|^(fs|path|url|os|crypto|worker_threads|child_process|zlib|util)$", "Core knows no Node; what it needs is handed in."],
  ["/(vscode|webview|worker|cli|protocol)/", "Core imports nothing from the edges."],
];

export default defineConfig(
  globalIgnores(["dist/", "out/", "test-results/", ".vscode-test/", "test/fixtures/", "node_modules/"]),
  js.configs.recommended,
  // Mail is bytes: its readers and its printers look for control characters on purpose.
  { rules: { "no-control-regex": "off" } },
  {
    files: ["**/*.{ts,mts}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["vitest.config.mts", "scripts/*.d.mts", "scripts/host/*.d.mts"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // A number in a template is what one means by it.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      eqeqeq: "error",
    },
  },
  {
    // The scripts run in Node as they are.
    files: ["**/*.mjs"],
    languageOptions: {
      globals: Object.fromEntries(["process", "console", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "fetch", "URL", "URLSearchParams", "Buffer", "performance"].map((name) => [name, "readonly"])),
    },
  },
  ...rooms.map((room) => ({
    files: [`src/core/${room}/**/*.ts`],
    rules: walls(
      ...coreKnowsNoHost,
      [
        `^\\.\\./(${rooms.filter((other) => other !== room && !coreRooms[room].includes(other)).join("|") || "(?!)"})/`,
        `core/${room} may import ${coreRooms[room].length === 0 ? "no other room" : coreRooms[room].join(", ")} only; imports point one way.`,
      ],
    ),
  })),
  {
    files: ["src/core/*.ts"],
    rules: walls(...coreKnowsNoHost, ["^\\./[^/]+/", "What lies directly in core/ is common ground and knows no room."]),
  },
  {
    files: ["src/core/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "performance", "setTimeout", "setInterval", "process", "document", "window", "fetch", "crypto"],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Core is deterministic." },
        { object: "Date", property: "now", message: "Core has no clock." },
      ],
      "no-restricted-syntax": ["error", { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Core has no clock." }],
    },
  },
  {
    files: ["src/protocol/**/*.ts"],
    rules: walls(["^vscode$", "The protocol knows no editor."], ["^node:", "The protocol knows no Node."], ["/(vscode|webview|worker|cli)/", "The protocol imports core only."]),
  },
  {
    files: ["src/worker/**/*.ts"],
    rules: walls(["^vscode$", "A worker has no editor."], ["/(vscode|webview|cli)/", "The worker imports core and protocol only."]),
  },
  {
    files: ["src/cli/**/*.ts"],
    rules: walls(["^vscode$", "The command line has no editor."], ["/(vscode|webview)/", "The command line imports core, protocol and worker only."]),
  },
  {
    files: ["src/vscode/**/*.ts"],
    // The extension's own bundle holds no core code; types cost nothing.
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "/core/", allowTypeImports: true, message: "The extension host loads no core code; the worker runs it. Import types only." },
            { regex: "/(webview|worker|cli)/", message: "The editor's edge talks to page and worker by the protocol." },
          ],
        },
      ],
    },
  },
  {
    files: ["src/webview/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^vscode$|^node:", message: "The page runs in a browser." },
            { regex: "/core/.*(?<!/types|-types|/problem)\\.js$", message: "The page sees core's plain data types only." },
            { regex: "/core/.*(/types|/problem)\\.js$", allowTypeImports: true, message: "The page loads no core code; import types only." },
            { regex: "/(vscode|worker|cli)/", message: "The page talks to the host by the protocol." },
          ],
        },
      ],
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: "All mail is hostile: the page writes text nodes." })),
      ],
    },
  },
);
