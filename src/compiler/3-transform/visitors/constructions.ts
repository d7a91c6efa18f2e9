/**
 * `new`: what is constructed step by step is found first, as a call's twin is, and given one argument list.
 *
 *     new C(a)   (r = new ((t = maker(f_ = C)) ?? constructible(f_, "C"))(a), t ? (at.site = n, yield* r) : r)
 */
import { initialises, isRecorded } from "../../2-analyze/classes.js"
import type { CallInfo, FunctionInfo } from "../../2-analyze/model.js"
import { bare, type FunctionNode, type Node } from "../../ast.js"
import type { Emitter, Helper } from "../emitter.js"
import { type Aliases, noAliases } from "../state.js"
import { type Context, keepNameless, liftedCall, namesOf, openParenthesis, skipBlank } from "./calls.js"
import { fieldName, loweredOf } from "./fields.js"
import { entryParameters, isLifted, twinName, visitTwinBody } from "./functions.js"

export const NewExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const call = liftedCall(emitter, node, context.state)
    if (call === null) {
      context.next()
      separate(emitter, node)
    } else construct(emitter, node, call, context)
    if (makesError(node) && context.state.temps !== null && context.path.at(-1)?.type !== "ThrowStatement") {
      emitter.before(node, `${emitter.helper("noted")}(`)
      emitter.after(node, ")")
    }
  }

const construct = (emitter: Emitter, node: Node, call: CallInfo, { state, visit }: Context): void => {
  const names = namesOf(emitter, call, state, { find: "maker", orElse: "constructible" })
  visit(node.callee)
  keepNameless(emitter, node.callee)
  emitter.before(node.callee, `(${names.find}`)
  emitter.before(node, `(${names.r} = `)
  emitter.after(node.callee, `${names.orThrow})`)
  for (const argument of node.arguments) visit(argument, { ...state, depth: state.depth + 1 })
  const open = skipBlank(emitter.code, node.callee.end)
  if (open >= node.end || emitter.code[open] !== "(") emitter.after(node, "()")
  emitter.after(node, names.run)
}

/** Whether an error is made, by its name: its callers are noted now, for it may be asked for its stack when they have returned. */
const makesError = (node: Node): boolean => /(?:Error|Exception)$/.test(bare(node.callee).name ?? "")

/** `new function () {…}()`: what a lifted function becomes must not be taken for the constructor's call. */
const separate = (emitter: Emitter, node: Node): void => {
  let first: Node = node.callee
  while (first.type === "MemberExpression" || first.type === "TaggedTemplateExpression") {
    first = first.type === "MemberExpression" ? first.object : first.tag
  }
  if (first.type !== "FunctionExpression" || !isLifted(emitter.analysis.functions.byNode.get(first))) return
  emitter.before(first, "(")
  emitter.after(first, ")")
}

/** `super(…)` in a constructor that runs as a generator, or in an arrow in it: the record of the construction makes the object. */
export const superCall = (emitter: Emitter, node: Node, context: Context): void => {
  const { state, visit } = context
  const record = state.aliases.construction
  const call = emitter.analysis.functions.calls.get(node)!
  for (const argument of node.arguments) visit(argument, state)
  const open = openParenthesis(emitter.code, node.callee.end)
  const site = emitter.siteNumber(node, call.text, call.within)
  if (state.temps === null) {
    emitter.replace(
      node.start,
      open + 1,
      `${emitter.helper("plain")}(${record}.make, ${record}, [${record}.parent(), [`
    )
    emitter.replace(node.end - 1, node.end, `], ${site}])`)
  } else {
    emitter.replace(node.start, open + 1, `(yield* ${record}.make(${record}.parent(), [`)
    emitter.replace(node.end - 1, node.end, `], ${site}))`)
  }
}

/** A constructor becomes a private generator, and an entry beside it. */
export const constructorBody = (emitter: Emitter, node: Node, context: Context): void => {
  const { byNode } = emitter.analysis.functions
  const info = byNode.get(node.value)!
  const value = node.value as FunctionNode
  const body = context.path.at(-1)!
  const record = `${emitter.prefix}c`
  const aliases: Aliases = {
    this: `${record}.self`,
    arguments: null,
    newTarget: `${record}.newTarget`,
    superGet: `${record}.get`,
    superSet: `${record}.set`,
    construction: record
  }
  if (isRecorded(info)) visitTwinBody(emitter, value, info, context, aliases, `const ${record} = this; `)
  else visitTwinBody(emitter, value, info, context, noAliases)
  emitter.replace(node.start, node.key.end, `static *${bodyName(emitter, info)}`)
  const entry = running(emitter, info, body, context.path.at(-2)!)
  emitter.after(node, ` constructor(${entryParameters(value).join(", ")}) { ${entry} }`)
}

const bodyName = (emitter: Emitter, info: FunctionInfo): string =>
  `#${twinName(emitter, `new ${info.className ?? ""}`)}`

/** The body of a constructor's entry. What is asked of it by others of its kind comes first. */
const running = (emitter: Emitter, info: FunctionInfo, body: Node, owner: Node): string => {
  const self = emitter.classes.get(body) ?? info.className
  const asked = (what: Helper): string => `if (arguments[0] === ${emitter.helper(what)}) return`
  if (info.superClass !== null) {
    const inside = `${asked("inside")} void super(${emitter.helper("fields")}, arguments[1]);`
    const above = `${asked("above")} void super(...arguments[1]);`
    const run = `return ${emitter.helper("constructed")}(${self}, new.target, arguments);`
    return `${asked("fields")} arguments[1]; ${inside} ${above} ${run}`
  }
  const handed = `${asked("fields")} ${emitter.helper("givenBack")}(arguments[1]);`
  if (isRecorded(info) || loweredOf(emitter, owner).length > 0) {
    return `${handed} return ${emitter.helper("constructedOn")}(${self}, new.target, this, arguments);`
  }
  return `${handed} return ${emitter.helper("plain")}(${self}.${bodyName(emitter, info)}, this, arguments);`
}

/** What a class with a lifted constructor begins with: it is stamped, and has an entry where its constructor is implied. */
export const constructing = (emitter: Emitter, body: Node, owner: Node): string => {
  const info = emitter.analysis.functions.constructors.get(owner)
  if (!isLifted(info)) return ""
  const implied = info.node === owner
  const kind = info.superClass !== null ? "derived" : isRecorded(info) ? "recorded" : "base"
  const generator = implied ? "undefined" : `this.${bodyName(emitter, info)}`
  const lowered = loweredOf(emitter, owner)
  const generators = lowered.map((field) => `this.${fieldName(emitter, owner, field)}`).join(", ")
  const given = `this, ${generator}, "${kind}", ${initialises(owner, lowered)}, [${generators}]`
  const stamped = `static { ${emitter.helper("constructs")}(${given}); } `
  return implied ? `${stamped}constructor() { ${running(emitter, info, body, owner)} } ` : stamped
}
