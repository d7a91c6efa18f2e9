/** `greenlift doctor`: runs nothing, and tells what blocks and why, which loops can be concurrent and why others cannot, and what is not lifted. */
import { writeFileSync } from "node:fs"
import { formatMessage, type Message, Reasons, surroundingsOf } from "../compiler/index.js"
import { ConfigError, loadConfig } from "../loader/config.js"
import { analyzeProgram, readProgram } from "../loader/program.js"
import { entryOf } from "../loader/resolve.js"
import { shortPath } from "../loader/stack.js"
import type { DoctorArguments } from "./arguments.js"
import { describeFunction, type GreyFunction, greyFunctions } from "./doctor-functions.js"
import { describeLoop, type FoundLoop, findLoops } from "./doctor-loops.js"
import { describePackages } from "./messages.js"

/** What is found in a file. */
interface Findings {
  readonly file: string
  readonly functions: ReadonlyArray<GreyFunction>
  readonly loops: ReadonlyArray<FoundLoop>
  readonly messages: ReadonlyArray<Message>
}

const describe = ({ file, functions, loops, messages }: Findings): string => {
  const sections = {
    " what may block:": functions.flatMap(describeFunction),
    " loops:": loops.flatMap((loop) => describeLoop(file, loop)),
    " not lifted:": messages.map((each) => `  ${formatMessage(each)}`)
  }
  const parts = Object.entries(sections).flatMap(([title, lines]) => (lines.length === 0 ? [] : [title, ...lines]))
  return [file, ...(functions.length === 0 ? [" nothing in it blocks"] : []), ...parts].join("\n")
}

const shortly = (message: Message): Message => ({ ...message, file: shortPath(message.file) })

const say = (text: string): void => void process.stderr.write(`greenlift: ${text}\n`)

/** Runs the command; gives the exit code. */
export const doctor = async (args: DoctorArguments): Promise<number> => {
  const entry = entryOf(args.file)
  if (entry === null) {
    say(`there is no file ${args.file}. Give the path of the program to look at`)
    return 2
  }
  try {
    const { lift = [] } = await loadConfig(args.config, entry)
    look(entry, [...args.lift, ...lift], args.json)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    say(error.message)
    return 2
  }
}

const look = (entry: string, lift: ReadonlyArray<string>, json: string | null): void => {
  const program = readProgram(entry, lift)
  const analyses = analyzeProgram(program, surroundingsOf(program.modules, { ordered: false }))
  const reasons = new Reasons(analyses, program.modules)
  const modules = [...analyses].map(
    ([file, analysis]): Findings => ({
      file: shortPath(file),
      functions: greyFunctions(analysis, reasons),
      loops: findLoops(analysis),
      messages: analysis.messages.map(shortly)
    })
  )
  const broken = program.broken.map(shortly)
  const packages = describePackages(program)
  process.stdout.write(`${[...modules.map(describe), ...broken.map(formatMessage), ...packages].join("\n\n")}\n`)
  if (json !== null) {
    writeFileSync(json, `${JSON.stringify({ modules, broken, packages: program.suspects }, null, 2)}\n`)
  }
}
