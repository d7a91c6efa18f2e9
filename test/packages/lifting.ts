/** Lifts a source of a package, every function grey. */
import { alone, compile, formatMessage } from "../../src/compiler/index.ts"

export const liftAllGrey = (
  source: string,
  file: string,
  kind: "module" | "commonjs",
  helpers: string,
  entry = false
): { readonly code: string; readonly map: object | null } => {
  const { code, map, messages } = compile(source, {
    file,
    kind,
    helpers,
    entry,
    surroundings: { ...alone, allGrey: true }
  })
  const broken = messages.find((each) => each.code.startsWith("GL1"))
  if (broken !== undefined) throw new Error(formatMessage(broken))
  return { code, map }
}
