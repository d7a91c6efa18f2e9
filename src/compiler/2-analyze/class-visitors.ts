/** Classes: their constructors, methods, fields and static blocks. */
import { bare, isGenerator, keyName, type Node } from "../ast.js"
import { anyName } from "./accessors.js"
import { fieldsOf, impliedSuper, initialisation, obstacleOf, staticObstacle, staticsOf } from "./classes.js"
import { type Collector, type Context, label, type State, type Visitors } from "./collector.js"
import { callOf, computedName, mayBeGenerator } from "./forms.js"
import type { FunctionInfo } from "./model.js"
import { blockAround } from "./places.js"

/** Visits classes, and adds what functions they have. */
export const classVisitors = (collector: Collector): Visitors => {
  const { add, byNode, constructors, holding, named, pending, visitFunction } = collector

  /** Notes what a constructor's class is, and what of it stands in the way of a twin. */
  const prepareConstructor = (info: FunctionInfo, owner: Node, context: Context): void => {
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

  return {
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
        info.accessors.push(`${node.kind} ${key ?? anyName}`)
        if (key === null && blockAround(context.path, false) === null) info.verbatim ??= computedName
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
    }
  }
}
