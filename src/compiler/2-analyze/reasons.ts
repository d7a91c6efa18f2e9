/**
 * Why a function is grey, told to the end: which call of it leads to which function, and so on to the call that blocks. Of all
 * ways the shortest is told, and one that ends at what is known to block rather than at what is not known not to.
 */
import { calleeOf, type Node } from "../ast.js"
import { accessorNames } from "./accessors.js"
import { requiredSpecifier } from "./colour.js"
import { bareSpecifier } from "./foreign.js"
import type { Analysis } from "./index.js"
import type { Source } from "./iterations.js"
import { blockingExports, blockingGlobals, blockingMethods, blockingModules, outputGlobals } from "./known.js"
import type { Callee, CallInfo, FunctionInfo, Functions } from "./model.js"
import { heldBy, isPackage, type ProgramModule, targetOf } from "./program.js"

/** One step on the way to what blocks. */
export interface Step {
  /** The function that does it. */
  readonly name: string
  readonly does: "calls" | "is handed" | "reads" | "goes through" | "awaits"
  /** What it calls, is handed, reads or goes through, as written. */
  readonly text: string
  readonly file: string
  readonly line: number
}

/** A way from a function to what blocks. */
export interface Chain {
  readonly steps: ReadonlyArray<Step>
  /** Whether what the last step leads to is known to block. Otherwise it cannot be told, and may be anything. */
  readonly known: boolean
}

/** What a way goes through: a function, or whatever its parameters stand for. */
type Point = FunctionInfo | Parameters

/** The parameters of a function; of what packages export, where that is null. */
class Parameters {
  constructor(readonly of: FunctionInfo | null) {}
}

interface Link {
  readonly step: Step
  readonly to: ReadonlyArray<Point>
  /** Whether it is known to block by itself, or cannot be told to lead anywhere. */
  readonly end: "known" | "unknown" | null
}

interface Way {
  readonly link: Link
  readonly next: Point | null
}

type Lead = Pick<Link, "to" | "end">

const known: Lead = { to: [], end: "known" }
const unknown: Lead = { to: [], end: "unknown" }

/** Tells why functions of a program are grey. */
export class Reasons {
  private readonly fileOf = new Map<FunctionInfo, string>()
  private readonly byMethod = new Map<string, Array<FunctionInfo>>()
  private readonly byAccessor = new Map<string, Array<FunctionInfo>>()
  private readonly parameters = new Map<FunctionInfo, Parameters>()
  /** Where functions are handed something, by the function. */
  private readonly handings = new Map<FunctionInfo, Array<CallInfo>>()
  private readonly functions: ReadonlyMap<string, Functions>
  /** The methods that block by themselves. */
  private readonly blockingNames = new Set<string>()
  private readonly library = new Parameters(null)
  private readonly known: ReadonlyMap<Point, Way>
  private readonly unknown: ReadonlyMap<Point, Way>

  constructor(
    private readonly analyses: ReadonlyMap<string, Analysis>,
    private readonly modules: ReadonlyMap<string, ProgramModule>
  ) {
    this.functions = new Map([...analyses].map(([file, { functions }]) => [file, functions]))
    for (const [file, { functions, parsed }] of analyses) {
      for (const specifier of heldBy(parsed, functions)) {
        for (const name of blockingMethods[bareSpecifier(specifier)] ?? []) this.blockingNames.add(name)
      }
      for (const fn of functions.all) {
        this.fileOf.set(fn, file)
        if (!fn.grey) continue
        for (const name of fn.methods) list(this.byMethod, name).push(fn)
        for (const name of fn.accessors) list(this.byAccessor, name).push(fn)
      }
    }
    const calls = [...this.fileOf.keys()].flatMap((fn) => fn.calls)
    for (const call of calls.filter(({ callbacks }) => callbacks.length > 0)) {
      for (const target of this.targets(call.callee, call.within)) list(this.handings, target).push(call)
    }
    const links = new Map<Point, ReadonlyArray<Link>>()
    for (const fn of this.fileOf.keys()) if (fn.grey) links.set(fn, this.linksOf(fn))
    for (const parameters of this.parameters.values()) links.set(parameters, this.handingsOf(parameters))
    links.set(this.library, this.handedToPackages(calls))
    this.known = shortest(links, "known")
    this.unknown = shortest(links, "unknown")
  }

  /** Why a function is grey. */
  of(fn: FunctionInfo): Chain {
    const steps: Array<Step> = []
    const known = this.known.has(fn)
    const ways = known ? this.known : this.unknown
    for (let way = ways.get(fn); way !== undefined; way = way.next === null ? undefined : ways.get(way.next)) {
      steps.push(way.link.step)
    }
    return { steps, known }
  }

  private linksOf(fn: FunctionInfo): Array<Link> {
    const file = this.fileOf.get(fn)!
    const { functions } = this.analyses.get(file)!
    const found: Array<{ readonly at: number; readonly link: Link }> = []
    const add = (does: Step["does"], node: Node, { to, end }: Lead, text?: string): void => {
      const step = this.step(fn, does, node, text)
      const told = to.filter((point) => !(point instanceof Parameters))
      const isHanded = isPackage(file) && (end === "unknown" || told.length < to.length)
      const lead = isHanded ? { to: [...told, this.library], end: null } : { to, end }
      found.push({ at: node.start, link: { step, ...lead } })
    }
    for (const call of fn.calls) {
      if (call.grey && call.verbatim === null) add("calls", call.node, this.calledBy(call), call.text)
    }
    for (const access of functions.accesses.values()) {
      if (!access.grey || access.within !== fn) continue
      const accessors = accessorNames(access).flatMap((name) => this.byAccessor.get(name) ?? [])
      add("reads", access.node, leadingTo(accessors), access.name)
    }
    for (const { node, source, grey, verbatim } of fn.iterations) {
      const iterable: Node = node.right ?? node.argument ?? node.init ?? node
      if (grey && verbatim === null) add("goes through", iterable, this.steppedBy(source, fn))
    }
    for (const node of fn.awaits) add("awaits", node.argument ?? node.right, known)
    return found.sort((a, b) => a.at - b.at).map(({ link }) => link)
  }

  private step(fn: FunctionInfo, does: Step["does"], node: Node, text?: string): Step {
    const file = this.fileOf.get(fn)!
    const { parsed, original } = this.analyses.get(file)!
    const { line } = original(parsed.lines.at(node.start))
    const written = text ?? shortened(parsed.code.slice(node.start, node.end))
    return { name: fn.name, does, text: written, file, line }
  }

  /** What a grey call leads to. */
  private calledBy(call: CallInfo): Lead {
    const { callee, within } = call
    const targets: Array<Point> = this.greyAmong([callee, ...call.callbacks], within)
    if (callee.kind === "unknown" && callee.parameterOf !== undefined)
      targets.push(this.parametersOf(callee.parameterOf))
    switch (callee.kind) {
      case "import": {
        const specifier = bareSpecifier(callee.specifier)
        const blocks = blockingModules.has(specifier) || blockingExports[specifier] !== undefined
        return blocks ? known : leadingTo(targets)
      }
      case "global": {
        if (callee.name === "require") return this.loadedBy(call)
        return blockingGlobals.has(callee.name) || outputGlobals.has(callee.name) ? known : leadingTo(targets)
      }
      case "method": {
        const blocks = this.blockingNames.has(callee.name) && !this.isOwn(callee.object, call)
        return blocks ? { to: targets, end: "known" } : leadingTo(targets)
      }
      default:
        return leadingTo(targets)
    }
  }

  /** Whether a method is called on a class of the program, or on `this`. */
  private isOwn(object: Callee | null, { node, within }: CallInfo): boolean {
    const receiver = calleeOf(node).object
    return receiver?.type === "ThisExpression" || (object !== null && this.targets(object, within).length > 0)
  }

  private loadedBy(call: CallInfo): Lead {
    const file = this.modules.get(this.fileOf.get(call.within)!)?.resolved.get(requiredSpecifier(call) ?? "")
    const top = this.functions.get(file ?? "")?.module
    return leadingTo(top?.grey === true ? [top] : [])
  }

  /** What the steps through something lead to. */
  private steppedBy(source: Source, within: FunctionInfo): Lead {
    switch (source.kind) {
      case "either":
        return (
          source.sources.map((each) => this.steppedBy(each, within)).find(({ end }) => end !== "unknown") ?? unknown
        )
      case "result":
      case "instance": {
        const { callee } = source
        const blocks = callee.kind === "import" && blockingModules.has(bareSpecifier(callee.specifier))
        return blocks ? known : leadingTo(this.targets(callee, within).filter((fn) => fn.grey))
      }
      default:
        return unknown
    }
  }

  /** What is handed to a function that calls its parameters. */
  private handingsOf({ of }: Parameters): Array<Link> {
    return (this.handings.get(of!) ?? []).flatMap((call) => this.handedIn(call, of!.name))
  }

  /** What the program hands to packages. */
  private handedToPackages(calls: ReadonlyArray<CallInfo>): Array<Link> {
    return calls
      .filter((call) => call.hands && !isPackage(this.fileOf.get(call.within)!))
      .filter((call) => {
        const { resolved } = this.modules.get(this.fileOf.get(call.within)!)!
        const files = this.targets(call.callee, call.within).map((fn) => this.fileOf.get(fn)!)
        if (call.callee.kind === "import") files.push(resolved.get(call.callee.specifier) ?? "")
        return files.some(isPackage)
      })
      .flatMap((call) => this.handedIn(call, call.text))
  }

  private handedIn(call: CallInfo, name: string): Array<Link> {
    return call.callbacks.map((callback, index) => {
      const to: Array<Point> = this.greyAmong([callback], call.within)
      if (callback.kind === "unknown" && callback.parameterOf !== undefined)
        to.push(this.parametersOf(callback.parameterOf))
      const step = { ...this.step(call.within, "is handed", call.node.arguments[index] ?? call.node), name }
      return { step, to, end: null }
    })
  }

  private greyAmong(callees: ReadonlyArray<Callee>, within: FunctionInfo): Array<FunctionInfo> {
    return callees.flatMap((each) => this.targets(each, within)).filter((fn) => fn.grey && !fn.node.generator)
  }

  private parametersOf(fn: FunctionInfo): Parameters {
    const known = this.parameters.get(fn)
    if (known !== undefined) return known
    const made = new Parameters(fn)
    this.parameters.set(fn, made)
    return made
  }

  private targets(callee: Callee, within: FunctionInfo): ReadonlyArray<FunctionInfo> {
    switch (callee.kind) {
      case "function":
        return [callee.target]
      case "method":
        return this.byMethod.get(callee.name) ?? []
      case "import": {
        const file = this.modules.get(this.fileOf.get(within)!)?.resolved.get(callee.specifier)
        const found = file === undefined ? null : targetOf(file, callee.name, this.modules, this.functions, new Set())
        if (found !== null && found !== "nothing") return [found]
        return file === undefined ? [] : (this.byMethod.get(callee.name) ?? [])
      }
      default:
        return []
    }
  }
}

/** The shortest way from each point to what blocks, or else to what cannot be told. */
const shortest = (links: ReadonlyMap<Point, ReadonlyArray<Link>>, end: "known" | "unknown"): Map<Point, Way> => {
  const ways = new Map<Point, Way>()
  for (let before = -1; before !== ways.size; ) {
    before = ways.size
    const found: Array<[Point, Way]> = []
    for (const [point, all] of links) {
      if (ways.has(point)) continue
      for (const link of all) {
        const next = link.end === end ? null : link.to.find((each) => ways.has(each))
        if (next === undefined) continue
        found.push([point, { link, next }])
        break
      }
    }
    for (const [point, way] of found) ways.set(point, way)
  }
  return ways
}

const shortened = (code: string): string => {
  const text = code.replace(/\s+/g, " ")
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

const leadingTo = (points: ReadonlyArray<Point>): Lead => (points.length === 0 ? unknown : { to: points, end: null })

const list = <K, A>(map: Map<K, Array<A>>, key: K): Array<A> => {
  let found = map.get(key)
  if (found === undefined) map.set(key, (found = []))
  return found
}
