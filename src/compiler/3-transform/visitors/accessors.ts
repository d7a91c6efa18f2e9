/**
 * Accessors that may block. Their bodies stay where they are, in a generator inside of the accessor, which runs it plainly
 * or, where lifted code asks for it, hands out its steps:
 *
 *     get x() {…}    get x() { return accessor(function* () {…}, this, arguments) }
 *     o.x            ((r = getter(o_ = o, "x")) ? (at.site = n, yield* call(r, o_)) : o_.x)
 */
import { anyName } from "../../2-analyze/accessors.js"
import type { AccessInfo, FunctionInfo } from "../../2-analyze/model.js"
import { type FunctionNode, keyName, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type Aliases, noAliases, type State } from "../state.js"
import { type Context, keepNameless } from "./calls.js"
import { entryParameters, isLifted, isStrict, twinName, visitTwinBody } from "./functions.js"
import { closed, opened, run } from "./waiting.js"

/** Writes the generator into an accessor. */
export const accessorBody = (emitter: Emitter, value: FunctionNode, info: FunctionInfo, context: Context): void => {
  const { prefix } = emitter
  const superGet = info.usesSuper ? `${prefix}superGet` : null
  const superSet = info.usesSuper ? `${prefix}superSet` : null
  const aliases: Aliases = { ...noAliases, superGet, superSet }
  visitTwinBody(emitter, value, info, context, aliases)
  const strict = isStrict(value.body) ? `"use strict"; ` : ""
  const reach = info.usesSuper
    ? `const ${superGet} = (key) => super[key], ${superSet} = (key, value) => (super[key] = value); `
    : ""
  const listed = entryParameters(value).join(", ")
  // A setter has one parameter, be its length 0.
  const parameters = listed === "" && value.params.length > 0 ? "$0 = undefined" : listed
  const run = `return ${emitter.helper("accessor")}(function* ${twinName(emitter, accessorName(info))}`
  emitter.before(value, `(${parameters}) { ${strict}${reach}${run}`)
  emitter.after(value, ", this, arguments) }")
}

/** What a stack calls an accessor; one with a computed name goes without. */
const accessorName = ({ accessors: [name = ""] }: FunctionInfo): string => (name.endsWith(` ${anyName}`) ? "" : name)

/** The row by which a class or object literal has a lifted accessor stamped, or null where it cannot be found again. */
export const accessorRow = (emitter: Emitter, element: Node, elements: ReadonlyArray<Node>): string | null => {
  const { byNode } = emitter.analysis.functions
  const name = keyName(element.key, element.computed)
  const hides = (other: Node): boolean =>
    other !== element &&
    other.kind === element.kind &&
    other.static === element.static &&
    !isLifted(byNode.get(other.value)) &&
    other.key.type !== "PrivateIdentifier" &&
    (name === null || [null, name].includes(keyName(other.key, other.computed)))
  if (elements.some(hides)) return null
  return `[${emitter.keys.get(element.value) ?? JSON.stringify(name)}, "${element.kind}"]`
}

/** The access at a node, if it is to be lifted. */
export const liftedAccess = (emitter: Emitter, node: Node, context: Context): AccessInfo | null => {
  if (context.state.temps === null) return null
  const access = emitter.analysis.functions.accesses.get(node)
  if (access === undefined || !access.grey) return null
  return access.name.startsWith("#") && privateAccessor(emitter, access, context.path) === null ? null : access
}

/** The elements of a class that are the accessors of a private name in scope, if all that the access needs are lifted. */
const privateAccessor = (emitter: Emitter, { kind, name }: AccessInfo, path: ReadonlyArray<Node>): true | null => {
  const declares = (each: Node): boolean => each.key?.type === "PrivateIdentifier" && `#${each.key.name}` === name
  const body = path.findLast((each) => each.type === "ClassBody" && each.body.some(declares))
  const roles = kind === "read" ? ["get"] : kind === "write" ? ["set"] : ["get", "set"]
  const found = roles.every((role) =>
    body?.body.some(
      (each: Node) =>
        declares(each) && each.kind === role && isLifted(emitter.analysis.functions.byNode.get(each.value))
    )
  )
  return found ? true : null
}

/** The pieces that a lifted access is made of. */
class Access {
  readonly o: string
  private readonly r: string

  constructor(
    private readonly emitter: Emitter,
    private readonly access: AccessInfo,
    private readonly state: State
  ) {
    const temps = state.temps!
    this.o = temps.name("o", state.depth)
    this.r = temps.name("r")
  }

  get v(): string {
    return this.state.temps!.name("v", this.state.depth)
  }

  private get isPrivate(): boolean {
    return this.access.name.startsWith("#")
  }

  private get site(): string {
    const { emitter, access } = this
    const { object, end } = access.member
    const text = emitter.code
      .slice(object?.start ?? access.member.start, end)
      .replace(/\s+/g, " ")
      .slice(0, 60)
    return `${emitter.helper("at")}.site = ${emitter.siteNumber(access.member, text, this.state.fn)}`
  }

  private get plain(): string {
    const { access, o } = this
    return this.isPrivate ? `${o}.${access.name}` : `${o}[${JSON.stringify(access.name)}]`
  }

  read(): string {
    const { access, emitter, o, r } = this
    if (this.isPrivate) return `(${this.has()} ? (${this.asked()}, ${this.plain}, ${this.take()}) : ${this.plain})`
    const find = `${emitter.helper("getter")}(${o}, ${JSON.stringify(access.name)})`
    return `((${r} = ${find}) ? (${this.site}, ${run(emitter, this.state, `${emitter.helper("call")}(${r}, ${o})`)}) : ${this.plain})`
  }

  /** What stands before `super.x`, and after it. */
  readSuper(home: string): readonly [before: string, after: string] {
    const { access, emitter, r, state } = this
    const find = `${emitter.helper("superGetter")}(${home}, ${JSON.stringify(access.name)})`
    const steps = `${emitter.helper("call")}(${r}, ${state.aliases.this ?? "this"})`
    return [`((${r} = ${find}) ? (${this.site}, ${run(emitter, state, steps)}) : `, ")"]
  }

  write(): string {
    const { access, emitter, o, r, v } = this
    const plainly = `(${this.plain} = ${v})`
    if (this.isPrivate) return `(${this.has()} ? (${this.asked()}, ${plainly}, ${this.take()}, ${v}) : ${plainly})`
    const find = `${emitter.helper("setter")}(${o}, ${JSON.stringify(access.name)})`
    const steps = run(emitter, this.state, `${emitter.helper("call")}(${r}, ${o}, ${v})`)
    return `((${r} = ${find}) ? (${this.site}, ${steps}, ${v}) : ${plainly})`
  }

  private has(): string {
    return `${this.emitter.helper("isObject")}(${this.o}) && ${this.access.name} in ${this.o}`
  }

  private asked(): string {
    return `${this.site}, ${this.emitter.helper("at")}.asked = true`
  }

  private take(): string {
    return run(this.emitter, this.state, `${this.emitter.helper("handedOut")}()`)
  }
}

/** `o.x` in `o.x(…)`: the function that the getter gives is called on `o`, which this names. */
export const calleeAccess = (emitter: Emitter, callee: Node, context: Context): string | null => {
  const access = liftedAccess(emitter, callee, context)
  if (access === null) return null
  const pieces = new Access(emitter, access, context.state)
  context.visit(callee.object)
  keepNameless(emitter, callee.object)
  emitter.before(callee.object, `(${pieces.o} = `)
  emitter.replace(callee.object.end, callee.end, `, ${pieces.read()})`)
  return pieces.o
}

/** `super.x`, which is visited by what follows. */
export const superAccess = (emitter: Emitter, access: AccessInfo, context: Context, visit: () => void): void => {
  const { node } = access
  const home = homeAt(emitter, context.path)
  if (home === null) return visit()
  const [found, otherwise] = new Access(emitter, access, context.state).readSuper(home)
  visit()
  emitter.before(node, found)
  emitter.after(node, otherwise)
}

/** The object that methods at the end of a path have as their home, or null where it has no name. */
const homeAt = (emitter: Emitter, path: ReadonlyArray<Node>): string | null => {
  const at = path.findLastIndex((each) => each.type === "ClassBody" || each.type === "ObjectExpression")
  const element = path[at + 1]
  const name = at < 0 ? undefined : emitter.classes.get(path[at]!)
  if (name === undefined || element === undefined) return null
  return element.static || element.type === "StaticBlock" ? name : `${name}.prototype`
}

/** `o.x`, `o?.x` */
export const readAccess = (emitter: Emitter, access: AccessInfo, context: Context): void => {
  const { member, node } = access
  const pieces = new Access(emitter, access, context.state)
  context.visit(member.object)
  keepNameless(emitter, member.object)
  emitter.before(node, `(${pieces.o} = `)
  const optional = member.optional ? `, ${pieces.o} === null || ${pieces.o} === undefined ? undefined : ` : ", "
  emitter.replace(member.object.end, member.end, "")
  emitter.after(node, `${optional}${pieces.read()})`)
}

/** `o.x = v`, `o.x += v`, `o.x ??= v` */
export const assignAccess = (emitter: Emitter, access: AccessInfo, context: Context): void => {
  const { member, node } = access
  const { operator, right } = node
  const pieces = new Access(emitter, access, context.state)
  const { o, v } = pieces
  context.visit(member.object)
  keepNameless(emitter, member.object)
  context.visit(right, { ...context.state, depth: context.state.depth + 1 })
  keepNameless(emitter, right)
  emitter.before(node, `(${o} = `)
  const binary = operator.slice(0, -1)
  if (["||", "&&", "??"].includes(binary)) {
    emitter.replace(member.object.end, right.start, `, (${v} = ${pieces.read()}) ${binary} (${v} = (`)
    emitter.after(right, `), ${pieces.write()}))`)
  } else if (operator === "=") {
    emitter.replace(member.object.end, right.start, `, ${v} = (`)
    emitter.after(right, `), ${pieces.write()})`)
  } else {
    emitter.replace(member.object.end, right.start, `, ${v} = ${pieces.read()}, ${v} ${operator} (`)
    emitter.after(right, `), ${pieces.write()})`)
  }
}

export const UpdateExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const access = liftedAccess(emitter, node, context)
    if (access === null) return void context.next()
    const { member } = access
    const pieces = new Access(emitter, access, context.state)
    const { o, v } = pieces
    context.visit(member.object)
    keepNameless(emitter, member.object)
    if (node.prefix) emitter.replace(node.start, member.start, "")
    emitter.before(member, `(${o} = `)
    emitter.replace(member.object.end, node.end, "")
    const old = context.state.temps!.name("n")
    const step = node.prefix ? `${node.operator}${v}, ${pieces.write()}` : `${old} = ${v}${node.operator}`
    const rest = node.prefix ? "" : `, ${pieces.write()}, ${old}`
    emitter.after(node, `, ${v} = ${pieces.read()}, ${step}${rest})`)
  }

/** `const { x } = o` */
export const takeFields = (emitter: Emitter, declarator: Node, context: Context): void => {
  const { accesses } = emitter.analysis.functions
  if (context.state.temps === null || declarator.id.type !== "ObjectPattern" || declarator.init === null) return
  const taken = (declarator.id.properties as Array<Node>).map((property) => accesses.get(property))
  if (!taken.some((access) => access?.grey)) return
  const names = JSON.stringify(taken.map((access) => access!.name))
  emitter.before(declarator.init, `${opened(emitter, context.state)}${emitter.helper("taken")}(`)
  emitter.after(declarator.init, `, ${names})${closed(context.state)}`)
}
