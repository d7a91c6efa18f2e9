/**
 * Phase 2, first half: the functions of a module and the calls in each, as plain data. Nothing is decided here but what
 * can be read off one place in the source.
 */
import { analyze as analyzeScopes } from "eslint-scope"
import { walk } from "zimmerframe"
import type { Parsed } from "../1-parse/index.js"
import { bare, type FunctionNode, keyName, type Node } from "../ast.js"
import { accessOf, anyName, definedBy } from "./accessors.js"
import { callInfo, literalOf } from "./calls.js"
import { classVisitors } from "./class-visitors.js"
import { type Collector, functionInfo, type State, type Visitors, variablesIn } from "./collector.js"
import { callSupers, decide, initialiseFields } from "./decisions.js"
import { computedName, declaredAgain, inferredName, needsSyntax, spreads } from "./forms.js"
import { canStep, type Iteration, makeSources, type Source } from "./iterations.js"
import type { CallInfo, FunctionInfo, FunctionKind, Functions } from "./model.js"
import { movable } from "./parameters.js"
import { blockAround } from "./places.js"
import { Exports, makeResolver } from "./resolve.js"
import { areQuiet, partsOf } from "./take-apart.js"
import { keepYield, use } from "./uses.js"

const declarationPlaces: ReadonlySet<string> = new Set([
  "Program",
  "BlockStatement",
  "StaticBlock",
  "IfStatement",
  "SwitchCase",
  "ExportNamedDeclaration",
  "ExportDefaultDeclaration"
])

/** Collects functions and calls. */
export const collectFunctions = (parsed: Parsed): Functions => {
  const scopeManager = analyzeScopes(parsed.program as any, {
    ecmaVersion: 2024,
    sourceType: parsed.kind,
    fallback: "iteration"
  })
  const variables = variablesIn(scopeManager)

  const all: Array<FunctionInfo> = []
  const byNode = new Map<Node, FunctionInfo>()
  const constructors = new Map<Node, FunctionInfo>()
  /** The classes whose computed keys can be held in names of our own. */
  const holding = new Set<Node>()
  const pending: Array<{ node: Node; state: State }> = []
  const iterating: Array<{ node: Node; iterable: Node | null; isItem?: boolean; state: State }> = []

  const add = (
    node: Node,
    kind: FunctionKind,
    state: State | null,
    name: string | null,
    methods: Array<string>,
    ownName = ""
  ) => {
    const info = functionInfo(all.length, node, kind, state, name, methods, ownName, movable(node, scopeManager))
    all.push(info)
    byNode.set(node, info)
    return info
  }

  const module = add(parsed.program, "module", null, "<top level>", [])
  const names: Array<{ readonly node: Node; readonly within: FunctionInfo }> = []
  /** Calls of `super` in arrows. */
  const superCalls: Array<{ readonly node: Node; readonly fn: FunctionInfo }> = []
  /** Functions that become methods by their names: `{ get }`, `o.get = get`. */
  const aliases: Array<{ readonly name: string; readonly value: Node; readonly within: FunctionInfo }> = []

  const enter = (
    node: FunctionNode,
    kind: FunctionKind,
    state: State,
    name: string | null,
    methods: Array<string>,
    ownName: string
  ): { info: FunctionInfo; inner: State } => {
    const info = add(node, kind, state, name, methods, ownName)
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
    context.visit(node, inner)
    return info
  }

  /** Visits the parts of a function that has been entered; false for one that has not. */
  const visitParts = (node: FunctionNode, context: { state: State; visit: (node: any, state?: State) => any }) => {
    const { fn } = context.state
    if (fn.node !== node) return false
    const verbatim = fn.movable && !node.generator ? null : "in a parameter"
    for (const param of node.params) {
      const target: Node = param.type === "AssignmentPattern" ? param.left : (param.argument ?? param)
      takingApart(target, target, null, { state: { ...context.state, verbatim } }, true)
      context.visit(param, { ...context.state, verbatim })
    }
    context.visit(node.body)
    if (node.body.type !== "BlockStatement") fn.returned.push(node.body)
    return true
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

  /** Destructuring. One whose targets do something before a step is taken is left to the language. */
  const takingApart = (
    pattern: Node,
    node: Node,
    iterable: Node | null,
    { state }: { readonly state: State },
    declared: boolean
  ): void => {
    const verbatim =
      state.verbatim ?? (declared || areQuiet(pattern) ? null : "in a pattern whose targets are computed")
    const { arrays, read } = partsOf(pattern, state.fn)
    for (const each of arrays) {
      const isWhole = each === pattern
      const isItem = !isWhole || node === pattern
      iterating.push({ node: isWhole ? node : each, iterable, isItem, state: { ...state, verbatim } })
    }
    if (verbatim === null) state.fn.accesses.push(...read)
  }

  /** A disposal that is awaited is none that a generator could have. */
  const awaitsBeyondTwins = (node: Node, fn: FunctionInfo): void => {
    if (fn.kind === "module") fn.awaits.push(node)
    else fn.verbatim ??= { code: "GL2001", detail: "" }
  }

  const collector: Collector = { byNode, constructors, holding, pending, add, visitFunction, named }

  const visitors: Visitors = {
    ...classVisitors(collector),

    FunctionDeclaration(node, context) {
      if (visitParts(node, context)) return
      const info = visitFunction(node, "declaration", context, node.id?.name ?? "default")
      if (node.id?.name === "yield") keepYield(context.state.fn)
      const parent = context.path.findLast((each: Node) => each.type !== "LabeledStatement")
      if (!declarationPlaces.has(parent.type)) {
        info.verbatim ??= { code: "GL2007", detail: `directly in a ${parent.type}` }
      } else if (node.id !== null && declaredAgain(node, variables.get(node.id))) {
        info.verbatim ??= { code: "GL2007", detail: "its name is declared again below" }
      }
    },
    FunctionExpression(node, context) {
      if (!visitParts(node, context)) visitFunction(node, "expression", context, node.id?.name ?? null)
    },
    ArrowFunctionExpression(node, context) {
      if (!visitParts(node, context)) visitFunction(node, "arrow", context, null)
    },
    VariableDeclaration(node, context) {
      if (node.kind === "await using") awaitsBeyondTwins(node, context.state.fn)
      context.next()
    },
    VariableDeclarator(node, context) {
      if (node.init !== null) takingApart(node.id, node, node.init, context, true)
      context.visit(node.id)
      if (node.init !== null) named(node.init, context, node.id.type === "Identifier" ? node.id.name : null)
    },
    AssignmentExpression(node, context) {
      takingApart(node.left, node, node.right, context, false)
      context.visit(node.left)
      const left = bare(node.left)
      if (left.type === "MemberExpression") {
        const name = left.property.type === "PrivateIdentifier" ? null : keyName(left.property, left.computed)
        if (name !== null) aliases.push({ name, value: node.right, within: context.state.fn })
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
          node.kind === "init" ? "object method" : "accessor",
          context,
          name,
          name === null ? [] : [name],
          name ?? ""
        )
        const literal = context.path.at(-1)
        if (node.kind !== "init") info.accessors.push(`${node.kind} ${name ?? anyName}`)
        if (name === null && blockAround(context.path, false) === null) info.verbatim ??= computedName
        else if ((info.usesSuper || info.usesEval) && literal.properties.some(spreads)) {
          info.verbatim ??= { code: "GL2008", detail: "it uses super or eval in an object with a spread" }
        }
      } else {
        if (name !== null) aliases.push({ name, value, within: context.state.fn })
        const ownName = name === "__proto__" && !node.computed && !node.shorthand ? "" : (name ?? "")
        const info = named(value, context, name, name === null ? [] : [name], ownName)
        if (info !== null && name === null && bare(value).id == null && blockAround(context.path, false) === null) {
          info.verbatim ??= { code: "GL2007", detail: "as the value of a computed property" }
        }
      }
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
      const user = context.path.at(-1)!
      if (user.type !== "CallExpression") {
        if (needsSyntax(context.path)) use(context.state.fn, "usesSuperSyntax")
      } else if (context.state.fn.kind === "arrow") superCalls.push({ node: user, fn: context.state.fn })
    },
    MetaProperty(node, context) {
      if (node.meta.name === "new") use(context.state.fn, "usesNewTarget")
    },
    Identifier(node, context) {
      if (node.name === "yield") keepYield(context.state.fn)
      const variable = variables.get(node)
      if (node.name === "arguments" && !variable?.identifiers.length) use(context.state.fn, "usesArguments")
      if (variable !== undefined && !variable.identifiers.includes(node)) names.push({ node, within: context.state.fn })
    },
    MemberExpression(node, context) {
      const { object, property, computed } = node
      if (object.type === "Identifier" && object.name === "arguments" && keyName(property, computed) === "callee") {
        context.state.fn.verbatim ??= { code: "GL2007", detail: "it uses arguments.callee" }
      }
      const access = context.state.verbatim === null ? accessOf(node, context.path, context.state.fn) : null
      if (access !== null) context.state.fn.accesses.push(access)
      context.visit(node.object, { ...context.state, name: null })
      if (node.computed) context.visit(node.property, { ...context.state, name: null })
    },
    AwaitExpression(node, context) {
      context.state.fn.awaits.push(node)
      context.next({ ...context.state, name: null })
    },
    ForOfStatement(node, context) {
      if (node.await) {
        const { fn } = context.state
        fn.awaits.push(node)
        if (!canStep(node)) awaitsBeyondTwins(node, fn)
      } else iterating.push({ node, iterable: node.right, state: context.state })
      const declared = node.left.type === "VariableDeclaration"
      const target: Node = declared ? node.left.declarations[0].id : node.left
      takingApart(target, target, node.right, context, declared)
      context.next()
    },
    CatchClause(node, context) {
      if (node.param !== null) takingApart(node.param, node.param, null, context, true)
      context.next()
    },
    SpreadElement(node, context) {
      if (context.path.at(-1).type !== "ObjectExpression") {
        iterating.push({ node, iterable: node.argument, state: context.state })
      }
      context.next()
    },
    YieldExpression(node, context) {
      if (node.delegate) iterating.push({ node, iterable: node.argument, state: context.state })
      context.next()
    },
    ReturnStatement(node, context) {
      if (node.argument !== null) context.state.fn.returned.push(node.argument)
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

  visitors["NewExpression"] = visitors["TaggedTemplateExpression"] = (node, context) => {
    pending.push({ node, state: context.state })
    context.next({ ...context.state, name: null })
  }

  walk(
    parsed.program as any,
    { fn: module, verbatim: null, name: null, className: null, classId: null } as State,
    visitors as any
  )
  decide(all, variables)
  callSupers(superCalls)
  initialiseFields(collector)

  const resolve = makeResolver(variables, byNode, constructors)
  const sourceOf = makeSources(variables, resolve)
  const iterations = new Map<Node, Iteration>()
  for (const { node, iterable, isItem, state } of iterating) {
    const { fn, verbatim } = state
    const from = iterable === null ? null : sourceOf(iterable)
    const source: Source = isItem === true || from === null ? { kind: "item", of: from } : from
    const iteration: Iteration = { node, within: fn, source, verbatim, grey: false }
    fn.iterations.push(iteration)
    iterations.set(node, iteration)
  }
  for (const { node, within } of names) {
    const callee = resolve(node)
    if (callee.kind === "function" || callee.kind === "import") within.mentions.push(callee)
  }
  const calls = new Map<Node, CallInfo>()
  for (const { node, state } of pending) {
    const info = callInfo(node, state, parsed.code, resolve, sourceOf, (each) => literalOf(each, variables))
    state.fn.calls.push(info)
    calls.set(node, info)
    if (node.type !== "CallExpression") continue
    for (const { info: defined, accessor } of definedBy(node, byNode)) defined.accessors.push(accessor)
  }
  for (const { name, value, within } of aliases) {
    const callee = bare(value).type === "Identifier" ? resolve(value) : null
    if (callee?.kind === "function") callee.target.methods.push(name)
    else if (callee?.kind === "unknown") within.keeps.push(name)
    // What a function makes of others, as `memoize(load)` does, may call them.
    const given: ReadonlyArray<Node> = bare(value).type === "CallExpression" ? bare(value).arguments : []
    for (const argument of given.map(resolve)) if (argument.kind === "function") argument.target.methods.push(name)
  }
  const exports = new Exports(resolve, parsed.program)
  return {
    parsed,
    module,
    all,
    byNode,
    calls,
    accesses: new Map(all.flatMap((fn) => fn.accesses.map((access) => [access.node, access] as const))),
    iterations,
    greyIterables: new Set(),
    sourceOf,
    variables,
    constructors,
    moduleScope: scopeManager.scopes.find(
      (scope) => scope.type === "module" || (scope.type === "function" && (scope.block as any) === parsed.program)
    ),
    exports: exports.named,
    exportsAll: exports.all
  }
}
