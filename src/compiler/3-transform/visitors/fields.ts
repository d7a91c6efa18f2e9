/**
 * Fields whose initialisers wait, and those after them: each becomes a private generator, run where the field would be
 * initialised.
 *
 *     x = f()    static *#field0() { field(this, "x", …f()…) }
 *     #x = f()   #x; static *#field0() { this.#x = …f()… }
 */
import { fieldsOf, loweredFields } from "../../2-analyze/classes.js"
import { bare, keyName, type Node } from "../../ast.js"
import { type Emitter, type State, Temps } from "../emitter.js"
import type { Context } from "./calls.js"
import { isLifted } from "./functions.js"

/** The fields of a class that the construction initialises step by step. */
export const loweredOf = (emitter: Emitter, owner: Node): Array<Node> => {
  const { byNode, constructors } = emitter.analysis.functions
  return isLifted(constructors.get(owner)) ? loweredFields(owner, (field) => isLifted(byNode.get(field))) : []
}

/** The name of the generator of a field. */
export const fieldName = (emitter: Emitter, owner: Node, field: Node): string =>
  `#field${fieldsOf(owner).indexOf(field)}${emitter.prefix.slice(0, -1)}`

/** Writes the generator of a field in its place. */
export const lowerField = (emitter: Emitter, owner: Node, field: Node, context: Context, state: State): void => {
  const { key, value } = field
  const temps = new Temps(emitter.prefix)
  if (value !== null) context.visit(value, { ...state, temps })
  const head = `static *${fieldName(emitter, owner, field)}() { ${temps.declaration()}`
  if (key.type === "PrivateIdentifier") {
    emitter.replace(key.end, value.start, `; ${head}this.#${key.name} = (`)
    emitter.before(value, nameAs(emitter, value, `#${key.name}`))
    emitter.after(value, "); }")
    return
  }
  const name = keyName(key, field.computed)!
  const define = `${head}${emitter.helper("field")}(this, ${JSON.stringify(name)}, `
  if (value === null) return emitter.replace(field.start, field.end, `${define}undefined) }`)
  emitter.replace(field.start, value.start, define)
  emitter.before(value, nameAs(emitter, value, name))
  emitter.after(value, "); }")
}

/** Gives an anonymous function that stays as it is the name of its field: opens what does, and closes it after the value. */
const nameAs = (emitter: Emitter, value: Node, name: string): string => {
  const { type, id } = bare(value)
  if (id !== null || !/^(?:Class|Function|ArrowFunction)Expression$/.test(type)) return ""
  if (isLifted(emitter.analysis.functions.byNode.get(bare(value)))) return ""
  emitter.after(value, ` }[${JSON.stringify(name)}]`)
  return `{ [${JSON.stringify(name)}]: `
}
