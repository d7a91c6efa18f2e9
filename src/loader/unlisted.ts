/** Keeps what greenlift requires out of what a CommonJS program sees of its modules. */
import Module from "node:module"
import { fileURLToPath } from "node:url"
import * as prelude from "./prelude.js"

const file = fileURLToPath(new URL("./prelude.js", import.meta.url))

const { _cache: cache } = Module as unknown as { readonly _cache: Record<string, unknown> }

/** Hides what is in the cache of CommonJS modules by now. */
export const hideLoaded = (): void => {
  for (const key of Object.keys(cache)) Object.defineProperty(cache, key, { enumerable: false })
}

/** Takes the helpers off a module's `children`, and gives them. */
export const unlisted = (module: {
  readonly children?: Array<{ readonly filename: string | null }>
}): typeof prelude => {
  const { children } = module
  if (children !== undefined && children[children.length - 1]?.filename === file) children.length--
  const descriptor = Object.getOwnPropertyDescriptor(cache, file)
  if (descriptor?.enumerable === true) Object.defineProperty(cache, file, { enumerable: false })
  return prelude
}
