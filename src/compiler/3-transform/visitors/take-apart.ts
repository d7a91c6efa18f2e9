/** Destructuring of which any part may block: `runtime/take-apart.ts` has the shapes. */
import { isSimple, isVariable } from "../../2-analyze/iterations.js"
import { bare, keyName, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import type { State } from "../state.js"
import { complaint, liftedIteration } from "./iteration.js"
import { closed, opened, run } from "./waiting.js"

/** What stands before and after an expression so that it is what a pattern is applied to. */
export interface Around {
  readonly open: string
  readonly close: string
}

/**
 * Lowers a pattern, if any part of it may block; then what it is applied to is to be wrapped. `node` is what has the pattern,
 * `source` what it is applied to, as far as there is an expression for it, and `hasDefault` whether a parameter has a default.
 */
export const takeApart = (
  emitter: Emitter,
  pattern: Node,
  node: Node,
  source: Node | null,
  state: State,
  hasDefault = false
): Around | null => {
  const text = source === null ? "" : emitter.source(bare(source))
  const shown = hasDefault ? "(intermediate value)".repeat(3) : /^[\w$.]+$/.test(text) ? text : null
  const inner = new Pattern(emitter, state, shown)
  return state.temps !== null && inner.waits(pattern, node) ? inner.lower(pattern, source) : null
}

/** Whether a pattern is one of names, which are taken one after another by simpler means. */
export const isPlainPattern = (emitter: Emitter, pattern: Node, declared: boolean): boolean => {
  const { variables } = emitter.analysis.functions
  if (pattern.type === "ArrayPattern") return isSimple(pattern, (name) => declared || isVariable(variables.get(name)))
  return (
    declared && pattern.properties.every((each: Node) => each.type === "Property" && each.value.type === "Identifier")
  )
}

const isPattern = (node: Node): boolean => node.type === "ArrayPattern" || node.type === "ObjectPattern"

/** What an element or a property is bound to, and its default. */
const partsOf = (node: Node): { readonly target: Node; readonly otherwise: Node | null } =>
  node.type === "AssignmentPattern" ? { target: node.left, otherwise: node.right } : { target: node, otherwise: null }

/** A value as a pattern is applied to it. */
export const applied = (around: Around | null, value: string): string =>
  around === null ? value : `${around.open}${value}${around.close}`

class Pattern {
  constructor(
    private readonly emitter: Emitter,
    private readonly state: State,
    /** What V8 calls the value of a property, where it says that it is not iterable. */
    private readonly shown: string | null
  ) {}

  waits(pattern: Node, node: Node = pattern): boolean {
    if (!isPattern(pattern)) return false
    if (pattern.type === "ArrayPattern") {
      if (liftedIteration(this.emitter, node, this.state) !== null) return true
      return pattern.elements.some((each: Node | null) => each !== null && this.waits(partsOf(each).target))
    }
    const { accesses } = this.emitter.analysis.functions
    return pattern.properties.some(
      (each: Node) =>
        each.type === "Property" &&
        (accesses.get(each)?.grey === true || (!each.computed && this.waits(partsOf(each.value).target)))
    )
  }

  lower(pattern: Node, source: Node | null, isProperty = false): Around {
    const { emitter, state } = this
    const d = state.temps!.name("d", pattern.start)
    if (pattern.type === "ArrayPattern") {
      this.elements(pattern, d)
      const property =
        isProperty && this.shown !== null
          ? `"${this.shown} is not iterable (cannot read property Symbol(Symbol.iterator))"`
          : "null"
      const text = source === null ? property : complaint(emitter, source)
      return {
        open: `(${d} = ${opened(emitter, state)}${emitter.helper("elements")}(`,
        close: `, ${text})${closed(state)})`
      }
    }
    for (const property of pattern.properties as Array<Node>) this.property(property, d)
    return {
      open: `(${d} = ${emitter.helper("fieldsOf")}(`,
      close: `, ${this.complaintOf(pattern, source)}))`
    }
  }

  /** What V8 says of what is no object: the first property, and what it was to be taken from, as literals. */
  private complaintOf(pattern: Node, source: Node | null): string {
    const first: Node | undefined = pattern.properties[0]
    const name = first?.type === "Property" ? keyName(first.key, first.computed) : null
    const text = source === null ? null : this.emitter.source(bare(source))
    const shown = text === null || /^[\w$.]+$/.test(text) ? text : "(intermediate value)"
    return `${JSON.stringify(name)}, ${JSON.stringify(shown)}`
  }

  private elements(pattern: Node, d: string): void {
    const { emitter, state } = this
    const waiting = (steps: string): string => `{} = (${run(emitter, state, `${d}.${steps}`)}, ${d})`
    let at = pattern.start
    let text = "["
    let all = false
    for (const element of pattern.elements as Array<Node | null>) {
      if (element === null) {
        text += `${waiting("stepInto()")}, `
        continue
      }
      all = element.type === "RestElement"
      const { target } = partsOf(element)
      const isInner = !all && this.waits(target)
      text += `${waiting(all ? "collect()" : isInner ? "stepInto()" : "step()")}, `
      emitter.replace(at, element.start, text)
      if (isInner) this.inner(element, `${d}.taken`)
      at = element.end
      text = ", "
    }
    emitter.replace(at, pattern.end, all ? "]" : `${text}${waiting("end()")}]`)
  }

  private property(property: Node, d: string): void {
    const { emitter, state } = this
    if (property.type === "RestElement") {
      emitter.replace(property.start, property.argument.start, `[${run(emitter, state, `${d}.rest()`)}]: `)
      return
    }
    const { key, computed, shorthand, value } = property
    if (computed) {
      emitter.before(key, `${opened(emitter, state)}${d}.read(${emitter.helper("key")}(`)
      emitter.after(key, `))${closed(state)}`)
      return
    }
    const read = run(emitter, state, `${d}.read(${JSON.stringify(keyName(key, false))})`)
    const { target } = partsOf(value)
    if (shorthand) emitter.before(property, `[${read}]: `)
    else if (!this.waits(target)) emitter.replace(property.start, value.start, `[${read}]: `)
    else {
      emitter.replace(property.start, value.start, `[(${read}, "nothing")]: `)
      this.inner(value, `${d}.taken`, true)
    }
  }

  /** A part that is taken apart itself: it finds nothing, so that its default makes of what there is what it is applied to. */
  private inner(part: Node, given: string, isProperty = false): void {
    const { target, otherwise } = partsOf(part)
    applyByDefault(this.emitter, target, otherwise, this.lower(target, null, isProperty), given)
  }
}

/** Has a part of a pattern be applied to what is given, by way of its default. */
export const applyByDefault = (
  emitter: Emitter,
  target: Node,
  otherwise: Node | null,
  { open, close }: Around,
  given: string
): void => {
  if (otherwise === null) return emitter.after(target, ` = ${open}${given}${close}`)
  emitter.replace(target.end, otherwise.start, ` = ${open}${given} === undefined ? (`)
  emitter.after(otherwise, `) : ${given}${close}`)
}
