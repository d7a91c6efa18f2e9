/**
 * Static fields and blocks that wait, and those after them: each becomes a private generator, and they are run once the class
 * is there.
 *
 *     class A { static x = f() }    class A { static { statics(this, [this.#static0]) } static *#static0() { field(this, "x", …) } }
 *                                   yield* initialised(A);
 */
import { staticsOf } from "../../2-analyze/classes.js"
import { keyName, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type State, Temps } from "../state.js"
import type { Context } from "./calls.js"
import { isLifted } from "./functions.js"
import { run } from "./waiting.js"

/** The static elements of a class that are run step by step. */
export const loweredStatics = (emitter: Emitter, owner: Node, state: State): Array<Node> => {
  if (state.temps === null && !emitter.topClasses.has(owner)) return []
  const elements = staticsOf(owner)
  const first = elements.findIndex((each) => isLifted(emitter.analysis.functions.byNode.get(each)))
  if (first < 0) return []
  return elements
    .slice(first)
    .filter((each) => each.type === "StaticBlock" || each.value !== null || each.key.type !== "PrivateIdentifier")
}

/** The name of the generator of a static element. */
export const staticName = (emitter: Emitter, owner: Node, element: Node): string =>
  `#static${staticsOf(owner).indexOf(element)}${emitter.prefix.slice(0, -1)}`

/** What a class with such elements begins with. */
export const registering = (emitter: Emitter, owner: Node, lowered: ReadonlyArray<Node>): string => {
  if (lowered.length === 0) return ""
  const generators = lowered.map((each) => `this.${staticName(emitter, owner, each)}`).join(", ")
  return `static { ${emitter.helper("statics")}(this, [${generators}]); } `
}

/** Writes the generator of a static block in its place. */
export const lowerBlock = (emitter: Emitter, owner: Node, block: Node, context: Context, state: State): void => {
  const temps = new Temps(emitter.prefix)
  context.next({ ...state, temps })
  emitter.replace(
    block.start,
    emitter.code.indexOf("{", block.start),
    `static *${staticName(emitter, owner, block)}() `
  )
  const declaration = temps.declaration()
  if (declaration !== "") emitter.atStart(block, declaration)
}

/** Runs the static elements of a class that was declared. */
export const ClassDeclaration =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    if (emitter.topClasses.has(node) || loweredStatics(emitter, node, context.state).length === 0) return
    emitter.after(node, ` ${run(emitter, context.state, `${emitter.helper("initialised")}(${node.id.name})`)};`)
  }

/** Runs the static elements of a class, which has its name by then. */
export const ClassExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    const { state, path } = context
    if (loweredStatics(emitter, node, state).length === 0) return
    const name = node.id === null ? nameAt(emitter, node, path) : null
    const [open, close] = name === null ? ["", ""] : [`{ [${name}]: `, ` }[${name}]`]
    const [before, after] = run(emitter, state, `${emitter.helper("initialised")}(${open}\0${close})`).split("\0")
    emitter.before(node, `(${before}`)
    emitter.after(node, `${after})`)
  }

const naming = new Set(["=", "&&=", "||=", "??="])

/** The name, as an expression, that a class without one takes from where it stands. */
const nameAt = (emitter: Emitter, node: Node, path: ReadonlyArray<Node>): string | null => {
  const place = path.findLast((each) => each.type !== "ParenthesizedExpression")
  const ofIdentifier = (target: Node): string | null =>
    target.type === "Identifier" ? JSON.stringify(target.name) : null
  const isValue = (value: Node | null): boolean => value !== null && value.start <= node.start && value.end >= node.end
  switch (place?.type) {
    case "VariableDeclarator":
      return isValue(place.init) ? ofIdentifier(place.id) : null
    case "AssignmentExpression":
      // A target in parentheses gives no name.
      return isValue(place.right) && naming.has(place.operator) && place.left.start === place.start
        ? ofIdentifier(place.left)
        : null
    case "AssignmentPattern":
      return isValue(place.right) ? ofIdentifier(place.left) : null
    case "ExportDefaultDeclaration":
      return `"default"`
    case "Property":
    case "PropertyDefinition": {
      if (!isValue(place.value)) return null
      if (place.key.type === "PrivateIdentifier") return JSON.stringify(`#${place.key.name}`)
      const name = keyName(place.key, place.computed)
      if (place.type === "Property" && name === "__proto__" && !place.computed) return null
      return name === null ? (emitter.keys.get(node) ?? emitter.keys.get(place) ?? null) : JSON.stringify(name)
    }
    default:
      return null
  }
}
