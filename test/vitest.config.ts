import { defineConfig } from "vitest/config"

const source = (file: string) => new URL(`../src/${file}`, import.meta.url).pathname

export default defineConfig({
  resolve: {
    alias: [
      { find: /^greenlift\/green$/, replacement: source("green.ts") },
      { find: /^greenlift\/testing$/, replacement: source("testing/index.ts") },
      { find: /^greenlift\/blocking$/, replacement: source("blocking/index.ts") },
      { find: /^greenlift$/, replacement: source("index.ts") }
    ]
  },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000
  }
})
