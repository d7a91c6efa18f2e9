/** The packages whose own test suites are run, and how. */

export interface Package {
  readonly name: string
  readonly repository: string
  readonly commit: string
  /** What its suite needs beside its own dependencies. */
  readonly needs?: Readonly<Record<string, string>>
  readonly suite: ScriptSuite | VitestSuite
  /** What may fail lifted: by a pattern of the failure's text. */
  readonly exceptions?: ReadonlyArray<{ readonly pattern: RegExp; readonly reason: string }>
}

/** A suite that is a program of its own. Its sources are bundled, as the package does before it tests. */
export interface ScriptSuite {
  readonly kind: "script" | "qunit"
  readonly file: string
  readonly bundles?: Readonly<Record<string, string>>
  /** What is lifted before the suite begins, because it is loaded while the suite has changed the globals. */
  readonly beforehand?: ReadonlyArray<string>
}

/** A suite that Vitest runs, from the package's sources. */
export interface VitestSuite {
  readonly kind: "vitest"
  readonly include: ReadonlyArray<string>
  readonly exclude?: ReadonlyArray<string>
  /** Where the suite finds the package by its own name. */
  readonly alias?: Readonly<Record<string, string>>
  readonly setup?: ReadonlyArray<string>
  readonly globals?: boolean
  readonly define?: Readonly<Record<string, string>>
  /** Dependencies that are lifted too. */
  readonly lift?: ReadonlyArray<string>
}

export const packages: ReadonlyArray<Package> = [
  {
    name: "acorn",
    repository: "acornjs/acorn",
    commit: "5b9d16c256b81682d2b26246d86387f1d78633e9",
    suite: {
      kind: "script",
      file: "test/run.js",
      bundles: {
        "acorn/dist/acorn.js": "acorn/src/index.js",
        "acorn-loose/dist/acorn-loose.js": "acorn-loose/src/index.js"
      }
    },
    exceptions: [
      {
        pattern: /Expected error message: ~Not enough stack space\s+But parsing succeeded/,
        reason: "lifted recursion does not run out of stack"
      },
      {
        pattern: /^function TestComments\(\) \{ return \$g_plain\(/,
        reason: "the text of a lifted function (`toString`) is the lifted one"
      }
    ]
  },
  {
    name: "lodash",
    repository: "lodash/lodash",
    commit: "9429a4ee03056e5b7be9a85a54571d7630f05983",
    needs: { lodash: "4.17.20", qunitjs: "2.4.1", "qunit-extras": "3.0.0" },
    suite: { kind: "qunit", file: "test/test.js", beforehand: ["lodash.js"] }
  },
  {
    name: "magic-string",
    repository: "Rich-Harris/magic-string",
    commit: "1bb4cce75efba314b1950a7cede137f85cc4d959",
    needs: { "source-map-js": "1.2.1" },
    suite: {
      kind: "vitest",
      include: ["test/**/*.test.ts"],
      alias: { "magic-string": "src/index.ts" },
      define: { DEBUG: "true" },
      lift: ["@jridgewell/sourcemap-codec"]
    }
  },
  {
    name: "cheerio",
    repository: "cheeriojs/cheerio",
    commit: "808f8456b38a730497c675f1478d659cc4adfefe",
    suite: {
      kind: "vitest",
      include: ["src/**/*.spec.ts"],
      lift: [
        "cheerio-select",
        "css-select",
        "css-what",
        "dom-serializer",
        "domhandler",
        "domutils",
        "entities",
        "htmlparser2",
        "nth-check",
        "parse5",
        "parse5-htmlparser2-tree-adapter"
      ]
    }
  },
  {
    name: "htmlparser2",
    repository: "fb55/htmlparser2",
    commit: "9ee7bd95614cc690d86e75e5a6260b76dcd564ea",
    suite: {
      kind: "vitest",
      include: ["src/**/*.spec.ts"],
      lift: ["domelementtype", "domhandler", "domutils", "entities"]
    }
  },
  {
    name: "immer",
    repository: "immerjs/immer",
    commit: "061c2425e1c9dff89e4e4189d42af1b7839dfe0a",
    needs: { "deep-freeze": "0.0.1", lodash: "4.17.20", redux: "5.0.1" },
    suite: {
      kind: "vitest",
      include: ["__tests__/*.{js,ts,tsx}"],
      alias: { immer: "src/immer.ts" },
      globals: true
    }
  },
  {
    name: "yaml",
    repository: "eemeli/yaml",
    commit: "bf03c0cb1ee997c56ed85c70f56c73e05b1cc001",
    needs: { "fast-check": "3.23.2" },
    suite: {
      kind: "vitest",
      include: ["tests/**/*.{js,ts}"],
      exclude: ["tests/_*", "tests/artifacts/**", "tests/json-test-suite/**"],
      alias: { "yaml/cli": "src/cli.ts", "yaml/util": "src/util.ts", yaml: "src/index.ts" },
      setup: ["tests/_setup.ts"],
      globals: true
    }
  }
]
