/**
 * Array destructuring whose steps may block: the array pattern becomes an object pattern; `runtime/unpack.ts` has the shape.
 */
import type { Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import type { State } from "../state.js"
import { takeFields } from "./accessors.js"
import type { Context } from "./calls.js"
import { complaint, liftedIteration } from "./iteration.js"
import { isPlainPattern, takeApart } from "./take-apart.js"
import { closed, opened, run } from "./waiting.js"

/** `const [a] = xs`, `const { a } = o` */
export const unpackDeclared = (emitter: Emitter, node: Node, context: Context): void => {
  const { id, init } = node
  if (init === null || (id.type !== "ArrayPattern" && id.type !== "ObjectPattern")) return
  if (!isPlainPattern(emitter, id, true)) wrapSource(emitter, id, node, init, context.state)
  else if (id.type === "ObjectPattern") takeFields(emitter, node, context)
  else if (liftedIteration(emitter, node, context.state) !== null) unpack(emitter, id, init, context.state)
}

const wrapSource = (emitter: Emitter, pattern: Node, node: Node, source: Node, state: State): boolean => {
  const around = takeApart(emitter, pattern, node, source, state)
  if (around === null) return false
  emitter.before(source, around.open)
  emitter.after(source, around.close)
  return true
}

/** `[a] = xs`, which gives what was taken apart. */
export const unpackAssigned = (emitter: Emitter, node: Node, { state }: Context): void => {
  const { left, right } = node
  if (left.type !== "ArrayPattern" && left.type !== "ObjectPattern") return
  if (!isPlainPattern(emitter, left, false)) {
    const around = takeApart(emitter, left, node, right, state)
    if (around === null) return
    const w = state.temps!.name("w", left.start)
    emitter.before(left, "(")
    emitter.before(right, `${around.open}${w} = (`)
    emitter.after(right, `)${around.close}`)
    emitter.after(node, `, ${w})`)
    return
  }
  if (liftedIteration(emitter, node, state) === null) return
  const v = state.temps!.name("w")
  emitter.before(node.left, "(")
  emitter.before(node.right, `${v} = (`)
  emitter.after(node.right, ")")
  unpack(emitter, node.left, node.right, state)
  emitter.after(node, `, ${v})`)
}

const unpack = (emitter: Emitter, pattern: Node, iterable: Node, state: State): void => {
  const d = state.temps!.name("d")
  const take = (key: string): string => `[${d}.take("${key}") ?? (${run(emitter, state, `${d}.taken()`)})]: `
  let at = pattern.start
  let text = "{ "
  let all = false
  for (const element of pattern.elements as Array<Node | null>) {
    if (element === null) {
      text += `${take("empty")}{}, `
      continue
    }
    all = element.type === "RestElement"
    const next = all ? element.argument : element
    emitter.replace(at, next.start, text + (all ? `[${run(emitter, state, `${d}.rest()`)}]: ` : take("value")))
    at = next.end
    text = ", "
  }
  const end = all ? " }" : `${text}[${run(emitter, state, `${d}.end()`)}]: {} }`
  emitter.replace(at, pattern.end, end)
  emitter.before(iterable, `(${d} = ${opened(emitter, state)}${emitter.helper("unpack")}(`)
  emitter.after(iterable, `, ${complaint(emitter, iterable)})${closed(state)})`)
}
