/**
 * Optional chains become conditionals, one for each `?.`, so that the calls behind it can wait:
 *
 *     a?.b(c)   ((q = a) === null || q === undefined ? undefined : …lifted call of (o = q).b with c…)
 */

import type { CallInfo } from "../../2-analyze/model.js"
import { bare, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { liftedAccess, readAccess } from "./accessors.js"
import { type Context, joinArguments, liftedCall, namesOf, skipTo } from "./calls.js"
import { showFunction } from "./texts.js"

export const ChainExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const access = liftedAccess(emitter, node, context)
    if (access !== null && !isReference(node, context.path)) return readAccess(emitter, access, context)
    const links = linksOf(node.expression)
    const lifted = links.some(
      (link) => link.type === "CallExpression" && liftedCall(emitter, link, context.state) !== null
    )
    if (lifted && !isReference(node, context.path)) new Chain(emitter, context, node).emit(links)
    else if (lifted) context.next({ ...context.state, temps: null })
    else context.next()
  }

/** Whether more than the chain's value is wanted: `delete a?.b`, or the receiver in `(a?.b)()`. */
const isReference = (node: Node, path: ReadonlyArray<Node>): boolean => {
  const parent = path.findLast((each) => each.type !== "ParenthesizedExpression")
  if (parent?.type === "CallExpression") return bare(parent.callee) === node
  return (
    (parent?.type === "UnaryExpression" && parent.operator === "delete") || parent?.type === "TaggedTemplateExpression"
  )
}

const isLink = (node: Node): boolean =>
  node.type === "MemberExpression" || (node.type === "CallExpression" && node.callee.type !== "Super")

const writtenBase = (link: Node): Node => (link.type === "CallExpression" ? link.callee : link.object)

/** What a link is a link of: parentheses around other links make no difference, not even to the receiver of a call. */
const baseOf = (link: Node): Node => {
  const base = writtenBase(link)
  const inner = bare(base)
  return isLink(inner) ? inner : base
}

/** The links of a chain, innermost first. */
const linksOf = (expression: Node): Array<Node> => {
  const links: Array<Node> = []
  for (let link = expression; isLink(link); link = baseOf(link)) links.unshift(link)
  return links
}

/** What follows a `?.`: the text that opens there, and what stands for the value that was tested. */
interface Restart {
  opened: string
  base: string
}

class Chain {
  private readonly restarts = new Map<Node, Restart>()
  private readonly q: string

  constructor(
    private readonly emitter: Emitter,
    private readonly context: Context,
    private readonly node: Node
  ) {
    this.q = context.state.temps!.name("q")
  }

  emit(links: ReadonlyArray<Node>): void {
    for (const link of links) {
      this.visitOperands(link)
      const call = link.type === "CallExpression" ? liftedCall(this.emitter, link, this.context.state) : null
      if (this.needsReceiver(link, call)) this.keepReceiver(baseOf(link))
      if (link.optional) this.test(baseOf(link))
      if (link.type === "CallExpression") this.call(link, call)
    }
    for (const link of links) if (link.optional) this.restart(link)
  }

  private visitOperands(link: Node): void {
    const { state, visit } = this.context
    this.dropParentheses(writtenBase(link), baseOf(link))
    const inner = { ...state, depth: state.depth + 1 }
    if (!isLink(baseOf(link))) visit(baseOf(link))
    if (link.type === "CallExpression") for (const argument of link.arguments) visit(argument, inner)
    else if (link.computed) {
      visit(link.property, inner)
      showFunction(this.emitter, link.property)
    }
  }

  private dropParentheses(from: Node, to: Node): void {
    for (let each = from; each !== to; each = each.expression) {
      this.emitter.replace(each.start, each.start + 1, "")
      this.emitter.replace(each.end - 1, each.end, "")
    }
  }

  private test(base: Node): void {
    this.open(base, `((${this.q} = `)
    this.restarts.set(base, { opened: "", base: this.q })
  }

  private restart(link: Node): void {
    const { emitter, q } = this
    const base = baseOf(link)
    const { opened, base: value } = this.restarts.get(base)!
    const token = skipTo(emitter.code, base.end, "?.")
    emitter.after(base, `) === null || ${q} === undefined ? undefined : ${opened}${value}`)
    emitter.replace(token, token + 2, link.type === "MemberExpression" && !link.computed ? "." : "")
    emitter.after(this.node, ")")
  }

  /** Opens text where a link's own text begins: behind the last `?.` before it, or at the chain's start. */
  private open(link: Node, text: string): void {
    let at = link
    while (isLink(at)) {
      const base = baseOf(at)
      const restart = this.restarts.get(base)
      if (at.optional && restart !== undefined) {
        restart.opened = text + restart.opened
        return
      }
      at = base
    }
    this.emitter.before(at, text)
  }

  /** Whether a call must be handed its receiver, because its callee is evaluated on its own. */
  private needsReceiver(link: Node, call: CallInfo | null): boolean {
    return (
      link.type === "CallExpression" && baseOf(link).type === "MemberExpression" && (link.optional || call !== null)
    )
  }

  private call(link: Node, call: CallInfo | null): void {
    const { emitter, context } = this
    const { state } = context
    const callee = baseOf(link)
    if (call === null && !this.needsReceiver(link, call)) return
    const names = call === null ? null : namesOf(emitter, call, state)
    const found = names === null ? this.q : `${names.find}${this.q}${names.orThrow}`
    if (callee.type === "MemberExpression") {
      const o = callee.object.type === "Super" ? (state.aliases.this ?? "this") : state.temps!.name("o", state.depth)
      const apply = names === null ? emitter.helper("call") : `(${names.r} = ${emitter.helper("call")}`
      if (link.optional) this.restarts.get(callee)!.base = `${apply}(${found}, ${o}`
      else {
        this.open(callee, `${apply}(${names!.find}`)
        emitter.after(callee, `${names!.orThrow}, ${o}`)
      }
      joinArguments(emitter, link)
    } else if (link.optional) {
      this.restarts.get(callee)!.base = `(${names!.r} = (${found})`
    } else {
      this.open(callee, `(${names!.r} = (${names!.find}`)
      emitter.after(callee, `${names!.orThrow})`)
    }
    if (names !== null) emitter.after(link, names.run)
  }

  private keepReceiver(member: Node): void {
    if (member.object.type === "Super") return
    const o = this.context.state.temps!.name("o", this.context.state.depth)
    const object = baseOf(member)
    const restart = member.optional ? this.restarts.get(object) : undefined
    if (restart !== undefined) restart.base = `(${o} = ${restart.base})`
    else {
      this.open(object, `(${o} = `)
      this.emitter.after(object, ")")
    }
  }
}
