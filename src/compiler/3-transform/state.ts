/** What the visitors know of the place they are at. */
import type { FunctionInfo } from "../2-analyze/model.js"
import type { Node } from "../ast.js"

/** Temporaries of one generator. Those that must survive the evaluation of arguments are numbered by depth. */
export class Temps {
  private readonly used = new Set<string>()

  constructor(private readonly prefix: string) {}

  /** A temporary of that name, declared once for the generator. */
  name(letter: string, depth?: number): string {
    const name = `${this.prefix}${letter}${depth ?? ""}`
    this.used.add(name)
    return name
  }

  /** A temporary of that name, which has a value from the generator's start. */
  initial(letter: string, value: string): string {
    const name = `${this.prefix}${letter}`
    this.used.add(`${name} = ${value}`)
    return name
  }

  /** The declaration of those in use, or nothing. */
  declaration(): string {
    return this.used.size === 0 ? "" : `let ${[...this.used].join(", ")}; `
  }
}

/** Handed down from node to node. */
export interface State {
  readonly fn: FunctionInfo
  /** The temporaries of the generator this code runs in, or null where it cannot wait. */
  readonly temps: Temps | null
  /** What the activation is called of the generator whose body this is, or null in a twin. */
  readonly activation: string | null
  /** How many argument lists deep. */
  readonly depth: number
  /** How many loops deep that take their steps themselves. */
  readonly loops: number
  /** What is lexical to arrows, where an arrow has become a generator. */
  readonly aliases: Aliases
  /** The concurrent loop whose body this is, with its label, as long as `continue` means its turn. */
  readonly turn: { readonly label: string | null; readonly nested: boolean } | null
  /** The call that is awaited where it stands. */
  readonly awaited: Node | null
  /** Whether `var` declarations here have been moved to the module. */
  readonly hoistVars: boolean
}

/** The expressions that stand for what a generator cannot see of the function around it, or null where it sees them. */
export interface Aliases {
  readonly this: string | null
  readonly arguments: string | null
  readonly newTarget: string | null
  /** A function of a key that reads a property of `super`. */
  readonly superGet: string | null
  /** A function of a key and a value that writes a property of `super`. */
  readonly superSet: string | null
  /** The record of the construction, in a constructor that has one. */
  readonly construction: string | null
}

export const noAliases: Aliases = {
  this: null,
  arguments: null,
  newTarget: null,
  superGet: null,
  superSet: null,
  construction: null
}

/** The state in which the code of a function begins. */
export const beginning = (fn: FunctionInfo, temps: Temps | null = null, activation: string | null = null): State => ({
  fn,
  temps,
  activation,
  depth: 0,
  loops: 0,
  aliases: noAliases,
  turn: null,
  awaited: null,
  hoistVars: false
})
