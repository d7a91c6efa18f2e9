/** Where functions are asked for their texts. */
import { bare, calleeOf, keyName, type Node } from "../ast.js"
import type { Callee, Functions } from "./model.js"

/** `f.toString()` */
export const asksForText = (call: Node): boolean => {
  const callee = bare(calleeOf(call))
  return (
    call.type === "CallExpression" &&
    call.arguments.length === 0 &&
    callee.type === "MemberExpression" &&
    callee.object.type !== "Super" &&
    callee.property.type !== "PrivateIdentifier" &&
    keyName(callee.property, callee.computed) === "toString"
  )
}

const builtin = "Function.prototype.toString"

/** `Function.prototype.toString.call(f)` */
const asksByName = (callee: Callee): boolean =>
  (callee.kind === "global" && callee.name.startsWith(`${builtin}.`)) ||
  (callee.kind === "method" && callee.object?.kind === "global" && callee.object.name === builtin)

/**
 * Has the calls in lifted functions go through twins that may ask a function for its text. They do not block: nothing else
 * goes by their colour.
 */
export const askForTexts = (functions: Functions): void => {
  for (const call of functions.calls.values()) {
    const { within } = call
    if (call.grey || call.verbatim !== null || !within.grey || within.verbatim !== null) continue
    if (within.kind !== "module" && (asksForText(call.node) || asksByName(call.callee))) call.grey = true
  }
}
