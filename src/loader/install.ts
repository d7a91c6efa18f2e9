/** Puts the hooks in, by the means this Node has. */
import Module from "node:module"
import { hookCommonJs } from "./commonjs.js"
import { configure, configured, loadSync, resolveSync } from "./hooks.js"
import type { Settings } from "./settings.js"

/** The Node versions from which synchronous hooks load CommonJS without losing it (nodejs/node#59929). */
const soundHooks: ReadonlyArray<readonly [major: number, minor: number, patch: number]> = [
  [22, 22, 3],
  [24, 11, 1],
  [25, 1, 0]
]

const hasSoundHooks = (): boolean => {
  if (typeof (Module as any).registerHooks !== "function") return false
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split(".").map(Number)
  if (major > 25) return true
  return soundHooks.some(([m, n, p]) => major === m && (minor > n || (minor === n && patch >= p)))
}

let installed = false

/** Lifts what is loaded from now on, as the settings say. May be called again: the settings then change. */
export const install = (settings: Settings): void => {
  configure(settings)
  if (installed) {
    if (!hasSoundHooks()) Module.register("./configure.js", { parentURL: import.meta.url, data: settings })
    return
  }
  installed = true
  process.setSourceMapsEnabled(true)
  if (hasSoundHooks()) {
    ;(Module as any).registerHooks({ resolve: resolveSync, load: loadSync })
  } else {
    hookCommonJs(configured)
    Module.register("./hooks.js", { parentURL: import.meta.url, data: settings })
  }
}
