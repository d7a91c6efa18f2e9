/** Errors and paths as a person would write them here: no frames of greenlift's or Node's, files relative to the working directory. */
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import { partsOf, userFrames } from "../runtime/stack/frames.js"

const isNode = (frame: string): boolean => /(?:^|\()node:/.test(frame)

/** A frame with its file relative to the working directory. */
export const shortened = (frame: string): string =>
  frame.replace(/file:\/\/[^\s):]+/g, (url) => fileURLToPath(url)).replaceAll(`${process.cwd()}/`, "")

/** An error as text: what was thrown, and the frames of it that are the user's. */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`
  const head = `${error.name}: ${error.message}`
  const frames = userFrames(partsOf(error.stack ?? "").frames)
    .filter(({ text }) => !isNode(text))
    .map(({ text }) => `    at ${shortened(text)}`)
  const cause = error.cause === undefined ? [] : [`  caused by ${describeError(error.cause).replaceAll("\n", "\n  ")}`]
  return [head, ...frames, ...cause].join("\n")
}

/** A path as a person would write it here. What a bundler calls a file, `webpack://…`, stays. */
export const shortPath = (path: string): string => {
  if (path.includes("://")) return path
  const short = relative(process.cwd(), path)
  return short.startsWith("..") || short === "" ? path : short
}
