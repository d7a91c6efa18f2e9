/**
 * What is known to block and what is known not to, by name. A wrong "white" is safe: the call blocks, is reported, and
 * gives the right answer. So what is here may be bold.
 */

/** Functions of modules that have hand-written twins: by specifier, the exports that may block; `*` is the module itself, called. */
export const blockingExports: Readonly<Record<string, ReadonlyArray<string>>> = {
  child_process: ["execSync", "execFileSync", "spawnSync"],
  module: ["createRequire"],
  "sync-request": ["default", "*"],
  "greenlift/blocking": ["sleep"]
}

/** Modules all of whose exports may block. */
export const blockingModules: ReadonlySet<string> = new Set(["greenlift/green"])

/**
 * Methods of objects that such modules hand out, and of the modules themselves where compilers and bundlers keep them in objects.
 * Their names are grey in a program that imports the module.
 */
export const blockingMethods: Readonly<Record<string, ReadonlyArray<string>>> = {
  child_process: ["execSync", "execFileSync", "spawnSync"],
  "sync-request": ["default"],
  "greenlift/blocking": [
    "sleep",
    "query",
    "one",
    "transaction",
    "rollback",
    "close",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "request"
  ],
  "greenlift/green": [
    "acquire",
    "cancel",
    "clear",
    "close",
    "discard",
    "done",
    "enter",
    "execute",
    "exit",
    "get",
    "imap",
    "imapUnordered",
    "item",
    "iwait",
    "join",
    "joinall",
    "kill",
    "killall",
    "link",
    "map",
    "next",
    "notify",
    "notifyAll",
    "one",
    "post",
    "put",
    "query",
    "release",
    "resize",
    "rollback",
    "run",
    "scope",
    "send",
    "sendError",
    "set",
    "sleep",
    "spawn",
    "spawnAfter",
    "spawnMany",
    "spawnN",
    "starmap",
    "start",
    "transaction",
    "use",
    "wait",
    "waitall",
    "waitEach",
    "with",
    "withTimeout"
  ]
}

/** Exports of such modules that give no objects with such methods. */
export const plainExports: Readonly<Record<string, ReadonlyArray<string>>> = {
  "greenlift/blocking": ["sleep", "InvalidSleep"]
}

/** Methods of such objects that return something to iterate, which blocks at its steps. */
export const iterableMethods: Readonly<Record<string, ReadonlyArray<string>>> = {
  "greenlift/green": ["imap", "imapUnordered", "starmap", "waitEach"]
}

/** Methods of iterators: they block where the iterator does. */
export const iteratorMethods: ReadonlySet<string> = new Set([
  "drop",
  "every",
  "filter",
  "find",
  "flatMap",
  "forEach",
  "map",
  "reduce",
  "some",
  "take",
  "toArray"
])

/** Globals, and members of globals, that iterate what they are given. */
export const iteratingGlobals: ReadonlySet<string> = new Set([
  "Array.from",
  "Iterator.from",
  "Map",
  "Map.groupBy",
  "Object.fromEntries",
  "Object.groupBy",
  "Promise.all",
  "Promise.allSettled",
  "Promise.any",
  "Promise.race",
  "Set",
  "WeakMap",
  "WeakSet"
])

/** Packages whose functions get their twins as a lifted module imports them. */
export const adoptedPackages: ReadonlySet<string> = new Set(["sync-request"])

/** Members of globals that block. */
export const blockingGlobals: ReadonlySet<string> = new Set(["Atomics.wait"])

/** Members of globals whose output is put in order when turns of a loop run at once. */
export const outputGlobals: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(console).flatMap((method) => [`console.${method}`, `globalThis.console.${method}`]),
  "process.exit",
  "process.stdout.write",
  "process.stderr.write"
])

const namesOf = (...objects: ReadonlyArray<object>): ReadonlyArray<string> =>
  objects.flatMap((object) => Object.getOwnPropertyNames(object))

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object

/** Methods of ECMAScript's and Node's own objects that call what they are given. */
export const callbackMethods: ReadonlySet<string> = new Set([
  "apply",
  "bind",
  "call",
  "every",
  "filter",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "flatMap",
  "forEach",
  "from",
  "groupBy",
  "map",
  "parse",
  "reduce",
  "reduceRight",
  "replace",
  "replaceAll",
  "some",
  "sort",
  "stringify",
  "toSorted"
])

/** Methods of ECMAScript's own objects, which do not block by themselves. */
export const builtinMethods: ReadonlySet<string> = new Set(
  namesOf(
    Array.prototype,
    Object.prototype,
    Function.prototype,
    String.prototype,
    Number.prototype,
    BigInt.prototype,
    Date.prototype,
    RegExp.prototype,
    Map.prototype,
    Set.prototype,
    WeakMap.prototype,
    WeakSet.prototype,
    Promise.prototype,
    Symbol.prototype,
    Error.prototype,
    ArrayBuffer.prototype,
    DataView.prototype,
    typedArray,
    Buffer.prototype,
    URL.prototype,
    URLSearchParams.prototype
  )
)

/** Global functions and objects: calling them, or a member of them, does not block unless said above. */
export const knownGlobals: ReadonlySet<string> = new Set([
  ...namesOf(globalThis),
  "require",
  "module",
  "exports",
  "__dirname",
  "__filename"
])
