/**
 * Phase 2, second half: colour. A function is grey when some call in it may block, and white when none does. White functions
 * stay as they are, at full speed; grey ones get a twin.
 *
 * Calls are judged by name where the place of the call does not tell who is called. A wrong "white" is safe (the call blocks, is
 * reported, and gives the right answer), so the judgement is bold where the whole program is known, and careful where it is not.
 *
 * Greyness starts in the program, at calls that are known to block, and goes from callee to caller. Into a package it comes only
 * by being handed there (`handing.ts`); so what comes out of a package that was handed nothing grey is white, be it called, or
 * called on (`foreign.ts`). What else is called and cannot be told may be anything of the program's, and is grey.
 */

import { accessorNames } from "./accessors.js"
import { bareSpecifier, isNodes, isRelative, rootsOf } from "./foreign.js"
import { isKnown, type Source } from "./iterations.js"
import {
  adoptedPackages,
  blockingExports,
  blockingGlobals,
  blockingMethods,
  blockingModules,
  builtinMethods,
  callbackMethods,
  iterableMethods,
  iteratingGlobals,
  iteratorMethods,
  knownGlobals,
  outputGlobals
} from "./known.js"
import type { AccessInfo, Callee, CallInfo, FunctionInfo, Functions } from "./model.js"

/** What is known of the other modules of a program when one of them is coloured. */
export interface Surroundings {
  /** Whether all modules of the program are known: then a name that none of them defines is white. */
  readonly whole: boolean
  /** Method names that some module defines as grey. */
  readonly greyMethods: ReadonlySet<string>
  /** Accessors that some module defines as grey: `get x`, `set x`. */
  readonly greyAccessors: ReadonlySet<string>
  /** Method names that some module defines, all of them white. */
  readonly whiteMethods: ReadonlySet<string>
  /** Those among them that a package defines. */
  readonly packageMethods: ReadonlySet<string>
  /** The colour of what this module imports: `specifier`, a space, the export's name; `()` stands for loading it. */
  readonly imports: ReadonlyMap<string, Colour>
  /** Names of methods that return something whose steps may block. */
  readonly greyIterables: ReadonlySet<string>
  /** The functions among what this module imports that do. */
  readonly iterableImports: ReadonlySet<string>
  /** Names of methods and accessors that are grey elsewhere, and that only a function of `handed` can come across here. */
  readonly far: ReadonlySet<string>
  /** The functions of this module that may be handed a grey function, or what has a grey method: by their ids. */
  readonly handed: ReadonlySet<number>
  /** Whether a callee that cannot be told may block, in a function that is not handed anything. */
  readonly doubtful: "always" | "unless it is a parameter" | "if it is a global" | "never"
  /** The specifiers that modules of the program import. */
  readonly imported: ReadonlySet<string>
  /** Those among them whose objects the program may hold, and not only call a function of theirs. */
  readonly holding: ReadonlySet<string>
  /** The specifiers of this module that lead to the program's own files. */
  readonly own: ReadonlySet<string>
  /** The specifiers of this module that lead to packages that were handed something that may block. */
  readonly handedPackages: ReadonlySet<string>
  /** Whether output is put in order, because turns of a loop run at once. */
  readonly ordered: boolean
  /** Whether a dynamic import is all that loads the module, so that its top level may wait. */
  readonly loadedAlone: boolean
  /** Whether every call and every function is taken to be grey: the hardest case, for tests. */
  readonly allGrey: boolean
}

/** The colour of an import; "told by arguments" where it cannot be followed, in a package. */
export type Colour = "grey" | "white" | "told by arguments"

/** What is known when a module is met by itself. */
export const alone: Surroundings = {
  whole: false,
  greyMethods: new Set(),
  greyAccessors: new Set(),
  whiteMethods: new Set(),
  packageMethods: new Set(),
  imports: new Map(),
  greyIterables: new Set(),
  iterableImports: new Set(),
  far: new Set(),
  handed: new Set(),
  doubtful: "always",
  imported: new Set(),
  holding: new Set(),
  own: new Set(),
  handedPackages: new Set(),
  ordered: false,
  loadedAlone: false,
  allGrey: false
}

/** What is constructed where it is not known what: anything does that is a class. */
const anyConstructor = { kind: "method", name: "constructor", object: null } as const

/** Colours every call and every function of a module, in place. */
export const colour = (functions: Functions, surroundings: Surroundings): void => {
  const { greyMethods: greyHere, whiteMethods: whiteHere, greyAccessors } = methodsOf(functions)
  for (const accessor of surroundings.greyAccessors) greyAccessors.add(accessor)
  const greyAccess = (access: AccessInfo): boolean => accessorNames(access).some((name) => greyAccessors.has(name))
  const greyIterables = new Set(surroundings.greyIterables)
  const blocking = new Set<string>()
  for (const specifier of surroundings.holding) {
    for (const name of blockingMethods[bareSpecifier(specifier)] ?? []) blocking.add(name)
    for (const name of iterableMethods[bareSpecifier(specifier)] ?? []) greyIterables.add(name)
  }

  /** The modules from elsewhere that were handed something that may block. */
  const handedTo = new Set<string>()
  const origins = { sourceOf: functions.sourceOf, own: surroundings.own }

  /** The modules from elsewhere that what is called comes out of, where none of them was handed anything that may block. */
  const foreign = (call: CallInfo): ReadonlySet<string> | null => {
    const roots = rootsOf(call.receiver, origins)
    const isWhite = (root: string): boolean => !handedTo.has(root) && !surroundings.handedPackages.has(root)
    return roots !== null && [...roots].every(isWhite) ? roots : null
  }

  const noteHanding = (call: CallInfo): boolean => {
    if (call.hands || !call.callbacks.some((callback) => greyValue(callback, call))) return false
    call.hands = true
    const roots = call.callee.kind === "import" ? [call.callee.specifier] : rootsOf(call.receiver, origins)
    for (const root of roots ?? []) handedTo.add(root)
    return true
  }

  const isHanded = (fn: FunctionInfo): boolean => surroundings.handed.has(fn.id)

  /** Whether a value is known to be a function that may block. */
  const greyValue = (callee: Callee, call: CallInfo): boolean =>
    callee.kind === "method"
      ? greyHere.has(callee.name) || surroundings.greyMethods.has(callee.name)
      : callee.kind !== "unknown" && greyCallback(callee, call)

  const greyCallback = (callee: Callee, call: CallInfo): boolean => {
    switch (callee.kind) {
      case "function":
        return blocks(callee.target)
      case "global":
        return blockingGlobals.has(callee.name)
      case "method":
        return greyNamed(callee.name, call)
      default:
        return greyCallee(callee, call)
    }
  }

  /** Whether a method that is handed on, and not called here, may block: nothing is known but its name. */
  const greyNamed = (name: string, call: CallInfo): boolean => {
    if (surroundings.greyMethods.has(name) || greyHere.has(name)) return true
    if (surroundings.far.has(name) ? isHanded(call.within) : blocking.has(name)) return true
    return (
      !surroundings.whole &&
      ![callbackMethods, builtinMethods, surroundings.whiteMethods, whiteHere].some((each) => each.has(name))
    )
  }

  const greyMethod = ({ name, object }: Callee & { readonly kind: "method" }, call: CallInfo): boolean => {
    const roots = foreign(call)
    if (surroundings.greyMethods.has(name) || greyHere.has(name)) return roots === null || !isNodes(roots)
    const isTheirs = roots !== null && (isNodes(roots) || surroundings.packageMethods.has(name))
    if (surroundings.far.has(name) ? isHanded(call.within) : blocking.has(name) && !isTheirs) return true
    if (iteratorMethods.has(name) && call.receiver !== null && isKnown(call.receiver) && greySource(call.receiver)) {
      return true
    }
    if (callbackMethods.has(name)) {
      if (name === "call" || name === "apply" || name === "bind") return object !== null && greyCallback(object, call)
      return call.callbacks.some((callback) => greyCallback(callback, call))
    }
    if (builtinMethods.has(name) || surroundings.whiteMethods.has(name)) return false
    if (whiteHere.has(name)) return false
    return !surroundings.whole
  }

  const greyCallee = (callee: Callee, call: CallInfo): boolean => {
    switch (callee.kind) {
      case "function":
        return blocks(callee.target)
      case "import": {
        const specifier = bareSpecifier(callee.specifier)
        if (blockingModules.has(specifier)) return true
        const exports = blockingExports[specifier]
        if (exports !== undefined) {
          return exports.includes(callee.name) || greyMember(specifier, callee.name)
        }
        const known = surroundings.imports.get(importKey(callee))
        if (known === "told by arguments") return call.hands || isHanded(call.within)
        if (known !== undefined) return known === "grey"
        return isRelative(callee.specifier)
      }
      case "global": {
        if (callee.name === "require") return greyRequire(call)
        if (blockingGlobals.has(callee.name)) return true
        if (outputGlobals.has(callee.name)) return surroundings.ordered
        if (iteratingGlobals.has(callee.name) && call.given !== null && greyStep(call.given)) return true
        const [object, member] = callee.name.split(".", 2)
        if (member !== undefined && callbackMethods.has(member)) {
          return call.callbacks.some((callback) => greyCallback(callback, call))
        }
        return !knownGlobals.has(object!) && surroundings.doubtful !== "never"
      }
      case "method":
        return greyMethod(callee, call)
      case "unknown":
        if (call.node.type === "NewExpression" && !greyMethod(anyConstructor, call)) return false
        if (foreign(call) !== null) return false
        if (isHanded(call.within) || surroundings.doubtful === "always") return true
        return surroundings.doubtful === "unless it is a parameter" && callee.parameterOf === undefined
    }
  }

  /** Loading a module may block where its top level may. */
  const greyRequire = (call: CallInfo): boolean => {
    const specifier = requiredSpecifier(call)
    if (specifier === null) return true
    return surroundings.imports.get(loadKey(specifier)) !== "white" && isRelative(specifier)
  }

  const greyMember = (specifier: string, name: string): boolean =>
    adoptedPackages.has(specifier) ? false : (blockingMethods[specifier] ?? []).includes(name)

  /** Whether a step through an iterable may block. */
  const greySource = (source: Source): boolean => {
    switch (source.kind) {
      case "builtin":
        return false
      case "either":
        return source.sources.some(greySource)
      case "instance":
        return source.callee.kind === "import"
          ? blockingModules.has(bareSpecifier(source.callee.specifier))
          : source.callee.kind !== "global" && anyGrey()
      case "item":
        return source.of !== null && isKnown(source.of) && greySource(source.of)
      case "unknown":
        return anyGrey() || !surroundings.whole
      case "result":
        return greyResult(source.callee, source.receiver)
    }
  }

  const greyResult = (callee: Callee, receiver: Source | null): boolean => {
    switch (callee.kind) {
      case "function":
        return isIterable(callee.target)
      case "import":
        return (
          blockingModules.has(bareSpecifier(callee.specifier)) || surroundings.iterableImports.has(importKey(callee))
        )
      case "method":
        if (greyIterables.has(callee.name)) return true
        if (iteratorMethods.has(callee.name)) return receiver !== null && isKnown(receiver) && greySource(receiver)
        if (builtinMethods.has(callee.name) || surroundings.whole || whiteHere.has(callee.name)) return false
        return anyGrey()
      case "global":
        return false
      case "unknown":
        return anyGrey()
    }
  }

  /** Whether a step through something that nothing is known of may block: not where no module has anything that does. */
  const anyGrey = (): boolean =>
    greyHere.has("next") ||
    surroundings.greyMethods.has("next") ||
    (blocking.has("next") && !surroundings.far.has("next")) ||
    surroundings.allGrey

  const beingAsked = new Set<FunctionInfo>()

  /** Whether what a function returns is something whose steps may block. */
  const isIterable = (fn: FunctionInfo): boolean => {
    if (fn.node.generator) return fn.grey
    if (fn.node.async || beingAsked.has(fn)) return false
    beingAsked.add(fn)
    const sources = fn.returned.map(functions.sourceOf)
    const result = sources.some((source) => isKnown(source) && greySource(source))
    beingAsked.delete(fn)
    return result
  }

  /** Whether an iteration makes the function grey that it stands in, and not only is lifted along with it. */
  const greyStep = (source: Source): boolean => greySource(source) && (isKnown(source) || anyGrey())

  const turnGrey = (fn: FunctionInfo): void => {
    fn.grey = true
    for (const accessor of fn.accessors) greyAccessors.add(accessor)
    for (const name of fn.node.generator ? steppingMethods : fn.methods) {
      greyHere.add(name)
      whiteHere.delete(name)
    }
  }

  const noteIterables = (): boolean => {
    const before = greyIterables.size
    for (const fn of functions.all) {
      if (fn.methods.length > 0 && isIterable(fn)) for (const name of fn.methods) greyIterables.add(name)
    }
    return greyIterables.size > before
  }

  if (surroundings.allGrey) {
    for (const fn of functions.all) {
      turnGrey(fn)
      for (const call of fn.calls) call.grey = true
      for (const iteration of fn.iterations) iteration.grey = true
    }
    for (const access of functions.accesses.values()) access.grey = greyAccess(access)
    return
  }
  for (const fn of functions.all) if (fn.awaits.length > 0 && fn.verbatim === null) turnGrey(fn)
  for (let changed = true; changed; ) {
    changed = noteIterables()
    for (const access of greyAccessors.size === 0 ? [] : functions.accesses.values()) {
      if (access.grey || !greyAccess(access)) continue
      access.grey = true
      changed = true
      if (!access.within.grey && access.within.verbatim === null) turnGrey(access.within)
    }
    for (const fn of functions.all) {
      for (const call of fn.calls) {
        if (noteHanding(call)) changed = true
        if (call.grey || !greyCallee(call.callee, call)) continue
        call.grey = true
        changed = true
        if (!fn.grey && call.verbatim === null && fn.verbatim === null) turnGrey(fn)
      }
      for (const iteration of fn.iterations) {
        if (!iteration.grey && greySource(iteration.source)) changed = iteration.grey = true
        if (!iteration.grey || fn.grey || iteration.verbatim !== null || fn.verbatim !== null) continue
        if (!greyStep(iteration.source)) continue
        turnGrey(fn)
        changed = true
      }
    }
  }
  functions.greyIterables = greyIterables
}

/** What is called to take a generator's steps. */
const steppingMethods = ["next", "return", "throw"]

/** Whether calling a function may block: a generator's body does not run yet. */
const blocks = (fn: FunctionInfo): boolean => fn.grey && !fn.node.generator

/** What a call of `require` loads, where it says so by a literal. */
export const requiredSpecifier = (call: CallInfo): string | null => {
  const argument = call.node.arguments[0]
  return argument?.type === "Literal" ? String(argument.value) : null
}

/** How the loading of a module is named in `Surroundings.imports`. */
export const loadKey = (specifier: string): string => `${specifier} ()`

/** How an import is named in `Surroundings.imports`. */
export const importKey = (callee: { readonly specifier: string; readonly name: string }): string =>
  `${callee.specifier} ${callee.name}`

/**
 * The names of methods and accessors that a module defines, by colour as it stands. A method's name is white only where all
 * its definitions are.
 */
export const methodsOf = (functions: Functions) => {
  const greyAccessors = new Set<string>()
  const greyMethods = new Set<string>()
  const whiteMethods = new Set<string>()
  for (const fn of functions.all) {
    for (const name of fn.methods) (blocks(fn) ? greyMethods : whiteMethods).add(name)
    if (fn.grey && fn.node.generator) for (const name of steppingMethods) greyMethods.add(name)
    if (fn.grey) for (const name of fn.accessors) greyAccessors.add(name)
  }
  for (const name of greyMethods) whiteMethods.delete(name)
  return { greyMethods, whiteMethods, greyAccessors }
}
