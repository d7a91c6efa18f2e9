/**
 * What the statements of a turn do about what turns share: they are noted, to be carried out when the turn's time has come, or
 * wait for that.
 *
 *     total += f(x)          { const v0 = (f(x)); if (!isPlain(v0)) yield* inOrder(1); commit(() => { total += v0; }, 1); }
 *     if (seen.has(x)) …     yield* inOrder(1); if (seen.has(x)) …
 *
 * What a note computes with must be plain: an object may have changed by the time it is carried out, and then the turn waits.
 */
import type { Noted, Taken } from "../../2-analyze/noting.js"
import type { Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type Context, openParenthesis } from "./calls.js"
import { marked } from "./texts.js"
import { run } from "./waiting.js"

/** Visits every node: those that are to be noted or to wait are; the others go to the visitor of their type. */
export const treated =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const found = emitter.treatmentOf(node)
    if (found === null) return marked(emitter, node, context.path, () => void context.next())
    const { treatment, levels } = found
    const count = Number.isFinite(levels) ? String(levels) : "Infinity"
    if (treatment.kind === "noted") return note(emitter, node, treatment, count, context)
    context.next()
    if (context.state.temps === null) return
    const wait = run(emitter, context.state, `${emitter.helper("inOrder")}(${count})`)
    if (/Expression$/.test(node.type) || !/(?:Statement|Declaration)$/.test(node.type)) {
      emitter.before(node, `(${wait}, `)
      emitter.after(node, ")")
      return
    }
    const parent = context.path.at(-1)
    const isListed = parent?.type === "BlockStatement" || parent?.type === "SwitchCase" || parent?.type === "Program"
    emitter.before(node, isListed ? `${wait}; ` : `{ ${wait}; `)
    if (!isListed) emitter.after(node, " }")
  }

/** Whether a node is noted instead of carried out. */
export const isNoted = (emitter: Emitter, node: Node): boolean => emitter.treatmentOf(node)?.treatment.kind === "noted"

const note = (emitter: Emitter, node: Node, noted: Noted, levels: string, context: Context): void => {
  const { taken } = noted
  const name = (index: number): string => `${emitter.prefix}v${index}`
  const later = laterText(emitter, node, noted, name)
  const checked = taken.flatMap((each, index) => (each.computed ? [index] : []))
  const check =
    checked.length === 0 || context.state.temps === null
      ? ""
      : `if (!(${checked.map((index) => plainTest(emitter, taken[index]!, name(index))).join(" && ")})) ${run(emitter, context.state, `${emitter.helper("inOrder")}(${levels})`)}; `
  const write = noted.writes.length === 0 ? "()" : `(${emitter.prefix}write)`
  const end = `${check}${emitter.helper("commit")}(${write} => { ${later} }, ${levels}); }`
  if (taken.length === 0) return emitter.replace(node.start, node.end, `{ ${end}`)
  let from = node.start
  taken.forEach((each, index) => {
    context.visit(each.node)
    const [open, close] =
      each.kind === "spread"
        ? ["[...(", ")]"]
        : each.attempted
          ? [`${emitter.helper("attempt")}(() => (`, "))"]
          : ["(", ")"]
    const lead = index === 0 ? "{ " : `${closing(taken[index - 1]!)}; `
    const start = each.kind === "spread" ? each.node.argument.start : each.node.start
    const text = `${lead}const ${name(index)} = ${open}`
    if (from === start) emitter.before(each.node, text)
    else emitter.replace(from, start, text)
    from = each.kind === "spread" ? each.node.argument.end : each.node.end
    if (index === taken.length - 1) emitter.replace(from, node.end, `${close}; ${end}`)
  })
}

const closing = (each: Taken): string => (each.kind === "spread" ? ")]" : each.attempted ? "))" : ")")

const plainTest = (emitter: Emitter, { attempted }: Taken, name: string): string =>
  `${emitter.helper("isPlain")}(${name}${attempted ? ".value" : ""})`

/** The statement as it is carried out later, with the values that were taken in their places. */
const laterText = (emitter: Emitter, node: Node, { taken, writes }: Noted, name: (index: number) => string): string => {
  const edits = taken.map((each, index) => ({
    start: each.node.start,
    end: each.node.end,
    text: laterValue(emitter, each, name(index))
  }))
  for (const call of writes) {
    const open = openParenthesis(emitter.code, call.callee.end)
    const callee = emitter.source(call.callee)
    const object = emitter.source(call.callee.object)
    edits.push({ start: call.start, end: open + 1, text: `${emitter.prefix}write(${callee}, ${object}, [` })
    edits.push({ start: call.end - 1, end: call.end, text: "])" })
  }
  edits.sort((a, b) => a.start - b.start)
  let text = ""
  let at = node.start
  for (const edit of edits) {
    text += emitter.code.slice(at, edit.start) + edit.text
    at = edit.end
  }
  text += emitter.code.slice(at, node.end)
  return /[;}]$/.test(text) && !/Expression$/.test(node.type) ? text : `${text};`
}

const laterValue = (emitter: Emitter, { attempted, kind, node }: Taken, name: string): string => {
  if (attempted) return `${emitter.helper("given")}(${name})`
  if (kind === "spread") return `...${name}`
  return kind === "shorthand" ? `${emitter.source(node)}: ${name}` : name
}
