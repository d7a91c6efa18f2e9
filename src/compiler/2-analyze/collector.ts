/** What is passed about while the functions of a module are collected. */
import type { ScopeManager, Variable } from "eslint-scope"
import type { FunctionNode, Node } from "../ast.js"
import type { FunctionInfo, FunctionKind } from "./model.js"

/** Where the walk through a module is. */
export interface State {
  readonly fn: FunctionInfo
  /** Why calls here cannot be lifted. */
  readonly verbatim: string | null
  readonly name: string | null
  readonly className: string | null
  /** The name the class gives itself inside of its body. */
  readonly classId: string | null
}

/** What the walk gives the visitor of a node. */
export interface Context {
  readonly state: State
  readonly path: ReadonlyArray<Node>
  readonly visit: (node: any, state?: State) => any
  readonly next: (state?: State) => any
}

export type Visitors = Record<string, (node: any, context: any) => void>

/** What is collected, and how. */
export interface Collector {
  readonly byNode: ReadonlyMap<Node, FunctionInfo>
  /** The constructor of each class, by the class. */
  readonly constructors: Map<Node, FunctionInfo>
  /** The classes whose computed keys can be held in names of our own. */
  readonly holding: Set<Node>
  /** What may turn out to be a call. */
  readonly pending: Array<{ readonly node: Node; readonly state: State }>
  /** Adds a function. */
  readonly add: (
    node: Node,
    kind: FunctionKind,
    state: State | null,
    name: string | null,
    methods: Array<string>,
    ownName?: string
  ) => FunctionInfo
  /** Adds a function and visits what is in it. */
  readonly visitFunction: (
    node: FunctionNode,
    kind: FunctionKind,
    context: Pick<Context, "state" | "visit">,
    name: string | null,
    methods?: Array<string>,
    ownName?: string
  ) => FunctionInfo
  /** Visits what may be a function that takes its name from where it stands. */
  readonly named: (
    node: Node,
    context: Pick<Context, "state" | "visit">,
    name: string | null,
    methods?: Array<string>,
    ownName?: string
  ) => FunctionInfo | null
}

export const label = (name: string | null): string => (name === null || name === "" ? "<anonymous>" : name)

/** A function of which nothing is known yet but where it stands. */
export const functionInfo = (
  id: number,
  node: Node,
  kind: FunctionKind,
  state: State | null,
  name: string | null,
  methods: Array<string>,
  ownName: string,
  movable: boolean
): FunctionInfo => ({
  id,
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
  movable,
  grey: false
})

/** Which variable each identifier stands for. */
export const variablesIn = (scopes: ScopeManager): Map<Node, Variable> => {
  const variables = new Map<Node, Variable>()
  for (const scope of scopes.scopes) {
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) variables.set(identifier as any, variable)
    }
    for (const reference of scope.references) {
      if (reference.resolved !== null) variables.set(reference.identifier as any, reference.resolved)
    }
  }
  return variables
}
