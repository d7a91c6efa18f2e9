/**
 * Fields whose initialisers wait, and those after them: each becomes a private generator, run where the field would be
 * initialised.
 *
 *     x = f()    static *#field0() { field(this, "x", …f()…) }
 *     #x = f()   #x; static *#field0() { this.#x = …f()… }
 *     [k] = f()  static [(key0 = key(k), nowhere)]() {} static *#field0() { field(this, key0, …f()…) }
 *
 * A computed key is that of a method of no name, which is taken away again: so it is evaluated in its turn.
 */
import { fieldsOf, loweredFields } from "../../2-analyze/classes.js"
import { bare, keyName, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type State, Temps } from "../state.js"
import type { Context } from "./calls.js"
import { isLifted } from "./functions.js"

/** The fields of a class that the construction initialises step by step. */
export const loweredOf = (emitter: Emitter, owner: Node): Array<Node> => {
  const { byNode, constructors } = emitter.analysis.functions
  return isLifted(constructors.get(owner)) ? loweredFields(owner, (field) => isLifted(byNode.get(field))) : []
}

/** Declares what the computed keys of such fields, and of static ones, are held in. */
export const holdFieldKeys = (emitter: Emitter, fields: ReadonlyArray<Node>, path: ReadonlyArray<Node>): string => {
  let held = false
  for (const field of fields) {
    if (!field.computed || keyName(field.key, true) !== null) continue
    const name = emitter.declare(path, "key", false)!
    emitter.keys.set(field, name)
    if (field.value !== null) emitter.keys.set(bare(field.value), name)
    held = true
  }
  return held ? `static { delete this[${emitter.helper("nowhere")}]; } ` : ""
}

/** The name of the generator of a field. */
export const fieldName = (emitter: Emitter, owner: Node, field: Node): string =>
  `#field${fieldsOf(owner).indexOf(field)}${emitter.prefix.slice(0, -1)}`

/** Writes the generator of a field in its place. */
export const lowerField = (emitter: Emitter, generator: string, field: Node, context: Context, state: State): void => {
  const { key, value } = field
  const temps = new Temps(emitter.prefix)
  if (value !== null) context.visit(value, { ...state, temps })
  const head = `static *${generator}() { ${temps.declaration()}`
  if (key.type === "PrivateIdentifier") {
    emitter.replace(key.end, value.start, `; ${head}this.#${key.name} = (`)
    emitter.before(value, nameAs(emitter, value, JSON.stringify(`#${key.name}`)))
    emitter.after(value, "); }")
    return
  }
  const held = emitter.keys.get(field)
  const name = held ?? JSON.stringify(keyName(key, field.computed)!)
  const define = `${head}${emitter.helper("field")}(this, ${name}, `
  if (held !== undefined) {
    emitter.replace(field.start, key.start, `static [(${held} = ${emitter.helper("key")}(`)
    emitter.replace(key.end, value?.start ?? field.end, `), ${emitter.helper("nowhere")})]() {} ${define}`)
    if (value === null) return emitter.after(field, "undefined); }")
  } else if (value === null) return emitter.replace(field.start, field.end, `${define}undefined); }`)
  else emitter.replace(field.start, value.start, define)
  emitter.before(value, nameAs(emitter, value, name))
  emitter.after(value, "); }")
}

/** Gives an anonymous function that stays as it is the name of its field, an expression: opens what does, and closes it after the value. */
const nameAs = (emitter: Emitter, value: Node, name: string): string => {
  const { type, id } = bare(value)
  if (id !== null || !/^(?:Class|Function|ArrowFunction)Expression$/.test(type)) return ""
  if (isLifted(emitter.analysis.functions.byNode.get(bare(value)))) return ""
  emitter.after(value, ` }[${name}]`)
  return `{ [${name}]: `
}
