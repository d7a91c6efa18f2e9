/** What `greenlift doctor` says of loops: whether their turns can run at once, what is done so that nothing changes, and how to ask. */
import type { Analysis, Loop, Treatment } from "../compiler/index.js"
import { shortPath } from "../loader/stack.js"

const means: Readonly<Record<string, string>> = {
  count: "counted in order",
  sum: "added up in order",
  collect: "collected in order",
  assign: "assigned in order",
  compare: "compared in order",
  write: "written in order"
}

const verdictOf = (loop: Loop): string => {
  if (loop.obstacles.length > 0) return "one turn after another"
  const treatments = [...loop.treatments.values()]
  if (treatments.length === 0) return "independent"
  return treatments.some(({ kind }) => kind === "waits")
    ? "can be concurrent up to where each turn waits for those before it"
    : "can be concurrent; what its turns share is carried exactly"
}

const carriedAt = (file: string, { parsed, original }: Analysis, loop: Loop): Array<string> =>
  [...loop.treatments].map(([node, treatment]) => {
    const { line } = original(parsed.lines.at(node.start))
    const text = parsed.code.slice(node.start, node.end).replace(/\s+/g, " ")
    const short = text.length > 60 ? `${text.slice(0, 57)}...` : text
    return `    ${file}:${line}: \`${short}\` ${meaningOf(treatment)}`
  })

const meaningOf = (treatment: Treatment): string =>
  treatment.kind === "waits" ? "waits until the turns before it are through" : `is ${means[treatment.what]}`

/** A loop in a few lines: its place and verdict, then why, or what is carried, and how to make it concurrent. */
export const describeLoop = (file: string, analysis: Analysis, loop: Loop): Array<string> => {
  const lines = [`  ${file}:${loop.line}  ${loop.text}  (in ${loop.name}): ${verdictOf(loop)}`]
  if (loop.obstacles.length > 0) {
    return [
      ...lines,
      ...loop.obstacles.map(({ code, file, line, text }) => `    ${shortPath(file)}:${line}: ${code} ${text}`)
    ]
  }
  const how =
    loop.asked === null
      ? `    to run it so: greenlift run … --concurrency 50 --loop ${file}:${loop.line}, or // @green concurrency 50 above it`
      : `    runs ${loop.asked} turns at once, as the comment above it asks`
  return [...lines, ...carriedAt(file, analysis, loop), how]
}
