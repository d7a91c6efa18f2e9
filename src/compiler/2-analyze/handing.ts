/**
 * Which functions may be handed a grey function: those that are called with one, and what these call in turn. In them a call
 * of what cannot be told may block; elsewhere nothing that may block can turn up. (What a library calls back is grey only where
 * a program hands it something grey.)
 */
import { builtinMethods } from "./known.js"
import type { Callee, CallInfo, FunctionInfo, Functions } from "./model.js"
import type { ProgramModule } from "./program.js"

export class Handing {
  /** The names of properties that may hold what was handed over. */
  readonly kept = new Set<string>()
  /** Whether something grey was handed to what cannot be told. */
  escaped = false
  private readonly handed = new Set<FunctionInfo>()
  private readonly fileOf = new Map<FunctionInfo, string>()
  private readonly inner = new Map<FunctionInfo, Array<FunctionInfo>>()
  private readonly byMethod = new Map<string, Array<FunctionInfo>>()

  constructor(
    private readonly modules: ReadonlyMap<string, ProgramModule>,
    private readonly functions: ReadonlyMap<string, Functions>
  ) {
    for (const [file, { all, exports }] of functions) {
      for (const fn of all) {
        this.fileOf.set(fn, file)
        if (fn.parent !== null) list(this.inner, fn.parent).push(fn)
        for (const name of fn.methods) list(this.byMethod, name).push(fn)
      }
      for (const [name, value] of exports) if (value.kind === "function") list(this.byMethod, name).push(value.target)
    }
  }

  /** How many functions may be handed something. */
  get size(): number {
    return this.handed.size + (this.escaped ? 1 : 0)
  }

  /** The functions of a file that may be, by their ids. */
  in(file: string): Set<number> {
    return new Set([...this.handed].filter((fn) => this.fileOf.get(fn) === file).map(({ id }) => id))
  }

  /** The files that have some. */
  files(): Array<string> {
    return [...this.handed].map((fn) => this.fileOf.get(fn)!)
  }

  /** Hands something grey to functions, and to what they call. */
  to(functions: Iterable<FunctionInfo>): void {
    const pending = [...functions]
    for (let fn = pending.pop(); fn !== undefined; fn = pending.pop()) {
      if (this.handed.has(fn)) continue
      this.handed.add(fn)
      for (const name of fn.keeps) this.kept.add(name)
      const file = this.fileOf.get(fn)!
      pending.push(...(this.inner.get(fn) ?? []))
      for (const named of fn.mentions) if (!this.isNamespace(file, named)) pending.push(...this.targets(file, named))
      for (const call of fn.calls) if (passesOn(call)) pending.push(...this.targets(file, call.callee))
    }
  }

  /** Hands over what the calls of the program do, as they are coloured by now. */
  spread(): void {
    for (const [file, { calls }] of this.functions) {
      for (const call of calls.values()) {
        if (!call.hands) continue
        this.to(this.targets(file, call.callee))
        this.escaped ||= call.callee.kind === "unknown"
      }
    }
  }

  /** Whether a name stands for a module's exports as a whole. */
  private isNamespace(file: string, callee: Callee): boolean {
    if (callee.kind !== "import" || callee.name !== "*") return false
    const target = this.modules.get(file)?.resolved.get(callee.specifier)
    return this.functions.get(target ?? "")?.exports.has("default") !== true
  }

  private targets(file: string, callee: Callee): ReadonlyArray<FunctionInfo> {
    switch (callee.kind) {
      case "function":
        return [callee.target]
      case "method": {
        const passing = callee.name === "call" || callee.name === "apply" || callee.name === "bind"
        return passing && callee.object !== null
          ? this.targets(file, callee.object)
          : (this.byMethod.get(callee.name) ?? [])
      }
      case "import": {
        const target = this.modules.get(file)?.resolved.get(callee.specifier)
        return target === undefined ? [] : this.exported(target, callee.name, new Set())
      }
      default:
        return []
    }
  }

  /** The functions that an export may be: those of a method's name, or all of the module, where it cannot be followed. */
  private exported(file: string, name: string, seen: Set<string>): ReadonlyArray<FunctionInfo> {
    const found = this.functions.get(file)
    if (found === undefined || seen.has(file)) return []
    seen.add(file)
    const value = found.exports.get(name === "*" ? "default" : name)
    if (value?.kind === "function") return [value.target]
    const { resolved } = this.modules.get(file)!
    if (value?.kind === "import") {
      const target = resolved.get(value.specifier)
      return target === undefined ? [] : this.exported(target, value.name, seen)
    }
    const all = found.exportsAll.flatMap((specifier) => {
      const target = resolved.get(specifier)
      return target === undefined ? [] : this.exported(target, name, seen)
    })
    if (all.length > 0) return all
    const methods = found.all.filter((fn) => fn.methods.includes(name))
    return methods.length > 0 ? methods : found.all
  }
}

/** Whether a call in a function that was handed something may hand it on: to another module, or to a method. */
const passesOn = ({ callee, callbacks }: CallInfo): boolean =>
  (callee.kind === "import" || (callee.kind === "method" && !builtinMethods.has(callee.name))) &&
  callbacks.some((each) => each.kind === "function" || (each.kind === "unknown" && each.parameterOf !== undefined))

const list = <K, A>(map: Map<K, Array<A>>, key: K): Array<A> => {
  let found = map.get(key)
  if (found === undefined) map.set(key, (found = []))
  return found
}
