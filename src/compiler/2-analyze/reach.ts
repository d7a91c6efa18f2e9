/**
 * What a piece of code leads to: the functions it calls or hands on, followed by name through all modules that are known, and
 * what it speaks of on the way.
 */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { bare, calleeOf, type Node } from "../ast.js"
import { collectFacts, type Facts, nameOf } from "./facts.js"
import { isRelative } from "./foreign.js"
import type { Callee, CallInfo, FunctionInfo, Functions } from "./model.js"
import { type Frame, noteCallbacks, type Origin, type Owned, originOf, ownedProperties, type Place } from "./origins.js"
import { inside } from "./patterns.js"

/** A function that code leads to. */
export interface Reached {
  readonly fn: FunctionInfo
  readonly home: Functions
  readonly frame: Frame
  /** Counted as they are met. */
  readonly id: number
}

interface Target {
  readonly fn: FunctionInfo
  readonly home: Functions
}

/** What a call shares with the function it calls: its `this`, and which of its arguments. */
interface Sharing {
  readonly sharedThis: boolean
  readonly shared: ReadonlySet<number>
}

/** What a piece of code leads to at once: the functions that are known, and any stored one for the calls of what is not. */
interface Targets {
  readonly known: ReadonlyArray<Reached>
  readonly unknown: Sharing | null
}

interface Code {
  readonly node: Node
  readonly home: Functions
}

export class Reach {
  readonly owned: Owned
  private readonly reachable = new Map<FunctionInfo, Map<string, Reached>>()
  private met = 0
  /** Whether the program makes functions that have their `this` with them. */
  private readonly binds: boolean
  private readonly led = new WeakMap<Frame, Targets>()
  private readonly facts = new Map<Node, Facts>()
  /** By the code, and by all that the answer depends on, which most parts of a piece of code have in common. */
  private readonly known = new WeakMap<Frame, Map<Node | string, ReadonlyArray<Reached>>>()
  private readonly methods = new Map<string, Array<Target>>()
  private readonly constructors = new Map<string, Array<Target>>()
  private stored: ReadonlyArray<Target> | null = null
  /** Methods that the language calls by itself, where it needs a text or a number. */
  private readonly conversions: Array<Target> = []
  /** Methods that iterating may call: those whose names are computed, and `next`. */
  readonly iterators: Array<Reached> = []

  constructor(readonly program: ReadonlyArray<Functions>) {
    this.owned = ownedProperties(program)
    this.binds = program.some((home) => this.factsOf(home.module.node, home).properties.has("bind"))
    const proxies = program.some((home) => this.factsOf(home.module.node, home).made.has("Proxy"))
    for (const home of program) {
      noteCallbacks(home)
      for (const fn of home.all) {
        for (const name of fn.methods) put(this.methods, name, { fn, home })
        for (const accessor of fn.accessors) {
          const name = accessor.slice(accessor.indexOf(" ") + 1)
          if (!fn.methods.includes(name)) put(this.methods, name, { fn, home })
        }
        const isComputed = fn.methods.length === 0 && (fn.kind === "class method" || fn.kind === "object method")
        const called = fn.kind === "object method" && proxies ? trapping : converting
        if (fn.methods.some((name) => called.has(name))) this.conversions.push({ fn, home })
        if (isComputed || fn.methods.includes("next")) {
          this.iterators.push(this.reached({ fn, home }, ofShared))
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
    const known = this.known.get(frame) ?? new Map<Node | string, ReadonlyArray<Reached>>()
    this.known.set(frame, known)
    const before = known.get(code)
    if (before !== undefined) return before
    const targets = this.targets(code, frame)
    const around = frame.home.all.filter((fn) => inside(code, fn.node) || inside(fn.node, code))
    const key = JSON.stringify([
      targets.known.map(({ id }) => id),
      targets.unknown,
      [...(targets.unknown?.shared ?? [])],
      around.map(({ id }) => id)
    ])
    const found = known.get(key) ?? this.follow(code, frame, targets)
    known.set(code, found).set(key, found)
    return found
  }

  private follow(code: Node, frame: Frame, targets: Targets): Array<Reached> {
    const reached: Array<Reached> = []
    const seen = new Set<Frame>()
    const add = (each: Reached): void => {
      if (seen.has(each.frame) || inside(code, each.fn.node)) return
      seen.add(each.frame)
      reached.push(each)
    }
    /** The code that calls what is not known, which may be any stored function, and all that these calls share. */
    const callers: Array<Code> = []
    let sharing = nothing
    const lead = (from: Code, { known, unknown }: Targets): void => {
      known.forEach(add)
      if (unknown === null) return
      callers.push(from)
      sharing = both(sharing, unknown)
    }
    lead({ node: code, home: frame.home }, targets)
    for (let next = 0, stored = -1; stored !== reached.length; ) {
      for (; next < reached.length; next++) {
        const each = reached[next]!
        lead({ node: each.fn.node, home: each.home }, this.targetsOfFunction(each))
      }
      stored = reached.length
      for (const target of this.storedFunctions) {
        if (callers.some((from) => !standsIn(target, from))) add(this.reached(target, sharing))
      }
    }
    return reached
  }

  private targetsOfFunction({ fn, frame }: Reached): Targets {
    const known = this.led.get(frame) ?? this.targets(fn.node, frame)
    this.led.set(frame, known)
    return known
  }

  /** A function as a call leads to it: the same for all calls that share as much with it. */
  private reached({ fn, home }: Target, { sharedThis: called, shared }: Sharing): Reached {
    // A constructor's object is new, however the class is come by.
    const sharedThis = called && fn.kind !== "constructor"
    const all = this.reachable.get(fn) ?? new Map<string, Reached>()
    this.reachable.set(fn, all)
    const key = `${sharedThis} ${[...shared].sort().join()}`
    const found = all.get(key) ?? { fn, home, frame: frameOf(fn, home, sharedThis, shared), id: this.met++ }
    all.set(key, found)
    return found
  }

  private targets(code: Node, frame: Frame): Targets {
    const facts = this.factsOf(code, frame.home)
    const found: Array<Reached> = []
    let unknown: Sharing | null = null
    const add = (target: Target, sharing: Sharing): void => {
      if (standsIn(target, { node: code, home: frame.home }) || target.fn.node.type.startsWith("Class")) return
      found.push(this.reached(target, sharing))
    }
    for (const call of facts.calls) {
      if (bare(calleeOf(call.node)).type === "Super") continue
      const shared = new Set<number>()
      const given: ReadonlyArray<Node> = call.node.arguments ?? []
      given.forEach((argument: Node, index: number) => {
        if (argument.type !== "SpreadElement" && isShared(this.originOf(argument, frame))) shared.add(index)
      })
      const callee = bare(calleeOf(call.node))
      const receiver = callee.type === "MemberExpression" && call.node.type !== "NewExpression" ? callee.object : null
      const sharedThis = receiver !== null && receiver.type !== "Super" && isShared(this.originOf(receiver, frame))
      const targets = this.targetsOf(call.callee, frame.home)
      if (isUntold(call.callee, targets))
        unknown = both(unknown ?? nothing, { sharedThis: sharedThis || this.binds, shared })
      for (const target of targets) add(target, { sharedThis, shared })
      const borrowed = borrowedBy(call)
      if (borrowed !== null) {
        const ofArgument = given[borrowed.self] !== undefined && isShared(this.originOf(given[borrowed.self]!, frame))
        const all = { sharedThis: ofArgument, shared: new Set(anyParameter) }
        for (const target of this.targetsOf(borrowed.callee, frame.home)) add(target, all)
        if (borrowed.callee.kind === "unknown") unknown = both(unknown ?? nothing, all)
      }
      for (const callback of call.callbacks) {
        if (callback.kind !== "function" && callback.kind !== "import") continue
        for (const target of this.targetsOf(callback, frame.home)) add(target, nothing)
      }
    }
    for (const { fn, home } of this.conversions) add({ fn, home }, ofShared)
    if (facts.iterates) for (const { fn, home } of this.iterators) add({ fn, home }, ofShared)
    for (const fn of facts.handed) add({ fn, home: frame.home }, nothing)
    for (const name of facts.properties)
      for (const target of this.methods.get(name) ?? []) {
        if (!isMethodCalled(facts, name)) add(target, ofShared)
      }
    for (const name of facts.made) for (const target of this.constructors.get(name) ?? []) add(target, nothing)
    return { known: found, unknown }
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
      case "global":
        return []
    }
  }

  /** The functions that something unknown may be: those that are kept somewhere, not only called. */
  private get storedFunctions(): ReadonlyArray<Target> {
    this.stored ??= this.findStored()
    return this.stored
  }

  private findStored(): Array<Target> {
    const opened = this.program.some((home) => this.factsOf(home.module.node, home).opensModules)
    return this.program.flatMap((home) => {
      const handed = new Set(this.factsOf(home.module.node, home).handed)
      if (opened) for (const value of home.exports.values()) if (value.kind === "function") handed.add(value.target)
      return home.all
        .filter((fn) => (handed.has(fn) || fn.kind === "object method") && !fn.node.type.startsWith("Class"))
        .map((fn) => ({ fn, home }))
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

const nothing: Sharing = { sharedThis: false, shared: new Set() }

/** Methods that the language calls by itself. */
const converting = new Set(["toString", "valueOf", "toJSON"])

/** The same, and the traps of proxies. */
const trapping = new Set([...converting, ...Object.getOwnPropertyNames(Reflect)])

/** Methods by which what keeps functions calls them. */
const emitting = new Set(["emit", "dispatchEvent"])

const anyParameter = [0, 1, 2, 3, 4, 5, 6, 7]

/** Whether a call may lead to any function that is kept somewhere. */
const isUntold = (callee: Callee, targets: ReadonlyArray<Target>): boolean =>
  callee.kind === "unknown" ||
  (callee.kind === "import" && isRelative(callee.specifier) && targets.length === 0) ||
  (callee.kind === "method" && emitting.has(callee.name) && targets.length === 0)

/** The function that a call borrows by `call`, `apply`, `bind` or `Reflect.apply`, and which argument is its `this`. */
const borrowedBy = ({ callee, callbacks }: CallInfo): { readonly callee: Callee; readonly self: number } | null => {
  if (callee.kind === "global" && callee.name === "Reflect.apply" && callbacks[0] !== undefined) {
    return { callee: callbacks[0], self: 1 }
  }
  if (callee.kind !== "method" || callee.object === null) return null
  return ["call", "apply", "bind"].includes(callee.name) ? { callee: callee.object, self: 0 } : null
}

/** Of an object that others have too. */
const ofShared: Sharing = { ...nothing, sharedThis: true }

const both = (one: Sharing, other: Sharing): Sharing => ({
  sharedThis: one.sharedThis || other.sharedThis,
  shared: new Set([...one.shared, ...other.shared])
})

const standsIn = ({ fn, home }: Target, code: Code): boolean => home === code.home && inside(fn.node, code.node)

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
