/**
 * Tagged templates call their tag. The template stays where it stood, for its site is an object that the tag may know again:
 *
 *     o.tag`x${a}`   (r = tagged((t = twin(f = (o_ = o).tag)) ?? callable(f, "o.tag"), o_)`x${a}`, t ? yield* r : r)
 */
import { bare, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type Context, keepNameless, liftedCall, namesOf, visitReceiver } from "./calls.js"

export const TaggedTemplateExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const call = liftedCall(emitter, node, context.state)
    const tag = bare(node.tag)
    if (call === null) return void context.next()
    const names = namesOf(emitter, call, context.state)
    if (tag.type === "MemberExpression") {
      const receiver = visitReceiver(emitter, tag, context)
      emitter.before(node, `(${names.r} = ${emitter.helper("tagged")}(${names.find}`)
      emitter.after(node.tag, `${names.orThrow}, ${receiver})`)
    } else {
      context.visit(node.tag)
      keepNameless(emitter, node.tag)
      emitter.before(node, `(${names.r} = (${names.find}`)
      emitter.after(node.tag, `${names.orThrow})`)
    }
    context.visit(node.quasi, { ...context.state, depth: context.state.depth + 1 })
    emitter.after(node, names.run)
  }
