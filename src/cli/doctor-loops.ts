/** What `greenlift doctor` says of loops: whether their turns can run at once, what is done so that nothing changes, and how to ask. */
import type { Analysis, Loop, Obstacle, Treatment } from "../compiler/index.js"
import { shortPath } from "../loader/stack.js"

const means: Readonly<Record<string, string>> = {
  count: "counted in order",
  sum: "added up in order",
  collect: "collected in order",
  assign: "assigned in order",
  compare: "compared in order",
  write: "written in order"
}

/** A loop in which something may block. */
export interface FoundLoop {
  readonly name: string
  readonly line: number
  readonly text: string
  readonly verdict: string
  /** How many turns a comment asks to be run at once, or null. */
  readonly asked: number | null
  /** Why its turns run one after another, where they do. */
  readonly obstacles: ReadonlyArray<Obstacle>
  /** What its turns share, and what is done so that nothing changes. */
  readonly carried: ReadonlyArray<{ readonly line: number; readonly text: string; readonly how: string }>
}

const verdictOf = (loop: Loop): string => {
  if (loop.obstacles.length > 0) return "one turn after another"
  const treatments = [...loop.treatments.values()]
  if (treatments.length === 0) return "independent"
  return treatments.some(({ kind }) => kind === "waits")
    ? "can be concurrent up to where each turn waits for those before it"
    : "can be concurrent; what its turns share is carried exactly"
}

const carriedBy = ({ parsed, original }: Analysis, loop: Loop): FoundLoop["carried"] =>
  [...loop.treatments].map(([node, treatment]) => {
    const { line } = original(parsed.lines.at(node.start))
    const text = parsed.code.slice(node.start, node.end).replace(/\s+/g, " ")
    return { line, text: text.length > 60 ? `${text.slice(0, 57)}...` : text, how: meaningOf(treatment) }
  })

const meaningOf = (treatment: Treatment): string =>
  treatment.kind === "waits" ? "waits until the turns before it are through" : `is ${means[treatment.what]}`

/** The loops of a module in which something may block. */
export const findLoops = (analysis: Analysis): Array<FoundLoop> =>
  analysis.loops
    .filter((loop) => loop.blocking)
    .map((loop) => ({
      name: loop.name,
      line: loop.line,
      text: loop.text,
      verdict: verdictOf(loop),
      asked: loop.asked,
      obstacles: loop.obstacles.map((each) => ({ ...each, file: shortPath(each.file) })),
      carried: loop.obstacles.length > 0 ? [] : carriedBy(analysis, loop)
    }))

/** A loop in a few lines: its place and verdict, then why, or what is carried, and how to make it concurrent. */
export const describeLoop = (file: string, loop: FoundLoop): Array<string> => {
  const first = `  ${file}:${loop.line}  ${loop.text}  (in ${loop.name}): ${loop.verdict}`
  if (loop.obstacles.length > 0) {
    return [first, ...loop.obstacles.map(({ code, file, line, text }) => `    ${file}:${line}: ${code} ${text}`)]
  }
  const how =
    loop.asked === null
      ? `    to run it so: greenlift run … --concurrency 50 --loop ${file}:${loop.line}, or // @green concurrency 50 above it`
      : `    runs ${loop.asked} turns at once, as the comment above it asks`
  return [first, ...loop.carried.map(({ line, text, how }) => `    ${file}:${line}: \`${text}\` ${how}`), how]
}
