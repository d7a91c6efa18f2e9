/** Finds and reads a project's configuration. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { Policy } from "../concurrency/limits/policy.js"
import type { Config } from "../config.js"
import { install } from "./install.js"
import { defaults } from "./settings.js"
import { shortPath } from "./stack.js"

/** A configuration that cannot be read, or says what nobody can mean. */
export class ConfigError extends Error {
  readonly _tag = "ConfigError"
  readonly code = "GREENLIFT_CONFIG"
  override readonly name = "ConfigError"

  constructor(
    readonly file: string,
    what: string,
    options?: ErrorOptions
  ) {
    super(`${shortPath(file)}: ${what}`, options)
  }
}

const names = ["ts", "mts", "js", "mjs", "cjs", "json"].map((ending) => `greenlift.config.${ending}`)

/** The configuration in a folder or the nearest one above it, or null. */
export const findConfig = (folder: string): string | null => {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = names.map((name) => join(at, name)).find((file) => existsSync(file))
    if (found !== undefined) return found
    if (at === dirname(at)) return null
  }
}

/**
 * Reads a configuration: the file that is named, or else the nearest one to a program. Rejects with a `ConfigError`.
 *
 * @param named a path, or null
 * @param program the path of the program
 */
export const loadConfig = async (named: string | null, program: string): Promise<Config> => {
  const file = named === null ? findConfig(dirname(program)) : resolve(named)
  if (file === null) return {}
  if (!existsSync(file)) throw new ConfigError(file, "there is no such file: correct the path after --config")
  return checked(await read(file), file)
}

const read = async (file: string): Promise<unknown> => {
  try {
    if (file.endsWith(".json")) return JSON.parse(readFileSync(file, "utf8"))
    // Types are stripped by the hooks, which are told what to lift only afterwards.
    if (/\.[cm]?ts$/.test(file)) install({ ...defaults, plain: true })
    const module = await import(pathToFileURL(file).href)
    return module.default?.default ?? module.default
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(file, `it cannot be read: ${said}. Correct it, or give another one with --config`, { cause })
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isListOf = (type: string, value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === type)

const policyOption = (name: string) => (value: unknown) => void new Policy({ [name]: value })

/** What each option may be: throws, or returns what it should be. */
const checks: Record<keyof Config, (value: unknown) => string | undefined> = {
  collect: (value) => (typeof value === "boolean" ? undefined : "true or false"),
  concurrency: (value) => (Number.isInteger(value) && (value as number) > 0 ? undefined : "a whole number from 1"),
  lift: (value) => (isListOf("string", value) ? undefined : "a list of names of packages"),
  loop: (value) => (typeof value === "string" ? undefined : "a label, a function's name, or FILE:LINE"),
  order: (value) => (value === "input" || value === "completion" ? undefined : '"input" or "completion"'),
  perHost: policyOption("perHost") as () => undefined,
  rate: policyOption("rate") as () => undefined,
  retry: policyOption("retry") as () => undefined
}

const checked = (config: unknown, file: string): Config => {
  if (!isObject(config)) throw new ConfigError(file, "export the configuration as the default: export default { … }")
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Config] : undefined
    if (check === undefined) {
      throw new ConfigError(file, `there is no option "${name}": have one of ${Object.keys(checks).join(", ")}`)
    }
    const wanted = problem(() => check(value))
    if (wanted !== undefined) throw new ConfigError(file, `"${name}" is ${JSON.stringify(value)}: give ${wanted}`)
  }
  return config as Config
}

/** What is wrong with an option, be it returned or thrown. */
const problem = (check: () => string | undefined): string | undefined => {
  try {
    return check()
  } catch (error) {
    return `what is meant (${(error as Error).message})`
  }
}
