/**
 * The frames of a stack as plain Node would show them. A lifted function runs as a generator, which the engine resumes: the
 * native stack names the generator, shows each resumption, and shows the engine's own frames in between.
 */
import { findSourceMap } from "node:module"
import { dirname } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

/** The folder that greenlift's own code stands in. */
export const ownFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const ownUrl = pathToFileURL(ownFolder).href

/** Whether a frame is of the engine's own code. */
export const isOwn = (frame: string): boolean => frame.includes(`${ownFolder}/`) || frame.includes(`${ownUrl}/`)

/** What V8 shows between a generator and whoever resumed it. */
export const isResumption = (frame: string): boolean => /(?:^|\.)(?:next|throw|return) \(<anonymous>\)$/.test(frame)

/** The name of a function in a frame, when it is a twin's: `Account.update$g`. */
const twinName = /^((?:async |new )?(?:[^\s(]*\.)?)((?:[\p{ID_Continue}$#]|\[[^\]]*\])*)\$g\d*( \[as [^\]]*\])? \(/u

/** Whether a frame is of a lifted function's body. */
export const isTwin = (frame: string): boolean => twinName.test(frame)

/** A loop of a driver: the callers that were handed to it come below, instead of on the native stack. */
export const isDriver = (frame: string): boolean =>
  /\b(?:step \(\S*\/runtime\/fiber|run \(\S*\/runtime\/plain)\.[jt]s:/.test(frame)

/** The engine's frames that an entry calls. */
export const isPlainDriver = (frame: string): boolean =>
  /\/runtime\/(?:plain|entry|answering|async-generator)\.[jt]s:/.test(frame)

/** The entry of a method, which the engine makes. */
export const isEntry = (frame: string): boolean => /\/runtime\/emitted\.[jt]s:/.test(frame)

/** How this V8 names `Array.from` in a stack: by the class of what it is a method of, or by its own name. */
const arrayFrom = ((): string => {
  let stack = ""
  Array.from([1], () => (stack = new Error().stack ?? ""))
  return stack.includes("Array.from (") ? "Array.from" : "Function.from"
})()

/** The built-ins that have a twin which calls back, by the name of the generator that does. */
const builtins: Readonly<Record<string, string>> = {
  forEachEntry: "Map.forEach",
  forEachValue: "Set.forEach",
  fromArrayLike: arrayFrom,
  fromIterable: arrayFrom,
  internalize: "JSON.parse",
  replaceMatches: "String.replace",
  serialize: "JSON.stringify"
}

const builtinOf = (frame: string): string | null => {
  const found = /^(?:\w+\.)?(\w+) \(\S*\/runtime\/builtins\/([\w-]+)\.[jt]s:/.exec(frame)
  if (found === null) return null
  const [, name, file] = found
  if (builtins[name!] !== undefined) return builtins[name!]!
  return file === "loops" || file === "arrays" || name === "sort" || name === "toSorted" ? `Array.${name}` : null
}

/** What a twin is called by after the name it stands for; other characters than an identifier's are written as `$uHHHH`. */
const escaped = /\$u([0-9a-f]{4})/g

const originalName = (frame: string, constructs: boolean): string => {
  const found = twinName.exec(frame)
  if (found === null) return frame
  const rest = frame.slice(found[0].length, -1)
  const [, before = "", name = ""] = found
  const kind = constructs ? "new " : /^(?:async |new )?/.exec(before)![0]
  const type = constructs ? "" : before.slice(kind.length)
  // The generator around the top level of a CommonJS module, and of a function without a name.
  if (/^\$g\d*_$/.test(name)) return type === "" ? `${kind}${rest}` : `${kind}${type}<anonymous> (${rest})`
  const plain = name.replace(escaped, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return `${kind}${plain === name ? type : ""}${plain} (${rest})`
}

const written = "\0"

/** Says that the place in a frame is as its author wrote it. */
export const asWritten = (frame: string): string => written + frame

/** The place in the file as its author wrote it, by the source map that came with what was run. */
const place = /((?:file:\/\/)?[^\s():]*\/[^():]+):(\d+):(\d+)(?=\)?$)/

export const located = (frame: string): string =>
  frame.startsWith(written)
    ? frame.slice(written.length)
    : frame.replace(place, (text, file: string, line: string, column: string) => {
        const map = findSourceMap(file)
        const entry = map?.findEntry(Number(line) - 1, Number(column) - 1)
        if (entry === undefined || !("originalSource" in entry) || entry.originalSource === undefined) return text
        const source = entry.originalSource
        const path = source.startsWith("file:") ? fileURLToPath(source) : source
        const isSame = path === (file.startsWith("file:") ? fileURLToPath(file) : file)
        return `${isSame ? file : path}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
      })

/** Whether a twin's frame is of a function that is constructed: then what makes its object waits for it. */
const isConstruction = (frames: ReadonlyArray<string>, index: number): boolean => {
  const below = frames.slice(index + 1, index + 3).find((frame) => !isResumption(frame))
  return below !== undefined && /\/runtime\/construct\.[jt]s:/.test(below)
}

/** One frame, without the `at`. */
export interface Frame {
  readonly text: string
  /** Which of the given frames it is. */
  readonly index: number
}

/**
 * The program's frames among those of a native stack, innermost first.
 *
 * @param frames without their `at`
 */
export const userFrames = (frames: ReadonlyArray<string>): Array<Frame> => {
  const found: Array<Frame> = []
  /** The frame before was the engine's, or a twin's: then a resumption is its doing. */
  let lifted = true
  /** The frames before were the engine's: then what Node shows next is its doing. */
  let engine = false
  /** The plain driver was before: then the function that called it is an entry, whose body was shown already. */
  let entered = false
  frames.forEach((frame, index) => {
    if (isResumption(frame) && lifted) return
    if (isOwn(frame)) {
      lifted = true
      engine = !isEntry(frame)
      entered = isPlainDriver(frame)
      const builtin = builtinOf(frame)
      const text = `${builtin} (<anonymous>)`
      if (builtin !== null && found.at(-1)?.text !== text) found.push({ text, index })
      return
    }
    lifted = isTwin(frame)
    if (entered && !lifted) {
      entered = false
      engine = false
      return
    }
    if (engine && (/\(?node:/.test(frame) || frame.endsWith("(<anonymous>)"))) return
    engine = false
    entered = false
    found.push({ text: originalName(frame, lifted && isConstruction(frames, index)), index })
  })
  return found
}

/** A stack as text, taken apart. */
export const partsOf = (stack: string): { readonly head: string; readonly frames: Array<string> } => {
  const at = stack.search(/^\s+at /m)
  if (at < 0) return { head: stack, frames: [] }
  const lines = stack.slice(at).split("\n")
  return { head: stack.slice(0, at).replace(/\n$/, ""), frames: lines.map((line) => line.replace(/^\s*at /, "")) }
}

/** The frames of a native stack, with the callers that each driver held in their places. */
export const woven = <A>(
  items: ReadonlyArray<A>,
  textOf: (item: A) => string,
  callers: ReadonlyArray<ReadonlyArray<string>>
): Array<A | string> => {
  let drivers = 0
  return items.flatMap((item) => (isDriver(textOf(item)) ? [...(callers[drivers++] ?? []), item] : [item]))
}

let raw = false

/** Whether stacks are to be given as V8 has them, frame by frame. */
export const wantsNative = (): boolean => raw

/** The frames that are on the stack now, as V8 has them. */
export const nativeFrames = (): Array<string> => nativeFramesOf(captured(nativeFrames))

/** The stack as it is now, from the caller of a function on, to be read later. */
export const captured = (below: (...args: Array<any>) => unknown): object => {
  const here = {}
  Error.captureStackTrace(here, below)
  return here
}

/** The frames of a captured stack, as V8 has them. */
export const nativeFramesOf = (captured: { readonly stack?: unknown }): Array<string> => {
  raw = true
  try {
    const { stack } = captured
    return Array.isArray(stack) ? stack : partsOf(String(stack)).frames
  } finally {
    raw = false
  }
}
