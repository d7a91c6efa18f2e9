/**
 * Functions: the body stands once, in the twin; the function itself becomes a thin entry that runs its twin under the plain
 * driver. Entries are syntax, so that V8 names them and gives them their length, and they stay where the function stood,
 * so that all hoisting is V8's.
 */

import { assignsOwnName, ownerOf } from "../../2-analyze/forms.js"
import type { FunctionInfo } from "../../2-analyze/model.js"
import { type FunctionNode, isAsyncGenerator, isGenerator, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type Aliases, noAliases, type State, Temps } from "../state.js"
import { type Context, skipBlank, skipTo } from "./calls.js"
import { generatorDeclaration, generatorExpression } from "./generators.js"
import { lowerParameters, moveParameters, parametersWait } from "./parameters.js"
import { entryMark } from "./texts.js"
import { isNoted } from "./turns.js"

export const isLifted = (info: FunctionInfo | undefined): info is FunctionInfo =>
  info?.grey === true && info.verbatim === null

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof undefined var void while with yield NaN Infinity async of"
  ).split(" ")
)

export const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name) && !reserved.has(name)

/**
 * What the generator behind a function is called: what a stack calls the function, and a suffix at which stacks are cut.
 * Characters that no identifier has are escaped; a function without a name is called by the prefix.
 */
export const twinName = (emitter: Emitter, name: string): string => {
  const escaped = name.replace(/[^\w$]/g, (char) => `$u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
  const start =
    escaped === ""
      ? emitter.prefix
      : /^\d/.test(escaped)
        ? `$u${escaped.charCodeAt(0).toString(16).padStart(4, "0")}${escaped.slice(1)}`
        : escaped
  return `${start}${emitter.prefix.slice(0, -1)}`
}

/** The state inside a function that stays as it is. */
const verbatimState = (info: FunctionInfo, state: State): State => ({
  fn: info,
  temps: null,
  activation: null,
  depth: 0,
  loops: 0,
  aliases: info.kind === "arrow" ? state.aliases : noAliases,
  turn: null,
  awaited: null,
  hoistVars: false
})

/** The parameters of an entry: as many as the function's `length`. */
export const entryParameters = (node: FunctionNode): Array<string> => {
  const names: Array<string> = []
  for (const param of node.params) {
    if (param.type === "AssignmentPattern" || param.type === "RestElement") break
    names.push(`$${names.length}`)
  }
  return names
}

const visitVerbatim = (node: FunctionNode, info: FunctionInfo, context: Context): void => {
  const state = verbatimState(info, context.state)
  for (const param of node.params) context.visit(param, state)
  context.visit(node.body, state)
}

/** Visits parameters and body as a generator's, and declares the temporaries they took. */
export const visitTwinBody = (
  emitter: Emitter,
  node: FunctionNode,
  info: FunctionInfo,
  context: Context,
  aliases: Aliases,
  prologue = ""
): void => {
  const temps = new Temps(emitter.prefix)
  const inner: State = {
    fn: info,
    temps,
    activation: null,
    depth: 0,
    loops: 0,
    aliases,
    turn: null,
    awaited: null,
    hoistVars: false
  }
  const moved = parametersWait(info) || (prologue !== "" && info.movable)
  for (const param of node.params) context.visit(param, moved ? inner : { ...inner, temps: null })
  context.visit(node.body, inner)
  const lowered = moved ? lowerParameters(emitter, node, inner) : null
  if (lowered !== null) moveParameters(emitter, node, prologue + temps.declaration(), lowered)
  else if (node.body.type === "BlockStatement") {
    const declaration = prologue + temps.declaration()
    if (declaration !== "") emitter.atStart(node.body, declaration)
  } else {
    emitter.before(node.body, `{ ${temps.declaration()}${isNoted(emitter, node.body) ? "" : "return "}`)
    emitter.after(node.body, " }")
  }
}

export const isStrict = (body: Node): boolean =>
  body.type === "BlockStatement" && (body.body as Array<Node>).some((statement) => statement.directive === "use strict")

const entry = (emitter: Emitter, name: string, node: FunctionNode, twin: string): string => {
  const strict = isStrict(node.body) ? `"use strict"; ` : ""
  const parameters = producing(emitter, node, entryParameters(node), `${twin}, this, arguments`)
  return `${node.async ? "async " : ""}function${node.generator ? "*" : ""} ${name}(${parameters}) { ${strict}${running(emitter, node, `${twin}, this, arguments`)} ${entryMark(emitter, node)}}`
}

/** Whether a generator's parameters do anything: they do it as it is called, before it runs. */
const parametersAct = (node: FunctionNode): boolean => node.params.some((param) => param.type !== "Identifier")

/** The parameters of an entry, of which one of an async generator has a last one where its own do anything. */
export const producing = (emitter: Emitter, node: FunctionNode, names: ReadonlyArray<string>, given: string): string =>
  isAsyncGenerator(node) && parametersAct(node)
    ? [...names, `...{ $run = ${emitter.helper("produce")}(${given}) }`].join(", ")
    : names.join(", ")

/** An async generator's entry goes on for its twin, and once more where it was told to return: that outweighs what it did. */
const produced = (begin: string): string => {
  const suspend =
    "try { if ($s === 3) return $run.value; $run.sent($s === 0 ? await $run.value : $s === 1 ? yield $run.value : yield* $run.value) } catch ($e) { $run.thrown($e) }"
  const end = "if ($s === 4) return;"
  const again = `for ($run.leave();;) { const $s = $run.proceed(); if ($s === 5) break; ${end} ${suspend} finally { if ($run.left && (yield* $run.rest())) return $run.value } }`
  return `for (${begin};;) { const $s = $run.proceed(); ${end} ${suspend} finally { if ($run.left) ${again} } }`
}

/** The body of an entry: runs the twin plainly. An async one awaits what its twin awaits, in the same microtasks. */
export const running = (emitter: Emitter, node: FunctionNode, given: string): string =>
  isAsyncGenerator(node)
    ? produced(parametersAct(node) ? "" : `const $run = ${emitter.helper("produce")}(${given})`)
    : node.async
      ? `for (const $run = ${emitter.helper("drive")}(${given});;) { if ($run.step()) return $run.value; try { $run.give(await $run.value) } catch ($e) { $run.fail($e) } }`
      : `return ${emitter.helper("plain")}(${given})`

const stampFor = (emitter: Emitter, node: FunctionNode): string => {
  const { kind, usesNewTarget } = emitter.analysis.functions.byNode.get(node)!
  if (node.async) return emitter.helper(node.generator ? "stampProducing" : "stampAsync")
  if (kind !== "declaration" && kind !== "expression") return emitter.helper("stamp")
  return emitter.helper(usesNewTarget ? "stampMaking" : "stampFunction")
}

/**
 * What a function calls `new.target` where it asks for it, or null. A generator cannot be constructed, so what stands behind
 * such a function is what makes its twin, given `new.target`.
 */
const newTargetOf = (emitter: Emitter, node: FunctionNode): string | null =>
  !node.async && emitter.analysis.functions.byNode.get(node)!.usesNewTarget ? `${emitter.prefix}new` : null

/** Makes \`function\`, \`async function\` or nothing before a name into \`function*\`. */
const asGenerator = (emitter: Emitter, node: FunctionNode, twin: string): void => {
  const word = skipTo(emitter.code, node.start, "function") + "function".length
  const end = node.generator ? skipTo(emitter.code, word, "*") + 1 : word
  emitter.replace(node.start, end, "function*")
  if (node.id === null) emitter.text.appendLeft(end, ` ${twin}`)
  else emitter.replace(node.id.start, node.id.end, twin)
}

export const FunctionDeclaration =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const declaration = node as FunctionNode
    const info = emitter.analysis.functions.byNode.get(node)!
    if (!isLifted(info)) return visitVerbatim(declaration, info, context)
    if (isGenerator(declaration)) return generatorDeclaration(emitter, declaration, info, context)
    const newTarget = newTargetOf(emitter, declaration)
    visitTwinBody(emitter, declaration, info, context, { ...noAliases, newTarget })
    const statement = statementOf(node, context.path)
    const prefix = emitter.code.slice(statement.start, node.start)
    if (prefix !== "") emitter.replace(statement.start, node.start, "")
    const own = declaration.id?.name as string | undefined
    const name = own ?? `${emitter.prefix}default`
    const twin = twinName(emitter, name)
    const make = `${twin}_make`
    asGenerator(emitter, declaration, twin)
    if (newTarget !== null) emitter.before(node, `function ${make}(${newTarget}) { return `)
    const before = own === undefined ? ` export { ${name} as default }; ` : ` ${prefix}`
    const run = newTarget === null ? twin : `${make}(new.target)`
    emitter.after(node, `${newTarget === null ? "" : " }"}${before}${entry(emitter, name, declaration, run)}`)
    const target = own === undefined ? `${emitter.helper("named")}(${name}, "default")` : name
    const stamped = `${stampFor(emitter, declaration)}(${target}, ${newTarget === null ? twin : make})`
    stampWhereDeclared(emitter, node, context, stamped)
  }

/** The export, or the labels, that a declaration is part of. */
const statementOf = (node: Node, path: ReadonlyArray<Node>): Node => {
  let statement = node
  for (let i = path.length - 1; i >= 0; i--) {
    const { type } = path[i]!
    if (type !== "LabeledStatement" && !type.startsWith("Export")) break
    statement = path[i]!
  }
  return statement
}

/** Puts the stamp of a declaration at the start of the scope that it is hoisted to. */
export const stampWhereDeclared = (emitter: Emitter, node: Node, context: Context, stamped: string): void => {
  const path = context.path.filter((each) => each.type !== "LabeledStatement")
  const parent = path.at(-1)!
  if (parent.type === "IfStatement") {
    emitter.before(node, `{ ${stamped}; `)
    emitter.after(node, " }")
  } else if (parent.type === "SwitchCase") {
    const first = path.at(-2)!.cases[0]
    emitter.text.appendLeft(first.start, `case (${stamped}, {}): `)
  } else emitter.atStart(context.path.findLast((each) => Array.isArray(each.body))!, `${stamped}; `)
}

/** Whether a named function expression speaks of itself by its name. */
const usesOwnName = (emitter: Emitter, node: FunctionNode): boolean => {
  if (node.id === null || node.type !== "FunctionExpression") return false
  const scope = emitter.analysis.functions.variables.get(node.id)
  return scope !== undefined && scope.references.length > 0
}

/** Puts an entry and its stamp around a generator expression that stands at `node`. */
export const wrap = (
  emitter: Emitter,
  node: FunctionNode,
  name: string,
  makeEntry: (twin: string) => string,
  self: string | null = null
): void => {
  const twin = `${emitter.prefix}twin_`
  const stamp = stampFor(emitter, node)
  if (self !== null) {
    emitter.before(node, `(() => { const ${self} = ${makeEntry(twin)}, ${twin} = `)
    emitter.after(node, `; return ${stamp}(${self}, ${twin}) })()`)
    return
  }
  const made = makeEntry(twin)
  const held = emitter.keys.get(node)
  const body =
    held !== undefined && node.id == null
      ? `${stamp}({ [${held}]: ${made} }[${held}], ${twin})`
      : name === ""
        ? `${stamp}(${made}, ${twin})`
        : isIdentifier(name)
          ? `{ const ${name} = ${made}; return ${stamp}(${name}, ${twin}) }`
          : `${stamp}({ ${JSON.stringify(name)}: ${made} }[${JSON.stringify(name)}], ${twin})`
  emitter.before(node, `((${twin}) => ${body})(`)
  emitter.after(node, ")")
}

export const FunctionExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const expression = node as FunctionNode
    const info = emitter.analysis.functions.byNode.get(node)!
    if (!isLifted(info)) return visitVerbatim(expression, info, context)
    if (isGenerator(expression)) return generatorExpression(emitter, expression, info, context)
    const newTarget = newTargetOf(emitter, expression)
    visitTwinBody(emitter, expression, info, context, { ...noAliases, newTarget })
    const own = (expression.id?.name as string | undefined) ?? ""
    if (assignsOwnName(node, emitter.analysis.functions.variables)) return askingItself(emitter, expression, own)
    const twin = twinName(emitter, info.inferredName)
    asGenerator(emitter, expression, twin)
    if (newTarget !== null) emitter.before(node, `(${newTarget}) => `)
    const self = usesOwnName(emitter, expression) ? own : null
    const makeEntry = (t: string) => entry(emitter, own, expression, newTarget === null ? t : `${t}(new.target)`)
    wrap(emitter, expression, own === "" ? info.ownName : "", makeEntry, self)
  }

/** A function that assigns to its own name, in vain, has its generator within itself: there the name is what it was. */
const askingItself = (emitter: Emitter, node: FunctionNode, own: string): void => {
  asGenerator(emitter, node, twinName(emitter, own))
  const head = `function ${own}(${entryParameters(node).join(", ")})`
  emitter.before(node, `${emitter.helper("asking")}(${head} { return ${emitter.helper("accessor")}(`)
  emitter.after(node, `, this, arguments) ${entryMark(emitter, node)}})`)
}

export const ArrowFunctionExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const arrow = node as FunctionNode
    const info = emitter.analysis.functions.byNode.get(node)!
    if (!isLifted(info)) return visitVerbatim(arrow, info, context)
    const { aliases, passed } = lexicalTo(emitter, info, context.state.aliases)
    visitTwinBody(emitter, arrow, info, context, aliases)
    const { code } = emitter
    const last = arrow.params.at(-1)
    const parametersAt = arrow.async ? skipBlank(code, node.start + "async".length) : node.start
    const parenthesised = code[parametersAt] === "("
    const arrowAt = skipTo(code, last === undefined ? skipTo(code, parametersAt, ")") : last.end, "=>")
    if (arrow.async) emitter.replace(node.start, parametersAt, "")
    emitter.before(node, `function* ${twinName(emitter, info.inferredName)} ${parenthesised ? "" : "("}`)
    if (!parenthesised) emitter.text.appendLeft(arrow.params[0]!.end, ")")
    emitter.replace(arrowAt, arrowAt + 2, "")
    wrap(emitter, arrow, info.ownName, (t) => arrowEntry(emitter, arrow, t))
    if (passed.length > 0) {
      emitter.before(node, `((${passed.map(([name]) => name).join(", ")}) => `)
      emitter.after(node, `)(${passed.map(([, value]) => value).join(", ")})`)
    }
  }

/** What an arrow's generator needs handed, and what it then calls that and what is handed to it already. */
const lexicalTo = (
  emitter: Emitter,
  info: FunctionInfo,
  outer: Aliases
): { aliases: Aliases; passed: ReadonlyArray<readonly [name: string, value: string]> } => {
  const { prefix } = emitter
  const owner = ownerOf(info)
  const aliases: { -readonly [K in keyof Aliases]: Aliases[K] } = { ...outer }
  const passed: Array<readonly [name: string, value: string]> = []
  const pass = (what: keyof Aliases, used: boolean, value: string, isThunk = false): void => {
    if (!used || outer[what] !== null) return
    const name = `${prefix}${what}`
    aliases[what] = isThunk ? `${name}()` : name
    passed.push([name, isThunk ? `() => ${value}` : value])
  }
  pass("this", info.usesThis, "this", owner.superClass !== null)
  pass("arguments", info.usesArguments && hasArguments(emitter, owner), "arguments")
  pass("newTarget", info.usesNewTarget, "new.target")
  pass("superGet", info.usesSuper, "(key) => super[key]")
  pass("superSet", info.usesSuper, "(key, value) => (super[key] = value)")
  return { aliases, passed }
}

const hasArguments = (emitter: Emitter, owner: FunctionInfo): boolean =>
  owner.kind !== "initializer" && (owner.kind !== "module" || emitter.analysis.parsed.kind === "commonjs")

const arrowEntry = (emitter: Emitter, arrow: FunctionNode, twin: string): string => {
  const names = entryParameters(arrow)
  const rest = arrow.params.length > names.length
  const parameters = [...names, ...(rest ? ["...$r"] : [])].join(", ")
  const passed = rest
    ? names.length === 0
      ? "$r"
      : `${emitter.helper("joined")}([${names.join(", ")}], $r)`
    : `[${names.join(", ")}]`
  const given = `${twin}, undefined, ${passed}`
  const mark = entryMark(emitter, arrow)
  return arrow.async
    ? `async (${parameters}) => { ${running(emitter, arrow, given)} ${mark}}`
    : `(${parameters}) => ${emitter.helper("plain")}(${given}${mark})`
}
