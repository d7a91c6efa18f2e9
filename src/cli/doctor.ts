/** `greenlift doctor`: runs nothing, and tells what blocks, which loops can be concurrent and why others cannot, and what is not lifted. */
import { type Analysis, formatMessage, surroundingsOf, whyGrey } from "../compiler/index.js"
import { analyzeProgram, readProgram } from "../loader/program.js"
import { entryOf } from "../loader/resolve.js"
import { shortPath } from "../loader/stack.js"
import type { DoctorArguments } from "./arguments.js"
import { describeLoop } from "./doctor-loops.js"

const describeFunctions = (file: string, { functions, parsed, original }: Analysis): Array<string> =>
  functions.all.flatMap((fn) => {
    const call = fn.grey ? whyGrey(fn) : undefined
    if (call === undefined) return []
    const { line } = original(parsed.lines.at(call.node.start))
    return [`  ${fn.name}  because of ${call.text} at ${file}:${line}`]
  })

const describeModule = (file: string, analysis: Analysis): Array<string> => {
  const grey = describeFunctions(file, analysis)
  const loops = analysis.loops.filter((loop) => loop.blocking).flatMap((loop) => describeLoop(file, analysis, loop))
  const messages = analysis.messages.map((each) => `  ${formatMessage({ ...each, file })}`)
  return [
    file,
    ...(grey.length === 0 ? [" nothing in it blocks"] : [" what may block:", ...grey]),
    ...(loops.length === 0 ? [] : [" loops:", ...loops]),
    ...(messages.length === 0 ? [] : [" not lifted:", ...messages])
  ]
}

/** Runs the command; gives the exit code. */
export const doctor = (args: DoctorArguments): number => {
  const file = entryOf(args.file)
  if (file === null) {
    process.stderr.write(`greenlift: there is no file ${args.file}. Give the path of the program to look at\n`)
    return 2
  }
  const program = readProgram(file, args.lift)
  const surroundings = surroundingsOf(program.modules, { ordered: false })
  const parts = [...analyzeProgram(program, surroundings)].map(([file, analysis]) =>
    describeModule(shortPath(file), analysis).join("\n")
  )
  for (const message of program.broken) parts.push(formatMessage({ ...message, file: shortPath(message.file) }))
  process.stdout.write(`${parts.join("\n\n")}\n`)
  return 0
}
