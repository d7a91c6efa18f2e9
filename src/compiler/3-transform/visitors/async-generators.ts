/**
 * The bodies of async generators: what they yield, delegate to and return goes to the generator, which their entry is; see
 * `runtime/async-generator.ts`. `await` and calls are as in async functions.
 *
 *     yield x    (yield* yields(x))        yield* xs    (yield* delegates(xs))        return x    return yield* returns(x)
 */
import { isAsyncGenerator, type Node } from "../../ast.js"
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

/** What is returned the generator awaits, before anything that comes after it: a `finally`, what closes an iterator. */
export const ReturnStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const { argument } = node
    const { fn, temps } = context.state
    if (argument === null || temps === null || !isAsyncGenerator(fn.node)) return terminated(emitter)(node, context)
    context.next()
    emitter.before(argument, `yield* ${emitter.helper("returns")}(`)
    emitter.after(argument, emitter.code[node.end - 1] === ";" ? ")" : ");")
  }
