/** Bundles the helpers into one script, to be loaded into many realms. */
import { fileURLToPath } from "node:url"
import { build, type Plugin } from "esbuild"

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Has every twin wait once before it begins. */
export const suspendingTwins: Plugin = {
  name: "suspending twins",
  setup(build) {
    build.onResolve({ filter: /\/twin\.js$/ }, ({ importer }) =>
      importer === here("suspending-twin.ts") ? undefined : { path: here("suspending-twin.ts") }
    )
  }
}

/** The source of a function that takes Node's `require` and gives the helpers. */
export const bundleHelpers = async (suspending: boolean): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [here("helpers.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "helpers",
    platform: "node",
    target: "es2022",
    define: { "import.meta.url": JSON.stringify("file:///greenlift/dist/runtime/helpers.js") },
    plugins: suspending ? [suspendingTwins] : []
  })
  return `(function (require, performance) { ${outputFiles[0]!.text}\nreturn helpers })`
}
