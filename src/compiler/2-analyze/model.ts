/** What phase 2 knows of a module, as plain data: its functions, and the calls in each. */
import type { Scope, Variable } from "eslint-scope"
import type { Parsed } from "../1-parse/index.js"
import type { Node } from "../ast.js"
import type { Code } from "../messages.js"
import type { Iteration, Source } from "./iterations.js"

export type FunctionKind =
  | "declaration"
  | "expression"
  | "arrow"
  | "class method"
  | "object method"
  | "constructor"
  | "accessor"
  | "module"
  /** Runs where no twin can: field initialisers, static blocks, and what `verbatim` tells. */
  | "initializer"

/** What is called, as far as the place of the call tells. */
export type Callee =
  | { readonly kind: "function"; readonly target: FunctionInfo }
  | { readonly kind: "import"; readonly specifier: string; readonly name: string }
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "method"; readonly name: string; readonly object: Callee | null }
  /** What cannot be told; a parameter is whatever callers hand to the function it is one of. */
  | { readonly kind: "unknown"; readonly parameterOf?: FunctionInfo }

export interface CallInfo {
  readonly node: Node
  readonly within: FunctionInfo
  readonly callee: Callee
  /** The callee as written, shortened. */
  readonly text: string
  /** The arguments, then the functions in literals among them: what the callee may call. */
  readonly callbacks: ReadonlyArray<Callee>
  /** Where the object comes from that a method is called on, or else the function that is called. */
  readonly receiver: Source | null
  /** Where the first argument comes from, which a built-in may iterate. */
  readonly given: Source | null
  /** Why this call cannot be lifted where it stands, or null. */
  readonly verbatim: string | null
  /** Whether one of its arguments is known to be a function that may block. */
  hands: boolean
  grey: boolean
  /** Whether it may lead back to the function it stands in, as far as the module tells. */
  cyclic: boolean
}

/** What is done with a property that may be an accessor. */
export type AccessKind = "read" | "write" | "update"

/** An access to a property, by a name that accessors may have. */
export interface AccessInfo {
  /** The member expression, or, where the property is written, what writes it. */
  readonly node: Node
  readonly member: Node
  readonly within: FunctionInfo
  readonly kind: AccessKind
  readonly name: string
  grey: boolean
}

export interface FunctionInfo {
  readonly id: number
  readonly node: Node
  readonly kind: FunctionKind
  /** What to call it in a report: `FacebookAccount.update`. */
  readonly name: string
  /** Its `name` property, as the place where it stands gives it. */
  readonly ownName: string
  /** What V8 calls it in a stack where it has no name of its own: `exports.update`. */
  inferredName: string
  readonly parent: FunctionInfo | null
  /** The name that the class it is a method of gives itself, or null. */
  readonly className: string | null
  /** Why it can have no twin, or null. */
  verbatim: { readonly code: Code; readonly detail: string } | null
  /** The property names it can be called by. */
  readonly methods: Array<string>
  /** What it is the accessor of: `get x`, `set x`. */
  readonly accessors: Array<string>
  readonly calls: Array<CallInfo>
  /** The functions and imports that it names. */
  readonly mentions: Array<Callee>
  /** The names of properties that it assigns what cannot be told to. */
  readonly keeps: Array<string>
  /** The properties it reads and writes by names, where that can be lifted. */
  readonly accesses: Array<AccessInfo>
  readonly iterations: Array<Iteration>
  /** What it returns. */
  readonly returned: Array<Node>
  /** Its own `await`s. */
  readonly awaits: Array<Node>
  /** Lexical bindings used in it, or in arrows in it. */
  usesThis: boolean
  usesArguments: boolean
  usesNewTarget: boolean
  usesSuper: boolean
  /** A use of `super`, in it or in arrows in it, that only syntax can express: a call, or what both reads and writes. */
  usesSuperSyntax: boolean
  usesEval: boolean
  /** What the class extends that it is the constructor of, or null. */
  superClass: Node | null
  /** Whether its parameters mean the same as declarations at the start of its body. */
  readonly movable: boolean
  grey: boolean
}

export interface Functions {
  readonly parsed: Parsed
  readonly module: FunctionInfo
  readonly all: ReadonlyArray<FunctionInfo>
  readonly byNode: ReadonlyMap<Node, FunctionInfo>
  readonly calls: ReadonlyMap<Node, CallInfo>
  /** By `AccessInfo.node`. */
  readonly accesses: ReadonlyMap<Node, AccessInfo>
  readonly iterations: ReadonlyMap<Node, Iteration>
  /** Names of methods that return something whose steps may block, as far as is known so far. */
  greyIterables: ReadonlySet<string>
  /** Where the value of an expression comes from. */
  readonly sourceOf: (node: Node) => Source
  /** Which variable an identifier stands for. */
  readonly variables: ReadonlyMap<Node, Variable>
  /** The constructor of each class, by the class. An implied one stands for the class itself. */
  readonly constructors: ReadonlyMap<Node, FunctionInfo>
  readonly moduleScope: Scope | undefined
  /** What each export stands for, as far as the module tells; `default` is what a CommonJS module exports as a whole. */
  readonly exports: ReadonlyMap<string, Callee>
  /** The specifiers that it exports everything from. */
  readonly exportsAll: ReadonlyArray<string>
}
