/** What functions use of what is around them. */
import type { FunctionInfo } from "./model.js"

type LexicalUse = "usesThis" | "usesArguments" | "usesNewTarget" | "usesSuper" | "usesSuperSyntax"

/** Marks a use of a lexical binding on its owner and on every arrow between. */
export const use = (fn: FunctionInfo, what: LexicalUse): void => {
  for (let f: FunctionInfo | null = fn; f !== null; f = f.parent) {
    f[what] = true
    if (f.kind !== "arrow") return
  }
}

/** A function that uses the name `yield` can be no generator; nor can what an arrow with that name stands in. */
export const keepYield = (fn: FunctionInfo): void => {
  for (let f: FunctionInfo | null = fn; f !== null; f = f.parent) {
    f.verbatim ??= { code: "GL2007", detail: "it uses the name yield" }
    if (f.kind !== "arrow") return
  }
}
