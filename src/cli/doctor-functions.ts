/** What `greenlift doctor` says of functions: which may block, and why, from call to call to what blocks. */
import type { Analysis, Reasons, Step } from "../compiler/index.js"
import { shortPath } from "../loader/stack.js"

/** A function that may block. */
export interface GreyFunction {
  readonly name: string
  readonly line: number
  /** What it does that leads to what blocks, and so on to the end. */
  readonly steps: ReadonlyArray<Step>
  /** Whether the end is known to block. Otherwise it cannot be told what is called there. */
  readonly known: boolean
}

/** The functions of a module that may block. */
export const greyFunctions = ({ functions, parsed, original }: Analysis, reasons: Reasons): Array<GreyFunction> =>
  functions.all
    .filter((fn) => fn.grey)
    .map((fn) => {
      const { steps, known } = reasons.of(fn)
      const { line } = original(parsed.lines.at(fn.node.start))
      return { name: fn.name, line, steps: steps.map((step) => ({ ...step, file: shortPath(step.file) })), known }
    })

/** A function in a few lines: what in it may block, then what that leads to. */
export const describeFunction = ({ name, steps, known }: GreyFunction): Array<string> => {
  const end = known ? ", which blocks" : ", of which cannot be told what it is"
  if (steps.length === 0) return [`  ${name}`]
  return steps.map((step, index) => {
    const place = `${step.file}:${step.line}${index === steps.length - 1 ? end : ""}`
    if (index > 0) return `    ${step.name} ${step.does} ${step.text} at ${place}`
    return `  ${name}  because ${step.does === "calls" ? "of" : `it ${step.does}`} ${step.text} at ${place}`
  })
}
