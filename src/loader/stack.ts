/** Stacks as the user wrote the program: no frames of greenlift's or Node's, no generators. */
import { dirname, relative } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

/** The folder that greenlift's own code stands in. */
export const ownFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const ownUrl = pathToFileURL(ownFolder).href

const isOwn = (line: string): boolean => line.includes(`${ownFolder}/`) || line.includes(`${ownUrl}/`)

const isNoise = (line: string): boolean =>
  isOwn(line) || /\(?node:[a-z_/]+:\d+/.test(line) || /at (?:\S*\.)?(?:next|throw) \(<anonymous>\)/.test(line)

/** One frame: twins under their functions' names, files relative to the working directory. */
const clean = (line: string): string =>
  line
    .replace(/\$g\d*\b/g, "")
    .replace(/file:\/\/[^\s):]+/g, (url) => fileURLToPath(url))
    .replaceAll(`${process.cwd()}/`, "")

/** The frames of a stack that are the user's, one a line, each as `at name (file:line:column)`. */
export const userFrames = (stack: string): Array<string> =>
  stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && !isNoise(line))
    .map((line) => clean(line.trim()))

/** An error as text: what was thrown, and the frames of it that are the user's. */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`
  const head = `${error.name}: ${error.message}`
  const frames = userFrames(error.stack ?? "").map((line) => `    ${line}`)
  const cause = error.cause === undefined ? [] : [`  caused by ${describeError(error.cause).replaceAll("\n", "\n  ")}`]
  return [head, ...frames, ...cause].join("\n")
}

/** A path as a person would write it here. */
export const shortPath = (path: string): string => {
  const short = relative(process.cwd(), path)
  return short.startsWith("..") || short === "" ? path : short
}
