/** Which loop runs its turns at once: the one that can, or the one that is asked for. */
import { resolve } from "node:path"
import type { Analysis, Loop } from "../compiler/index.js"
import { shortPath } from "./stack.js"

export interface FoundLoop {
  readonly file: string
  readonly loop: Loop
}

export type Choice = { readonly found: FoundLoop } | { readonly why: string }

/** Every loop of the program in which something may block. */
export const blockingLoops = (analyses: ReadonlyMap<string, Analysis>): Array<FoundLoop> =>
  [...analyses].flatMap(([file, { loops }]) => loops.filter((loop) => loop.blocking).map((loop) => ({ file, loop })))

const place = ({ file, loop }: FoundLoop): string => `${shortPath(file)}:${loop.line}`

const list = (loops: ReadonlyArray<FoundLoop>): string =>
  loops.map((each) => `  ${place(each)}  ${each.loop.text}  (in ${each.loop.name})`).join("\n")

const obstacles = (each: FoundLoop): string =>
  [
    `  ${place(each)}  ${each.loop.text}`,
    ...each.loop.obstacles.map(({ code, file, line, text }) => `    ${shortPath(file)}:${line}: ${code} ${text}`)
  ].join("\n")

/** Chooses among the blocking loops of a program. Says why where none can be chosen, and what to do. */
export const chooseLoop = (loops: ReadonlyArray<FoundLoop>, wanted: string | null): Choice => {
  const named = wanted === null ? loops : loops.filter((each) => answers(each, wanted))
  if (wanted !== null && named.length === 0) {
    const known = loops.length === 0 ? "No loop of the program blocks." : `The loops that block:\n${list(loops)}`
    return { why: `no blocking loop is called "${wanted}". ${known}` }
  }
  const able = named.filter((each) => each.loop.obstacles.length === 0)
  const outermost = able.filter((each) => !able.some((other) => contains(other, each)))
  if (outermost.length === 1) return { found: outermost[0]! }
  if (able.length > 1) {
    return {
      why: `several loops can be concurrent; say which, by FILE:LINE or by name (--loop on the command line):\n${list(able)}`
    }
  }
  if (loops.length === 0) {
    return {
      why: "no loop of the program blocks, so there is nothing to run at once. Run it without concurrency, or spawn its work on a GreenPool of greenlift/green"
    }
  }
  return {
    why: `no loop can be concurrent, because their turns depend on each other:\n${named.map(obstacles).join("\n")}`
  }
}

/** Whether a loop stands in another: then it shares the other's bound. */
const contains = (outer: FoundLoop, inner: FoundLoop): boolean =>
  outer !== inner &&
  outer.file === inner.file &&
  outer.loop.node.start <= inner.loop.node.start &&
  inner.loop.node.end <= outer.loop.node.end

const answers = ({ file, loop }: FoundLoop, wanted: string): boolean => {
  if (loop.name === wanted) return true
  const at = /^(.*):(\d+)$/.exec(wanted)
  if (at === null || Number(at[2]) !== loop.line) return false
  return resolve(at[1]!) === file || file.endsWith(`/${at[1]}`)
}
