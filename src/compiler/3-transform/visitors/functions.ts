/**
 * Functions: the body stands once, in the twin; the function itself becomes a thin entry that runs its twin under the plain
 * driver. Entries are syntax, so that V8 names them and gives them their length, and they stay where the function stood,
 * so that all hoisting is V8's.
 */

import { ownerOf } from "../../2-analyze/functions.js"
import type { FunctionInfo } from "../../2-analyze/model.js"
import { bare, type FunctionNode, type Node } from "../../ast.js"
import { type Emitter, noAliases, type State, Temps } from "../emitter.js"
import { type Context, skipBlank, skipTo } from "./calls.js"

export const isLifted = (info: FunctionInfo | undefined): info is FunctionInfo =>
  info?.grey === true && info.verbatim === null

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof undefined var void while with yield NaN Infinity async of"
  ).split(" ")
)

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name) && !reserved.has(name)

/**
 * What the generator behind a function is called: what a stack calls the function, and a suffix at which stacks are cut.
 * Characters that no identifier has are escaped; a function without a name is called by the prefix.
 */
const twinName = (emitter: Emitter, name: string): string => {
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
  depth: 0,
  aliases: info.kind === "arrow" ? state.aliases : noAliases,
  turn: null,
  awaited: null,
  hoistVars: false
})

/** The parameters of an entry: as many as the function's `length`. */
const entryParameters = (node: FunctionNode): Array<string> => {
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

/** Visits parameters and body as a generator's, and declares the temporaries the body took. */
export const visitTwinBody = (
  emitter: Emitter,
  node: FunctionNode,
  info: FunctionInfo,
  context: Context,
  aliases: State["aliases"]
): void => {
  const temps = new Temps(emitter.prefix)
  const inner: State = { fn: info, temps, depth: 0, aliases, turn: null, awaited: null, hoistVars: false }
  for (const param of node.params) context.visit(param, { ...inner, temps: null })
  context.visit(node.body, inner)
  if (node.body.type === "BlockStatement") {
    const declaration = temps.declaration()
    if (declaration !== "") emitter.atStart(node.body, declaration)
  } else {
    emitter.before(node.body, `{ ${temps.declaration()}return `)
    emitter.after(node.body, " }")
  }
}

const isStrict = (body: Node): boolean =>
  body.type === "BlockStatement" && (body.body as Array<Node>).some((statement) => statement.directive === "use strict")

const entry = (emitter: Emitter, name: string, node: FunctionNode, twin: string): string => {
  const strict = isStrict(node.body) ? `"use strict"; ` : ""
  const parameters = entryParameters(node).join(", ")
  return `${node.async ? "async " : ""}function ${name}(${parameters}) { ${strict}${running(emitter, node, `${twin}, this, arguments`)} }`
}

/** The body of an entry: runs the twin plainly. An async one awaits what its twin awaits, in the same microtasks. */
const running = (emitter: Emitter, node: FunctionNode, given: string): string =>
  node.async
    ? `for (const $run = ${emitter.helper("drive")}(${given});;) { if ($run.step()) return $run.value; try { $run.give(await $run.value) } catch ($e) { $run.fail($e) } }`
    : `return ${emitter.helper("plain")}(${given})`

const stampFor = (emitter: Emitter, node: FunctionNode): string => emitter.helper(node.async ? "stampAsync" : "stamp")

/** Makes \`function\`, \`async function\` or nothing before a name into \`function*\`. */
const asGenerator = (emitter: Emitter, node: FunctionNode, twin: string): void => {
  const end = skipTo(emitter.code, node.start, "function") + "function".length
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
    visitTwinBody(emitter, declaration, info, context, noAliases)
    const container = context.path.findLast((each) => Array.isArray(each.body))!
    const exported = context.path.at(-1)!
    const isExport = exported.type.startsWith("Export")
    const prefix = isExport ? emitter.code.slice(exported.start, node.start) : ""
    if (isExport) emitter.replace(exported.start, node.start, "")
    const own = declaration.id?.name as string | undefined
    const name = own ?? `${emitter.prefix}default`
    const twin = twinName(emitter, name)
    asGenerator(emitter, declaration, twin)
    const before = own === undefined ? ` export { ${name} as default }; ` : ` ${prefix}`
    emitter.after(node, `${before}${entry(emitter, name, declaration, twin)}`)
    const target = own === undefined ? `${emitter.helper("named")}(${name}, "default")` : name
    emitter.atStart(container, `${stampFor(emitter, declaration)}(${target}, ${twin}); `)
  }

/** Whether a named function expression speaks of itself by its name. */
const usesOwnName = (emitter: Emitter, node: FunctionNode): boolean => {
  if (node.id === null || node.type !== "FunctionExpression") return false
  const scope = emitter.analysis.functions.variables.get(node.id)
  return scope !== undefined && scope.references.length > 0
}

/** Puts an entry and its stamp around a generator expression that stands at `node`. */
const wrap = (
  emitter: Emitter,
  node: FunctionNode,
  name: string,
  makeEntry: (twin: string) => string,
  self: string | null
): void => {
  const twin = `${emitter.prefix}twin_`
  const stamp = stampFor(emitter, node)
  if (self !== null) {
    emitter.before(node, `(() => { const ${self} = ${makeEntry(twin)}, ${twin} = `)
    emitter.after(node, `; return ${stamp}(${self}, ${twin}) })()`)
    return
  }
  const made = makeEntry(twin)
  const body =
    name === ""
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
    visitTwinBody(emitter, expression, info, context, noAliases)
    const own = (expression.id?.name as string | undefined) ?? ""
    const twin = twinName(emitter, info.inferredName)
    asGenerator(emitter, expression, twin)
    const self = usesOwnName(emitter, expression) ? own : null
    wrap(emitter, expression, own === "" ? info.ownName : "", (t) => entry(emitter, own, expression, t), self)
  }

export const ArrowFunctionExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const arrow = node as FunctionNode
    const info = emitter.analysis.functions.byNode.get(node)!
    if (!isLifted(info)) return visitVerbatim(arrow, info, context)
    const outer = context.state.aliases
    const needsThis = info.usesThis && outer.this === null
    const needsArguments = info.usesArguments && outer.arguments === null && hasArguments(emitter, ownerOf(info))
    const aliases = {
      this: needsThis ? `${emitter.prefix}this` : outer.this,
      arguments: needsArguments ? `${emitter.prefix}arguments` : outer.arguments
    }
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
    wrap(emitter, arrow, info.ownName, (t) => arrowEntry(emitter, arrow, t), null)
    const passed: Array<readonly [alias: string | null, value: string]> = [
      [needsThis ? aliases.this : null, "this"],
      [needsArguments ? aliases.arguments : null, "arguments"]
    ]
    const given = passed.filter(([alias]) => alias !== null)
    if (given.length > 0) {
      emitter.before(node, `((${given.map(([alias]) => alias).join(", ")}) => `)
      emitter.after(node, `)(${given.map(([, value]) => value).join(", ")})`)
    }
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
  return arrow.async
    ? `async (${parameters}) => { ${running(emitter, arrow, given)} }`
    : `(${parameters}) => ${emitter.helper("plain")}(${given})`
}

/** Methods of object literals: `m(a) {…}` becomes `m: <entry and twin>`. */
export const Property =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const info = emitter.analysis.functions.byNode.get(node.value)
    if (node.computed) context.visit(node.key)
    if (node.method && isLifted(info)) {
      objectMethod(emitter, node, info, context)
    } else if (node.shorthand && node.value.type === "Identifier" && node.value.name === "arguments") {
      const alias = context.state.aliases.arguments
      if (alias !== null) emitter.after(node.value, `: ${alias}`)
    } else {
      context.visit(node.value)
    }
  }

const objectMethod = (emitter: Emitter, node: Node, info: FunctionInfo, context: Context): void => {
  const { code } = emitter
  const value = node.value as FunctionNode
  visitTwinBody(emitter, value, info, context, noAliases)
  emitter.before(value, `function* ${twinName(emitter, info.ownName)}`)
  const strict = isStrict(value.body) ? `"use strict"; ` : ""
  const modifier = value.async ? "async " : ""
  const parameters = entryParameters(value).join(", ")
  wrap(
    emitter,
    value,
    "",
    (twin) =>
      `{ ${modifier}[${JSON.stringify(info.ownName)}](${parameters}) { ${strict}${running(emitter, value, `${twin}, this, arguments`)} } }[${JSON.stringify(info.ownName)}]`,
    null
  )
  const begin = node.computed ? code.lastIndexOf("[", node.key.start) : node.key.start
  if (value.async) emitter.replace(node.start, begin, "")
  const end = node.computed ? skipTo(code, node.key.end, "]") + 1 : node.key.end
  if (info.ownName === "__proto__") emitter.replace(begin, end, `["__proto__"]`)
  emitter.text.appendLeft(end, ": ")
}

/** Whether an error is made, by its name: its callers are noted now, for it may be asked for its stack when they have returned. */
const makesError = (node: Node): boolean => /(?:Error|Exception)$/.test(bare(node.callee).name ?? "")

/** `new function () {…}()`: what a lifted function becomes must not be taken for the constructor's call. */
export const NewExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    if (makesError(node) && context.state.temps !== null && context.path.at(-1)?.type !== "ThrowStatement") {
      emitter.before(node, `${emitter.helper("noted")}(`)
      emitter.after(node, ")")
    }
    let first: Node = node.callee
    while (first.type === "MemberExpression" || first.type === "TaggedTemplateExpression") {
      first = first.type === "MemberExpression" ? first.object : first.tag
    }
    if (first.type !== "FunctionExpression" || !isLifted(emitter.analysis.functions.byNode.get(first))) return
    emitter.before(first, "(")
    emitter.after(first, ")")
  }
