/** What a test says of itself in its front matter (YAML in a comment), as far as a runner needs it. */

export interface Negative {
  readonly phase: string
  readonly type: string
}

export interface Metadata {
  readonly flags: ReadonlySet<string>
  readonly includes: ReadonlyArray<string>
  readonly negative: Negative | null
}

/** How a test is run: most are run twice, as a sloppy and as a strict script. */
export type Variant = "sloppy" | "strict" | "module"

const list = (yaml: string, key: string): Array<string> => {
  const found = new RegExp(`^${key}:\\s*\\[([^\\]]*)\\]`, "m").exec(yaml)
  return found === null
    ? []
    : found[1]!
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "")
}

export const metadataOf = (source: string): Metadata => {
  const yaml = (/\/\*---([\s\S]*?)---\*\//.exec(source)?.[1] ?? "").replace(/\r\n?/g, "\n")
  const negative = /^negative:[^\n]*\n((?: +[^\n]*\n?)+)/m.exec(yaml)?.[1]
  return {
    flags: new Set(list(yaml, "flags")),
    includes: list(yaml, "includes"),
    negative:
      negative === undefined
        ? null
        : {
            phase: /phase:\s*(\w+)/.exec(negative)?.[1] ?? "runtime",
            type: /type:\s*(\w+)/.exec(negative)?.[1] ?? "Error"
          }
  }
}

export const variantsOf = ({ flags }: Metadata): ReadonlyArray<Variant> => {
  if (flags.has("module")) return ["module"]
  if (flags.has("onlyStrict")) return ["strict"]
  if (flags.has("noStrict") || flags.has("raw")) return ["sloppy"]
  return ["sloppy", "strict"]
}
