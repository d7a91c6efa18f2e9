/**
 * The bodies of async generators: what they yield, delegate to and return goes to the generator, which their entry is; see
 * `runtime/async-generator.ts`. `await` and calls are as in async functions.
 *
 *     yield x    (yield* yields(x))        yield* xs    (yield* delegates(xs))        return x    return returns(x)
 */
import { isAsyncGenerator, isFunction, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import type { Context } from "./calls.js"
import { terminated } from "./statements.js"

/** `yield`, `yield value` and `yield* iterable`. */
export const asyncYield = (emitter: Emitter, node: Node, context: Context): void => {
  context.next()
  if (context.state.temps === null) return
  const how = `(yield* ${emitter.helper(node.delegate ? "delegates" : "yields")}(`
  const { argument } = node
  if (argument === null) emitter.replace(node.start, node.end, `${how}))`)
  else {
    emitter.replace(node.start, argument.start, how)
    emitter.after(node, "))")
  }
}

/** What is returned is awaited: by the generator, as the last thing, or here, where something comes after it. */
export const ReturnStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const { state, path } = context
    const { argument } = node
    if (argument === null || state.temps === null || !isAsyncGenerator(state.fn.node)) {
      return terminated(emitter)(node, context)
    }
    context.next()
    const follows = somethingFollows(path, node)
    const site = follows ? `, ${emitter.siteNumber(node, "return", state.fn)})` : ""
    emitter.before(argument, `${emitter.helper("returns")}(${follows ? `yield* ${emitter.helper("wait")}(` : ""}`)
    emitter.after(argument, `${site})`)
    if (emitter.code[node.end - 1] !== ";") emitter.after(node, ";")
  }

/** Whether anything of the function runs after a `return`: a `catch`, a `finally`, what closes an iterator. */
const somethingFollows = (path: ReadonlyArray<Node>, node: Node): boolean => {
  for (let at = path.length - 1, inner = node; at >= 0; inner = path[at]!, at--) {
    const outer = path[at]!
    if (isFunction(outer)) return false
    if (outer.type === "ForOfStatement" || (outer.type === "TryStatement" && outer.finalizer !== inner)) return true
  }
  return false
}
