/** Has a module tell what it exports, so that another thread can be sent to it for a function (see `tpool`). */
import type { Node } from "../ast.js"
import type { Emitter } from "./emitter.js"

export const tellExports = (emitter: Emitter): void => {
  const { parsed, tellsExports } = emitter.analysis
  if (!tellsExports) return
  if (parsed.kind === "commonjs") {
    emitter.atStart(parsed.program, `${emitter.helper("exported")}(__filename, () => module.exports); `)
    return
  }
  const names = exportedNames(parsed.program.body as unknown as ReadonlyArray<Node>)
  if (names.length === 0) return
  const members = names.map(([name, local]) => `${JSON.stringify(name)}: ${local}`).join(", ")
  emitter.atStart(parsed.program, `${emitter.helper("exported")}(import.meta.url, () => ({ ${members} })); `)
}

/** What a module exports of its own, and what each is called inside. */
const exportedNames = (body: ReadonlyArray<Node>): Array<readonly [name: string, local: string]> =>
  body.flatMap((statement) => {
    const { declaration, source, specifiers } = statement
    if (statement.type === "ExportDefaultDeclaration") return declaration.id ? [["default", declaration.id.name]] : []
    if (statement.type !== "ExportNamedDeclaration" || source) return []
    if (!declaration) {
      return specifiers.map(({ exported, local }: Node) => [exported.name ?? exported.value, local.name])
    }
    const declared: ReadonlyArray<Node> = declaration.declarations ?? [declaration]
    return declared.filter(({ id }) => id?.type === "Identifier").map(({ id }) => [id.name, id.name] as const)
  })
