/** What stands in the way of a twin, which only the whole of a function tells; and the calls that a class makes by itself. */
import type { Variable } from "eslint-scope"
import { isGenerator, type Node } from "../ast.js"
import { fieldObstacle, fieldsOf, initialisation, isRecorded } from "./classes.js"
import type { Collector } from "./collector.js"
import { assignsOwnName, callOf, canAskItself, inPlace, ownerOf } from "./forms.js"
import type { FunctionInfo } from "./model.js"

/** Tells which functions can have no twin. */
export const decide = (all: ReadonlyArray<FunctionInfo>, variables: ReadonlyMap<Node, Variable>): void => {
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
}

/** Arrows that call `super` are called where their constructor stands. */
export const callSupers = (superCalls: ReadonlyArray<{ readonly node: Node; readonly fn: FunctionInfo }>): void => {
  for (const { node, fn } of superCalls) {
    const owner = ownerOf(fn)
    if (owner.verbatim !== null) fn.verbatim ??= { code: "GL2007", detail: "it calls super" }
    else owner.calls.push(callOf(node, owner, { kind: "function", target: fn }, fn.name))
  }
}

/** Fields are initialised by the constructor of their class. */
export const initialiseFields = ({ byNode, constructors, holding }: Collector): void => {
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
}
