/**
 * Phase 2, first half: the functions of a module and the calls in each, as plain data. Nothing is decided here but what
 * can be read off one place in the source.
 */
import { analyze as analyzeScopes, type Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { type Parsed, visitorKeys } from "../1-parse/index.js"
import { bare, type FunctionNode, keyName, type Node } from "../ast.js"
import type { CallInfo, FunctionInfo, FunctionKind, Functions } from "./model.js"
import { Exports, makeResolver } from "./resolve.js"

interface State {
  readonly fn: FunctionInfo
  /** Why calls here cannot be lifted. */
  readonly verbatim: string | null
  readonly name: string | null
  readonly className: string | null
  /** The name the class gives itself inside of its body. */
  readonly classId: string | null
}

const declarationPlaces: ReadonlySet<string> = new Set([
  "Program",
  "BlockStatement",
  "StaticBlock",
  "ExportNamedDeclaration",
  "ExportDefaultDeclaration"
])

const placeNames: Readonly<Record<string, string>> = {
  IfStatement: "if statement",
  SwitchCase: "switch case",
  LabeledStatement: "labelled statement"
}

const label = (name: string | null): string => (name === null || name === "" ? "<anonymous>" : name)

/** Collects functions and calls. */
export const collectFunctions = (parsed: Parsed): Functions => {
  const scopeManager = analyzeScopes(parsed.program as any, {
    ecmaVersion: 2024,
    sourceType: parsed.kind,
    childVisitorKeys: visitorKeys as any,
    fallback: "iteration"
  })
  const variables = new Map<Node, Variable>()
  for (const scope of scopeManager.scopes) {
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) variables.set(identifier as any, variable)
    }
    for (const reference of scope.references) {
      if (reference.resolved !== null) variables.set(reference.identifier as any, reference.resolved)
    }
  }

  const all: Array<FunctionInfo> = []
  const byNode = new Map<Node, FunctionInfo>()
  const pending: Array<{ node: Node; state: State }> = []

  const add = (
    node: Node,
    kind: FunctionKind,
    state: State | null,
    name: string | null,
    methods: Array<string>,
    ownName = ""
  ) => {
    const info: FunctionInfo = {
      id: all.length,
      node,
      kind,
      name: label(name),
      ownName,
      inferredName: ownName,
      parent: state?.fn ?? null,
      className: state?.classId ?? null,
      verbatim: null,
      methods,
      calls: [],
      awaits: [],
      usesThis: false,
      usesArguments: false,
      usesNewTarget: false,
      usesSuper: false,
      usesEval: false,
      grey: false
    }
    all.push(info)
    byNode.set(node, info)
    return info
  }

  const module = add(parsed.program, "module", null, "<top level>", [])
  /** Functions that become methods by their names: `{ get }`, `o.get = get`. */
  const aliases: Array<{ readonly name: string; readonly value: Node }> = []

  const enter = (
    node: FunctionNode,
    kind: FunctionKind,
    state: State,
    name: string | null,
    methods: Array<string>,
    ownName: string
  ): { info: FunctionInfo; inner: State } => {
    const info = add(node, kind, state, name, methods, ownName)
    if (node.generator) info.verbatim = { code: "GL2002", detail: "" }
    return { info, inner: { fn: info, verbatim: null, name: null, className: null, classId: null } }
  }

  const visitFunction = (
    node: FunctionNode,
    kind: FunctionKind,
    context: { state: State; visit: (node: any, state?: State) => any },
    name: string | null,
    methods: Array<string> = [],
    ownName = node.id?.name ?? ""
  ): FunctionInfo => {
    const { info, inner } = enter(node, kind, context.state, name, methods, ownName)
    for (const param of node.params) context.visit(param, { ...inner, verbatim: "in a parameter" })
    context.visit(node.body, inner)
    return info
  }

  /** Marks a use of a lexical binding on its owner and on every arrow between. */
  const use = (fn: FunctionInfo, what: "usesThis" | "usesArguments" | "usesNewTarget" | "usesSuper"): void => {
    for (let f: FunctionInfo | null = fn; f !== null; f = f.parent) {
      f[what] = true
      if (f.kind !== "arrow") return
    }
  }

  /** A function that uses the name `yield` can be no generator; nor can what an arrow with that name stands in. */
  const keepYield = (fn: FunctionInfo): void => {
    for (let f: FunctionInfo | null = fn; f !== null; f = f.parent) {
      f.verbatim ??= { code: "GL2007", detail: "it uses the name yield" }
      if (f.kind !== "arrow") return
    }
  }

  /** Visits what may be a function that takes its name from where it stands. */
  const named = (
    node: Node,
    context: any,
    name: string | null,
    methods: Array<string> = [],
    ownName = name ?? ""
  ): FunctionInfo | null => {
    const target = bare(node)
    if (target.type === "FunctionExpression" || target.type === "ArrowFunctionExpression") {
      return visitFunction(
        target as FunctionNode,
        target.type === "ArrowFunctionExpression" ? "arrow" : "expression",
        context,
        (target as FunctionNode).id?.name ?? name,
        methods,
        (target as FunctionNode).id?.name ?? ownName
      )
    }
    context.visit(node, { ...context.state, name, className: name })
    return null
  }

  const visitors: Record<string, (node: any, context: any) => void> = {
    FunctionDeclaration(node, context) {
      const info = visitFunction(node, "declaration", context, node.id?.name ?? "default")
      if (node.id?.name === "yield") keepYield(context.state.fn)
      const parent = context.path.at(-1)
      if (!declarationPlaces.has(parent.type)) {
        info.verbatim ??= { code: "GL2007", detail: `directly in a ${placeNames[parent.type] ?? parent.type}` }
      } else if (node.id !== null && (variables.get(node.id)?.defs.length ?? 1) > 1) {
        info.verbatim ??= { code: "GL2007", detail: "its name is declared twice" }
      }
    },
    FunctionExpression(node, context) {
      visitFunction(node, "expression", context, node.id?.name ?? null)
    },
    ArrowFunctionExpression(node, context) {
      visitFunction(node, "arrow", context, null)
    },
    VariableDeclarator(node, context) {
      context.visit(node.id)
      if (node.init !== null) named(node.init, context, node.id.type === "Identifier" ? node.id.name : null)
    },
    AssignmentExpression(node, context) {
      context.visit(node.left)
      const left = bare(node.left)
      if (left.type === "MemberExpression") {
        const name = left.property.type === "PrivateIdentifier" ? null : keyName(left.property, left.computed)
        if (name !== null) aliases.push({ name, value: node.right })
        const info = named(node.right, context, name, name === null ? [] : [name], "")
        if (info !== null && info.ownName === "") info.inferredName = inferredName(left)
      } else {
        const name = left.type === "Identifier" ? left.name : null
        named(node.right, context, name, [], left.start === node.start ? (name ?? "") : "")
      }
    },
    AssignmentPattern(node, context) {
      context.visit(node.left)
      named(node.right, context, node.left.type === "Identifier" ? node.left.name : null)
    },
    ExportDefaultDeclaration(node, context) {
      named(node.declaration, context, "default")
    },
    Property(node, context) {
      if (node.computed) context.visit(node.key, { ...context.state, name: null })
      const name = keyName(node.key, node.computed)
      const value: Node = node.value
      if (node.method || node.kind !== "init") {
        const info = visitFunction(
          value as FunctionNode,
          "object method",
          context,
          name,
          name === null ? [] : [name],
          name ?? ""
        )
        if (node.kind !== "init") info.verbatim ??= { code: "GL2004", detail: "" }
        else if (name === null) info.verbatim ??= { code: "GL2008", detail: "its name is computed" }
      } else {
        if (name !== null) aliases.push({ name, value })
        const ownName = name === "__proto__" && !node.computed && !node.shorthand ? "" : (name ?? "")
        const info = named(value, context, name, name === null ? [] : [name], ownName)
        if (info !== null && name === null && bare(value).id == null) {
          info.verbatim ??= { code: "GL2007", detail: "as the value of a computed property" }
        }
      }
    },
    ClassBody(node, context) {
      context.next()
      const seen = new Map<string, FunctionInfo>()
      for (const element of node.body as Array<Node>) {
        if (element.type !== "MethodDefinition" || element.key.type === "PrivateIdentifier") continue
        const name = keyName(element.key, element.computed)
        const info = byNode.get(element.value)
        if (name === null || info === undefined || element.kind === "constructor") continue
        const key = `${element.static} ${name}`
        const other = seen.get(key)
        seen.set(key, info)
        if (other === undefined) continue
        for (const each of [info, other]) each.verbatim ??= { code: "GL2008", detail: "its name is used twice" }
      }
    },
    ClassDeclaration(node, context) {
      context.next({ ...context.state, className: node.id?.name ?? "default", classId: node.id?.name ?? null })
    },
    ClassExpression(node, context) {
      context.next({ ...context.state, className: node.id?.name ?? context.state.name, classId: node.id?.name ?? null })
    },
    MethodDefinition(node, context) {
      const state: State = context.state
      if (node.computed) context.visit(node.key, { ...state, name: null })
      for (const decorator of node.decorators ?? []) context.visit(decorator)
      const isPrivate = node.key.type === "PrivateIdentifier"
      const key = isPrivate ? `#${node.key.name}` : keyName(node.key, node.computed)
      const owner = label(state.className)
      const name = node.kind === "constructor" ? owner : `${owner}.${key ?? "[computed]"}`
      const info = visitFunction(node.value, "class method", context, name, key === null ? [] : [key])
      if (node.kind === "constructor") info.verbatim ??= { code: "GL2003", detail: "" }
      else if (node.kind !== "method") info.verbatim ??= { code: "GL2004", detail: "" }
      else if (isPrivate && state.classId === null)
        info.verbatim ??= { code: "GL2008", detail: "its class has no name" }
      else if (isPrivate && info.usesSuper && !node.static)
        info.verbatim ??= { code: "GL2008", detail: "it uses super" }
      else if (key === null) info.verbatim ??= { code: "GL2008", detail: "its name is computed" }
    },
    PropertyDefinition(node, context) {
      if (node.computed) context.visit(node.key, { ...context.state, name: null })
      for (const decorator of node.decorators ?? []) context.visit(decorator)
      if (node.value === null) return
      const key = node.key.type === "PrivateIdentifier" ? null : keyName(node.key, node.computed)
      const info = add(node, "initializer", context.state, `${label(context.state.className)} field`, [])
      const inner = { fn: info, verbatim: "in a field's initialiser", name: null, className: null, classId: null }
      const field = {
        ...context,
        state: inner,
        visit: (each: Node, state: State = inner) => context.visit(each, state)
      }
      const value = named(node.value, field, key, key === null ? [] : [key])
      if (value !== null && key === null && bare(node.value).id == null) {
        value.verbatim ??= { code: "GL2007", detail: "as the value of a computed or private field" }
      }
    },
    StaticBlock(node, context) {
      const info = add(node, "initializer", context.state, `${label(context.state.className)} static block`, [])
      context.next({ fn: info, verbatim: "in a static block", name: null, className: null, classId: null })
    },
    WithStatement(node, context) {
      context.visit(node.object)
      context.visit(node.body, { ...context.state, verbatim: "inside `with`" })
    },
    ThisExpression(_, context) {
      use(context.state.fn, "usesThis")
    },
    Super(_, context) {
      use(context.state.fn, "usesSuper")
      use(context.state.fn, "usesThis")
    },
    MetaProperty(node, context) {
      if (node.meta.name === "new") use(context.state.fn, "usesNewTarget")
    },
    Identifier(node, context) {
      if (node.name === "yield") keepYield(context.state.fn)
      if (node.name === "arguments" && !variables.get(node)?.identifiers.length) use(context.state.fn, "usesArguments")
    },
    MemberExpression(node, context) {
      const { object, property, computed } = node
      if (object.type === "Identifier" && object.name === "arguments" && keyName(property, computed) === "callee") {
        context.state.fn.verbatim ??= { code: "GL2007", detail: "it uses arguments.callee" }
      }
      context.visit(node.object, { ...context.state, name: null })
      if (node.computed) context.visit(node.property, { ...context.state, name: null })
    },
    AwaitExpression(node, context) {
      context.state.fn.awaits.push(node)
      context.next({ ...context.state, name: null })
    },
    ForOfStatement(node, context) {
      if (node.await) {
        context.state.fn.awaits.push(node)
        if (context.state.fn.kind !== "module") context.state.fn.verbatim ??= { code: "GL2001", detail: "" }
      }
      context.next()
    },
    CallExpression(node, context) {
      const callee = bare(node.callee)
      if (callee.type === "Identifier" && callee.name === "eval" && !node.optional) {
        for (let f: FunctionInfo | null = context.state.fn; f !== null; f = f.parent) f.usesEval = true
      }
      pending.push({ node, state: context.state })
      context.next({ ...context.state, name: null })
    }
  }

  walk(
    parsed.program as any,
    { fn: module, verbatim: null, name: null, className: null, classId: null } as State,
    visitors as any
  )
  for (const fn of all) {
    if (fn.verbatim !== null || fn.kind === "module") continue
    if (fn.usesEval) fn.verbatim = { code: "GL2005", detail: "" }
    else if (assignsOwnName(fn.node, variables)) fn.verbatim = { code: "GL2007", detail: "it assigns to its own name" }
    else if (fn.usesNewTarget) fn.verbatim = { code: "GL2006", detail: "" }
    else if (fn.kind === "arrow" && fn.usesSuper) fn.verbatim = { code: "GL2007", detail: "an arrow with super" }
    else if (fn.kind === "arrow" && fn.usesThis && ownerOf(fn).verbatim?.code === "GL2003") {
      fn.verbatim = { code: "GL2007", detail: "an arrow with this, in a constructor" }
    } else if (fn.kind === "object method" && fn.usesSuper) fn.verbatim = { code: "GL2008", detail: "it uses super" }
  }

  const resolve = makeResolver(variables, byNode)
  const calls = new Map<Node, CallInfo>()
  for (const { node, state } of pending) {
    const info: CallInfo = {
      node,
      within: state.fn,
      callee: resolve(node.callee),
      text: textOf(parsed.code, node.callee),
      callbacks: node.arguments.map((argument: Node) => resolve(argument)),
      verbatim: verbatimCall(node, state),
      grey: false,
      cyclic: false
    }
    state.fn.calls.push(info)
    calls.set(node, info)
  }
  for (const { name, value } of aliases) {
    const callee = bare(value).type === "Identifier" ? resolve(value) : null
    if (callee?.kind === "function") callee.target.methods.push(name)
  }
  const exports = new Exports(resolve, parsed.program)
  return {
    module,
    all,
    byNode,
    calls,
    variables,
    moduleScope: scopeManager.scopes.find(
      (scope) => scope.type === "module" || (scope.type === "function" && (scope.block as any) === parsed.program)
    ),
    exports: exports.named,
    exportsAll: exports.all
  }
}

const assignsOwnName = (node: Node, variables: ReadonlyMap<Node, Variable>): boolean =>
  node.type === "FunctionExpression" &&
  node.id !== null &&
  (variables.get(node.id)?.references.some((reference) => reference.isWrite()) ?? false)

/** How V8 names a function that is assigned to a member: by what is written, as far as it consists of names. */
const inferredName = (target: Node): string => {
  const { type, name, object, property, computed } = bare(target)
  if (type === "Identifier") return name
  if (type !== "MemberExpression") return ""
  const before = inferredName(object)
  const key =
    property.type === "PrivateIdentifier" ? `#${property.name}` : (keyName(property, computed) ?? "<computed>")
  return key === "prototype" ? before : before === "" ? key : `${before}.${key}`
}

/** The function whose `this` and `arguments` an arrow sees. */
export const ownerOf = (fn: FunctionInfo): FunctionInfo => {
  let owner = fn
  while (owner.kind === "arrow" && owner.parent !== null) owner = owner.parent
  return owner
}

const verbatimCall = (node: Node, state: State): string | null => {
  const callee = bare(node.callee)
  if (callee.type === "Super") return "a call of super"
  if (callee.type === "Identifier" && callee.name === "eval") return "a direct eval"
  if (callee.type === "ChainExpression") return "a parenthesised optional chain"
  return state.verbatim
}

const textOf = (code: string, node: Node): string => {
  const text = code.slice(node.start, node.end).replace(/\s+/g, " ")
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
