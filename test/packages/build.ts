/** Bundles what runs in the processes of the suites, so that they need no loader of their own. */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { suspendingTwins } from "../test262/bundle.ts"

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Stands under `node_modules`, so that Vitest takes what is in it as it is. */
const folder = fileURLToPath(new URL("../../node_modules/.cache/greenlift-packages", import.meta.url))

export interface Built {
  /** Runs a suite. */
  readonly child: string
  /** What lifted code imports. */
  readonly runtime: string
  /** Has the global functions of a test runner run tests in fibers. */
  readonly globals: string
}

export const buildFor = async (suspending: boolean): Promise<Built> => {
  const outdir = join(folder, suspending ? "suspending" : "plain")
  const options = {
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    packages: "external",
    outExtension: { ".js": ".mjs" },
    outdir
  } as const
  await build({
    ...options,
    entryPoints: [here("runtime.ts"), here("globals.ts")],
    splitting: true,
    plugins: suspending ? [suspendingTwins] : []
  })
  await build({ ...options, entryPoints: [here("child.ts")] })
  const [child, runtime, globals] = ["child.mjs", "runtime.mjs", "globals.mjs"].map((each) => join(outdir, each))
  return { child: child!, runtime: runtime!, globals: globals! }
}

/** Bundles a package's sources, as its own build does. */
export const bundlePackage = async (entry: string, outfile: string): Promise<void> => {
  const options = { bundle: true, platform: "node", format: "cjs", target: "esnext", packages: "external" } as const
  await build({ ...options, entryPoints: [entry], outfile })
}
