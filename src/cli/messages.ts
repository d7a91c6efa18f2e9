/** The catalogue of why a call blocked although it stands in lifted code, and what to do about it. */
import { fill, type Words } from "../compiler/index.js"
import type { Program } from "../loader/program.js"

export const catalogue = {
  GL4001: "{frame} is of the package {package}, which is not lifted. Run with --lift {package} to lift it too",
  GL4002: "{frame} is a built-in that calls back by itself. Call the function in a loop of your own instead",
  GL4003:
    "{frame} is Node's and calls back by itself. Call the function from your own code, or spawn it on a GreenPool",
  GL4004:
    "{frame} is not lifted, or nothing tells that what it calls may block, or the language calls back from it by itself, as it does a Proxy's trap. `greenlift doctor` says what is lifted, and why; call what blocks by its own name there, or as a method of that name",
  GL4005:
    "the language calls it by itself in {frame}, as it does a Proxy's trap. Call the function by its name instead",
  GL4006: "it cannot wait otherwise, as it is written in {frame}. The README lists what is green",
  GL4007: "nothing tells what called it. Call the function from your own code",
  GL4008:
    "the package {package} is not lifted and depends on {blocking}, so what it calls blocks. Run with --lift {package} to lift it too",
  GL4009: "the program imports nothing by name of the package {package}, which was to be lifted. Check the name"
} as const

export type Code = keyof typeof catalogue

/** A message with its words filled in. */
export const explain = <C extends Code>(code: C, words: Words<(typeof catalogue)[C]>): string =>
  fill(catalogue[code], words)

/** What is to be said of the packages of a program: those that may block and are not lifted, and those that are not there. */
export const describePackages = ({ suspects, unused }: Program): Array<string> => [
  ...suspects.map(({ name, blocking }) => `GL4008 ${explain("GL4008", { package: name, blocking })}`),
  ...unused.map((name) => `GL4009 ${explain("GL4009", { package: name })}`)
]
