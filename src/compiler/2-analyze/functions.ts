/**
 * Phase 2, first half: the functions of a module and the calls in each, as plain data. Nothing is decided here but what
 * can be read off one place in the source.
 */
import { analyze as analyzeScopes, type Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import type { Parsed } from "../1-parse/index.js"
import { bare, calleeOf, type FunctionNode, isFunction, isGenerator, keyName, type Node } from "../ast.js"
import { accessOf, definedBy, takenBy } from "./accessors.js"
import {
  fieldObstacle,
  fieldsOf,
  impliedSuper,
  initialisation,
  isRecorded,
  obstacleOf,
  staticObstacle,
  staticsOf
} from "./classes.js"
import {
  assignsOwnName,
  callOf,
  canAskItself,
  computedName,
  declaredAgain,
  inferredName,
  inPlace,
  mayBeGenerator,
  needsSyntax,
  ownerOf,
  parentOf,
  spreads,
  textOf
} from "./forms.js"
import { canStep, type Iteration, isSimple, isVariable, makeSources, type Source } from "./iterations.js"
import type { CallInfo, FunctionInfo, FunctionKind, Functions } from "./model.js"
import { movable } from "./parameters.js"
import { blockAround } from "./places.js"
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

type LexicalUse = "usesThis" | "usesArguments" | "usesNewTarget" | "usesSuper" | "usesSuperSyntax"

const declarationPlaces: ReadonlySet<string> = new Set([
  "Program",
  "BlockStatement",
  "StaticBlock",
  "IfStatement",
  "SwitchCase",
  "ExportNamedDeclaration",
  "ExportDefaultDeclaration"
])

const label = (name: string | null): string => (name === null || name === "" ? "<anonymous>" : name)

/** Collects functions and calls. */
export const collectFunctions = (parsed: Parsed): Functions => {
  const scopeManager = analyzeScopes(parsed.program as any, {
    ecmaVersion: 2024,
    sourceType: parsed.kind,
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
  const constructors = new Map<Node, FunctionInfo>()
  /** The classes whose computed keys can be held in names of our own. */
  const holding = new Set<Node>()
  const pending: Array<{ node: Node; state: State }> = []
  const iterating: Array<{ node: Node; iterable: Node; state: State }> = []

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
      accessors: [],
      calls: [],
      mentions: [],
      keeps: [],
      accesses: [],
      iterations: [],
      returned: [],
      awaits: [],
      usesThis: false,
      usesArguments: false,
      usesNewTarget: false,
      usesSuper: false,
      usesSuperSyntax: false,
      usesEval: false,
      superClass: null,
      movable: movable(node, scopeManager),
      grey: false
    }
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
    for (const param of node.params) context.visit(param, { ...context.state, verbatim })
    context.visit(node.body)
    if (node.body.type !== "BlockStatement") fn.returned.push(node.body)
    return true
  }

  /** Marks a use of a lexical binding on its owner and on every arrow between. */
  const use = (fn: FunctionInfo, what: LexicalUse): void => {
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

  /** Notes what a constructor's class is, and what of it stands in the way of a twin. */
  const prepareConstructor = (info: FunctionInfo, owner: Node, context: any): void => {
    const reason = obstacleOf(owner, context.state.classId !== null || blockAround(context.path, true) !== null)
    info.superClass = owner.superClass
    info.methods.push("constructor")
    if (context.state.className !== null) info.methods.push(context.state.className)
    if (reason !== null) info.verbatim ??= { code: "GL2003", detail: reason }
  }

  /** Static fields and blocks are called where the class is defined. */
  const initialiseStatics = (owner: Node, { fn, verbatim }: State): void => {
    const obstacle = verbatim ?? staticObstacle(owner, holding.has(owner), (element) => byNode.get(element))
    for (const element of staticsOf(owner)) {
      const info = byNode.get(element)
      if (info === undefined) continue
      if (obstacle !== null) info.verbatim = { code: "GL2007", detail: obstacle }
      else fn.calls.push(callOf(initialisation(element), fn, { kind: "function", target: info }, info.name))
    }
  }

  /** Array destructuring. A pattern that may fail half-way is left to the language, which then closes the iterator. */
  const unpacking = (
    node: Node,
    pattern: Node,
    iterable: Node,
    { state }: { readonly state: State },
    isBinding: (name: Node) => boolean
  ): void => {
    const verbatim = state.verbatim ?? (isSimple(pattern, isBinding) ? null : "in a pattern that may fail half-way")
    iterating.push({ node, iterable, state: { ...state, verbatim } })
  }

  /** A disposal that is awaited is none that a generator could have. */
  const awaitsBeyondTwins = (node: Node, fn: FunctionInfo): void => {
    if (fn.kind === "module") fn.awaits.push(node)
    else fn.verbatim ??= { code: "GL2001", detail: "" }
  }

  const visitors: Record<string, (node: any, context: any) => void> = {
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
      if (node.id.type === "ArrayPattern" && node.init !== null) {
        unpacking(node, node.id, node.init, context, () => true)
      }
      context.visit(node.id)
      if (context.state.verbatim === null) context.state.fn.accesses.push(...takenBy(node, context.state.fn))
      if (node.init !== null) named(node.init, context, node.id.type === "Identifier" ? node.id.name : null)
    },
    AssignmentExpression(node, context) {
      if (node.left.type === "ArrayPattern") {
        unpacking(node, node.left, node.right, context, (name) => isVariable(variables.get(name)))
      }
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
        if (node.kind !== "init" && name !== null) info.accessors.push(`${node.kind} ${name}`)
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
    ClassBody(node, context) {
      context.next()
      const owner: Node = context.path.at(-1)!
      if (blockAround(context.path, false) !== null) holding.add(owner)
      initialiseStatics(owner, context.state)
      if (!constructors.has(owner)) {
        const info = add(owner, "constructor", context.state, label(context.state.className), [])
        constructors.set(owner, info)
        prepareConstructor(info, owner, context)
        const isPlain = owner.superClass === null && fieldsOf(owner).every((field) => field.value === null)
        if (isPlain) info.verbatim ??= { code: "GL2003", detail: "" }
        if (owner.superClass !== null)
          pending.push({ node: impliedSuper(owner), state: { ...context.state, fn: info, verbatim: null } })
      }
      for (const element of node.body as Array<Node>) {
        const info = byNode.get(element.value)
        if (info?.kind !== "class method" || element.key.type === "PrivateIdentifier") continue
        if (isGenerator(info.node)) continue
        if (!mayBeGenerator(element, node.body)) continue
        info.verbatim ??= { code: "GL2008", detail: "its name may be that of a generator" }
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
      const isAccessor = node.kind === "get" || node.kind === "set"
      const kind = node.kind === "constructor" ? "constructor" : isAccessor ? "accessor" : "class method"
      const info = visitFunction(node.value, kind, context, name, key === null || kind === "constructor" ? [] : [key])
      if (node.kind === "constructor") {
        const owner: Node = context.path.at(-2)!
        constructors.set(owner, info)
        prepareConstructor(info, owner, context)
      } else if (isAccessor) {
        if (key !== null) info.accessors.push(`${node.kind} ${key}`)
        else if (blockAround(context.path, false) === null) info.verbatim ??= computedName
      } else if (isPrivate && state.classId === null && blockAround(context.path, true) === null)
        info.verbatim ??= { code: "GL2008", detail: "its class has no name" }
      else if (isPrivate && info.usesSuper && !node.static)
        info.verbatim ??= { code: "GL2008", detail: "it uses super" }
      else if (key === null && blockAround(context.path, false) === null) info.verbatim ??= computedName
    },
    PropertyDefinition(node, context) {
      if (node.computed) context.visit(node.key, { ...context.state, name: null })
      for (const decorator of node.decorators ?? []) context.visit(decorator)
      if (node.value === null) return
      const key = node.key.type === "PrivateIdentifier" ? null : keyName(node.key, node.computed)
      const info = add(node, "initializer", context.state, `${label(context.state.className)} field`, [])
      const inner = {
        fn: info,
        verbatim: null,
        name: null,
        className: null,
        classId: null
      }
      const field = {
        ...context,
        state: inner,
        visit: (each: Node, state: State = inner) => context.visit(each, state)
      }
      const ownName = node.key.type === "PrivateIdentifier" ? `#${node.key.name}` : key
      const value = named(node.value, field, ownName, ownName === null ? [] : [ownName])
      const isNameless = ownName === null && bare(node.value).id == null
      if (value !== null && isNameless && blockAround(context.path, false) === null) {
        value.verbatim ??= { code: "GL2007", detail: "as the value of a computed field" }
      }
    },
    StaticBlock(node, context) {
      const info = add(node, "initializer", context.state, `${label(context.state.className)} static block`, [])
      context.next({ fn: info, verbatim: null, name: null, className: null, classId: null })
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
  for (const fn of all) {
    if (fn.verbatim !== null || fn.kind === "module" || isGenerator(fn.node)) continue
    if (fn.kind === "constructor") {
      const parameters = fn.node.params?.some((each: Node) => each.type !== "Identifier") && isRecorded(fn)
      if (fn.usesSuperSyntax) fn.verbatim = { code: "GL2003", detail: "it uses super in a way that only syntax can" }
      else if (parameters && !fn.movable) fn.verbatim = { code: "GL2003", detail: "its parameters cannot be moved" }
    }
    if (fn.verbatim !== null) continue
    if (fn.usesEval && !inPlace(fn)) fn.verbatim = { code: "GL2005", detail: "" }
    else if (assignsOwnName(fn.node, variables) && !canAskItself(fn))
      fn.verbatim = { code: "GL2007", detail: "it assigns to its own name" }
    else if (fn.usesSuperSyntax && (fn.kind === "arrow" || fn.kind === "accessor"))
      fn.verbatim = { code: "GL2007", detail: "it uses super in a way that only syntax can" }
  }

  for (const { node, fn } of superCalls) {
    const owner = ownerOf(fn)
    if (owner.verbatim !== null) fn.verbatim ??= { code: "GL2007", detail: "it calls super" }
    else owner.calls.push(callOf(node, owner, { kind: "function", target: fn }, fn.name))
  }

  for (const [owner, made] of constructors) {
    const fields = fieldsOf(owner).filter((field) => field.value !== null)
    const obstacle = made.verbatim?.detail ?? fieldObstacle(owner, holding.has(owner), (field) => byNode.get(field))
    for (const field of fields) {
      const info = byNode.get(field)!
      if (obstacle !== null) info.verbatim = { code: "GL2007", detail: obstacle }
      else made.calls.push(callOf(initialisation(field), made, { kind: "function", target: info }, info.name))
    }
    if (obstacle !== null && owner.superClass === null && made.node === owner) {
      made.verbatim ??= { code: "GL2003", detail: obstacle }
    }
  }

  const resolve = makeResolver(variables, byNode, constructors)
  const sourceOf = makeSources(variables, resolve)
  const iterations = new Map<Node, Iteration>()
  for (const { node, iterable, state } of iterating) {
    const { fn, verbatim } = state
    const iteration: Iteration = { node, within: fn, source: sourceOf(iterable), verbatim, grey: false }
    fn.iterations.push(iteration)
    iterations.set(node, iteration)
  }
  const receiverOf = (node: Node): Source => {
    const callee = calleeOf(node)
    return sourceOf(callee.type === "MemberExpression" ? callee.object : callee)
  }
  for (const { node, within } of names) {
    const callee = resolve(node)
    if (callee.kind === "function" || callee.kind === "import") within.mentions.push(callee)
  }
  const calls = new Map<Node, CallInfo>()
  for (const { node, state } of pending) {
    const info: CallInfo = {
      node,
      within: state.fn,
      callee:
        calleeOf(node).type === "Super" ? parentOf(resolve(ownerOf(state.fn).superClass!)) : resolve(calleeOf(node)),
      text: textOf(parsed.code, calleeOf(node)),
      callbacks: [...(node.arguments ?? []), ...(node.arguments ?? []).flatMap(functionsIn)].map(resolve),
      receiver: receiverOf(node),
      given: (node.arguments ?? []).length === 0 ? null : sourceOf(node.arguments[0]),
      verbatim: verbatimCall(node, state),
      hands: false,
      grey: false,
      cyclic: false
    }
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

/** The functions that an object or array literal holds. */
const functionsIn = (literal: Node): Array<Node> => {
  const values: Array<Node | null> =
    literal.type === "ObjectExpression"
      ? literal.properties.map((each: Node) => each.value ?? null)
      : literal.type === "ArrayExpression"
        ? literal.elements
        : []
  return values.filter((each): each is Node => each !== null && isFunction(bare(each)))
}
const verbatimCall = (node: Node, state: State): string | null => {
  const callee = bare(calleeOf(node))
  if (callee.type === "Super") return null
  if (callee.type === "Identifier" && callee.name === "eval") return "a direct eval"
  if (callee.type === "ChainExpression") return "a parenthesised optional chain"
  return state.verbatim
}
