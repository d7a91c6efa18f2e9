/**
 * What a piece of code leads to: the functions it calls or hands on, followed by name through all modules that are known, and
 * what it speaks of on the way.
 */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { bare, calleeOf, isFunction, keyName, type Node } from "../ast.js"
import type { Callee, CallInfo, FunctionInfo, Functions } from "./model.js"
import { type Frame, noteCallbacks, type Origin, type Owned, originOf, ownedProperties, type Place } from "./origins.js"
import { inside } from "./patterns.js"

/** What can be read off one piece of code, the functions in it included. */
interface Facts {
  readonly variables: ReadonlySet<Variable>
  /** Names of properties. */
  readonly properties: ReadonlySet<string>
  /** Objects of which a property is taken by a computed name. */
  readonly computed: ReadonlyArray<Node>
  readonly calls: ReadonlyArray<CallInfo>
  /** Names of classes that objects are made of. */
  readonly made: ReadonlySet<string>
  /** Functions that are spoken of otherwise than to call them. */
  readonly handed: ReadonlyArray<FunctionInfo>
  readonly files: boolean
  /** Whether it iterates over something that may have an iterator of its own. */
  readonly iterates: boolean
  /** What it hands on whole: arguments, and what it spreads. */
  readonly whole: ReadonlyArray<Node>
}

/** A function that code leads to. */
export interface Reached {
  readonly fn: FunctionInfo
  readonly home: Functions
  readonly frame: Frame
}

interface Target {
  readonly fn: FunctionInfo
  readonly home: Functions
}

export class Reach {
  readonly owned: Owned
  private readonly facts = new Map<Node, Facts>()
  private readonly known = new WeakMap<Frame, Map<Node, ReadonlyArray<Reached>>>()
  private readonly methods = new Map<string, Array<Target>>()
  private readonly constructors = new Map<string, Array<Target>>()
  private stored: ReadonlyArray<Target> | null = null
  /** Methods that iterating may call: those whose names are computed, and `next`. */
  readonly iterators: Array<Reached> = []

  constructor(readonly program: ReadonlyArray<Functions>) {
    this.owned = ownedProperties(program)
    for (const home of program) {
      noteCallbacks(home)
      for (const fn of home.all) {
        for (const name of fn.methods) put(this.methods, name, { fn, home })
        const isComputed = fn.methods.length === 0 && (fn.kind === "class method" || fn.kind === "object method")
        if (isComputed || fn.methods.includes("next")) {
          this.iterators.push({ fn, home, frame: frameOf(fn, home, true, new Set()) })
        }
        const maker = fn.kind === "constructor" || fn.kind === "initializer"
        if (maker) put(this.constructors, fn.name.split(" ")[0]!, { fn, home })
      }
    }
    for (const home of program) this.inherit(home)
  }

  /** Making an object runs the constructors of the classes above too. */
  private inherit({ module }: Functions): void {
    const visit = (node: any, { next }: any): void => {
      const own: string | undefined = node.id?.name
      const above = node.superClass === null ? "" : nameOf(node.superClass)
      if (own !== undefined && above !== "") {
        for (const each of this.constructors.get(above) ?? []) put(this.constructors, own, each)
      }
      next()
    }
    walk(module.node as any, null, { ClassDeclaration: visit, ClassExpression: visit } as any)
  }

  /** The functions that a piece of code leads to; `frame` is the one the code stands in. */
  from(code: Node, frame: Frame): ReadonlyArray<Reached> {
    const known = this.known.get(frame) ?? new Map<Node, ReadonlyArray<Reached>>()
    this.known.set(frame, known)
    const found = known.get(code) ?? this.follow(code, frame)
    known.set(code, found)
    return found
  }

  private follow(code: Node, frame: Frame): Array<Reached> {
    const reached: Array<Reached> = []
    const seen = new Set<string>()
    const follow = (node: Node, from: Frame): void => {
      for (const each of this.targets(node, from)) {
        const key = `${each.fn.node.start} ${each.home.module.node.end} ${each.fn.id} ${each.frame.sharedThis} ${each.key}`
        if (seen.has(key) || inside(code, each.fn.node)) continue
        seen.add(key)
        reached.push(each)
        follow(each.fn.node, each.frame)
      }
    }
    follow(code, frame)
    return reached
  }

  private targets(code: Node, frame: Frame): Array<Reached & { readonly key: string }> {
    const facts = this.factsOf(code, frame.home)
    const found: Array<Reached & { key: string }> = []
    const add = ({ fn, home }: Target, sharedThis: boolean, shared: ReadonlySet<number>): void => {
      if ((inside(fn.node, code) && home === frame.home) || fn.node.type.startsWith("Class")) return
      found.push({ fn, home, frame: frameOf(fn, home, sharedThis, shared), key: [...shared].join() })
    }
    const none: ReadonlySet<number> = new Set()
    for (const call of facts.calls) {
      if (bare(calleeOf(call.node)).type === "Super") continue
      const shared = new Set<number>()
      const given: ReadonlyArray<Node> = call.node.arguments ?? []
      given.forEach((argument: Node, index: number) => {
        if (argument.type !== "SpreadElement" && isShared(this.originOf(argument, frame))) shared.add(index)
      })
      const callee = bare(calleeOf(call.node))
      const receiver = callee.type === "MemberExpression" ? callee.object : null
      const sharedThis = receiver !== null && receiver.type !== "Super" && isShared(this.originOf(receiver, frame))
      for (const target of this.targetsOf(call.callee, frame.home)) add(target, sharedThis, shared)
      for (const callback of call.callbacks) {
        if (callback.kind !== "function" && callback.kind !== "import") continue
        for (const target of this.targetsOf(callback, frame.home)) add(target, false, none)
      }
    }
    if (facts.iterates) for (const { fn, home } of this.iterators) add({ fn, home }, true, none)
    for (const fn of facts.handed) add({ fn, home: frame.home }, false, none)
    for (const name of facts.properties)
      for (const target of this.methods.get(name) ?? []) {
        if (!isMethodCalled(facts, name)) add(target, true, none)
      }
    for (const name of facts.made) for (const target of this.constructors.get(name) ?? []) add(target, false, none)
    return found
  }

  private targetsOf(callee: Callee, home: Functions): ReadonlyArray<Target> {
    switch (callee.kind) {
      case "function":
        return [{ fn: callee.target, home }]
      case "import":
        if (!/^[./]/.test(callee.specifier)) return []
        return this.program.flatMap((each) => {
          const value = each.exports.get(callee.name === "*" ? "default" : callee.name)
          return value?.kind === "function" ? [{ fn: value.target, home: each }] : []
        })
      case "method":
        return this.methods.get(callee.name) ?? []
      case "unknown":
        return (this.stored ??= this.findStored())
      case "global":
        return []
    }
  }

  /** The functions that something unknown may be: those that are kept somewhere, not only called. */
  private findStored(): Array<Target> {
    return this.program.flatMap((home) => {
      const handed = new Set(this.factsOf(home.module.node, home).handed)
      return home.all.filter((fn) => handed.has(fn) || fn.kind === "object method").map((fn) => ({ fn, home }))
    })
  }

  originOf(expression: Node, frame: Frame): Origin | null {
    return originOf(expression, frame, this.owned)
  }

  factsOf(code: Node, home: Functions): Facts {
    const known = this.facts.get(code)
    if (known !== undefined) return known
    const made = collectFacts(code, home)
    this.facts.set(code, made)
    return made
  }

  /** Whether a piece of code speaks of one of the places, itself or by what it leads to. `except` is code that does not count. */
  speaksOf(code: Node, frame: Frame, places: ReadonlySet<Place>, except: ReadonlySet<Node>): boolean {
    if (places.size === 0) return false
    if (this.speaksItself(code, frame, places, except)) return true
    return this.from(code, frame).some((each) => this.speaksItself(each.fn.node, each.frame, places, except))
  }

  private speaksItself(code: Node, frame: Frame, places: ReadonlySet<Place>, except: ReadonlySet<Node>): boolean {
    const hidden = [...except].filter((each) => inside(each, code))
    if (hidden.length > 0)
      return this.parts(code, hidden).some((part) => this.speaksItself(part, frame, places, except))
    const facts = this.factsOf(code, frame.home)
    for (const variable of facts.variables) if (places.has(variable)) return true
    for (const name of facts.properties) if (places.has(`.${name}`)) return true
    if (facts.files && places.has("files")) return true
    const hasProperty = [...places].some((each) => typeof each === "string" && each.startsWith("."))
    if (!hasProperty) return false
    return facts.computed.some((object) => isShared(this.originOf(object, frame))) || this.handsOn(code, frame, places)
  }

  /** Whether code hands an object on whole, by which somebody may come to one of the properties. */
  private handsOn(code: Node, frame: Frame, places: ReadonlySet<Place>): boolean {
    return this.factsOf(code, frame.home).whole.some((node) => {
      const value = bare(node)
      if (value.type !== "Identifier" && value.type !== "ThisExpression" && value.type !== "MemberExpression")
        return false
      const origin = this.originOf(value, frame)
      if (origin === null) return false
      return isShared(origin) || (value.type !== "MemberExpression" && this.rootsOf(places).has(origin.variable))
    })
  }

  /** By which variables the objects are reached whose properties are places. */
  readonly roots = new Map<string, Set<Variable | undefined>>()

  private rootsOf(places: ReadonlySet<Place>): Set<Variable | undefined> {
    const all = new Set<Variable | undefined>()
    for (const place of places)
      if (typeof place === "string") for (const each of this.roots.get(place) ?? []) all.add(each)
    return all
  }

  /** The parts of a piece of code beside those that do not count. */
  private parts(code: Node, hidden: ReadonlyArray<Node>): Array<Node> {
    if (hidden.some((each) => each === code)) return []
    return childrenOf(code).filter((child) => !hidden.includes(child))
  }
}

/** Whether what an expression gives may be an object that other turns have too. */
export const isShared = (origin: Origin | null): boolean => origin !== null && origin.depth !== -1

const isMethodCalled = (facts: Facts, name: string): boolean =>
  facts.calls.some(({ callee }) => callee.kind === "method" && callee.name === name)

const put = <K, V>(map: Map<K, Array<V>>, key: K, value: V): void => {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

const frameOf = (fn: FunctionInfo, home: Functions, sharedThis: boolean, shared: ReadonlySet<number>): Frame => ({
  home,
  sharedThis,
  isItem: () => false,
  isOuter: (variable) => {
    if (!variable.defs.some((each) => inside(each.name as any, fn.node))) return variable.defs.length > 0
    const [definition] = variable.defs as Array<any>
    return definition.type === "Parameter" && definition.node === fn.node && shared.has(definition.index)
  }
})

export const childrenOf = (node: Node): Array<Node> => {
  const found: Array<Node> = []
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof each === "object" && each !== null && typeof each.type === "string") found.push(each)
    }
  }
  return found
}

const fileModule = /^(?:node:)?fs$/

const collectFacts = (code: Node, home: Functions): Facts => {
  const variables = new Set<Variable>()
  const properties = new Set<string>()
  const computed: Array<Node> = []
  const calls: Array<CallInfo> = []
  const made = new Set<string>()
  const handed: Array<FunctionInfo> = []
  let files = false
  let iterates = false
  const whole: Array<Node> = []
  walk(code as any, null, {
    _(node: any, { next, path }: any) {
      switch (node.type) {
        case "Identifier": {
          const variable = home.variables.get(node)
          if (variable === undefined) break
          variables.add(variable)
          const parent = path.at(-1)
          if (parent?.type === "CallExpression" && parent.callee === node) break
          const fn = functionOf(variable, home)
          if (fn !== undefined && !(variable.identifiers as ReadonlyArray<unknown>).includes(node)) handed.push(fn)
          break
        }
        case "MemberExpression":
        case "Property": {
          const key = node.property ?? node.key
          const name = key.type === "PrivateIdentifier" ? `#${key.name}` : keyName(key, node.computed)
          if (name === null) {
            if (node.object !== undefined && !isIndex(node.property, home)) computed.push(node.object)
          } else if (node.type === "MemberExpression" || path.at(-1)?.type === "ObjectPattern") properties.add(name)
          break
        }
        case "NewExpression":
        case "TaggedTemplateExpression": {
          const call = home.calls.get(node)
          if (call !== undefined) calls.push(call)
          if (node.type === "NewExpression") made.add(nameOf(node.callee))
          whole.push(...(node.arguments ?? node.quasi.expressions))
          break
        }
        case "ForOfStatement":
        case "ArrayPattern":
          iterates = true
          break
        case "ForInStatement":
          whole.push(node.right)
          break
        case "SpreadElement":
          iterates = true
          whole.push(node.argument)
          break
        case "CallExpression": {
          whole.push(...node.arguments)
          const call = home.calls.get(node)
          if (call !== undefined) calls.push(call)
          if (call?.callee.kind === "import" && fileModule.test(call.callee.specifier)) files = true
          break
        }
        case "FunctionExpression":
        case "ArrowFunctionExpression": {
          const parent = path.at(-1)
          const fn = home.byNode.get(node)
          const isKept =
            parent !== undefined && parent.type !== "VariableDeclarator" && parent.type !== "MethodDefinition"
          if (isKept && fn !== undefined && node !== code) handed.push(fn)
          break
        }
      }
      next()
    }
  } as any)
  return { variables, properties, computed, calls, made, handed, files, iterates, whole }
}

/** Whether a key is the counter of a `for` loop. */
const isIndex = (key: Node, home: Functions): boolean => {
  const [definition] = (home.variables.get(bare(key))?.defs ?? []) as Array<any>
  return (
    definition?.type === "Variable" &&
    typeof definition.node.init?.value === "number" &&
    definition.parent.kind === "let"
  )
}

const nameOf = (callee: Node): string => {
  const node = bare(callee)
  if (node.type === "Identifier") return node.name
  return node.type === "MemberExpression" ? (keyName(node.property, node.computed) ?? "") : ""
}

/** The function that a variable stands for, whatever else it may. */
const functionOf = (variable: Variable, home: Functions): FunctionInfo | undefined => {
  const [definition] = variable.defs as Array<any>
  if (definition === undefined) return undefined
  if (definition.type === "FunctionName") return home.byNode.get(definition.node)
  const init = definition.type === "Variable" ? definition.node.init : null
  return init !== null && init !== undefined && isFunction(bare(init)) ? home.byNode.get(bare(init)) : undefined
}
