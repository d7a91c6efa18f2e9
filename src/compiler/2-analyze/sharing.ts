/** What the turns of a loop share and change: found in its body, and in the functions that the body leads to. */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import { collectionOf } from "./freshness.js"
import type { Candidate, Reason } from "./loops.js"
import type { CallInfo, Functions } from "./model.js"
import type { Frame, Place } from "./origins.js"
import { type Change, changesIn, keepsCursor } from "./patterns.js"
import { isShared, type Reach, type Reached } from "./reach.js"

/** Something shared that a turn changes. */
export interface Hazard {
  /** What is changed, where it can be told from everything else; then a turn may do so when its time has come. */
  readonly place: Place | null
  readonly code: Reason
  readonly node: Node
  /** The module that the node stands in. */
  readonly home: Functions
  readonly text: string
}

export class Sharing {
  readonly hazards: Array<Hazard> = []

  constructor(
    private readonly functions: Functions,
    private readonly reach: Reach,
    private readonly loop: Candidate,
    private readonly frame: Frame,
    private readonly source: (node: Node) => string
  ) {}

  /** Looks at the body. */
  inBody(code: Node, isTurns: (variable: Variable) => boolean): void {
    for (const change of changesIn(code)) this.changed(change, isTurns)
    this.processIn(code)
  }

  private say(place: Place | null, code: Reason, node: Node, text: string, home = this.functions): void {
    this.hazards.push({ place, code, node, home, text })
  }

  private changed(change: Change, isTurns: (variable: Variable) => boolean): void {
    const { at, target, method } = change
    const { variables } = this.functions
    if (target.type === "Identifier" && method === null) {
      const variable = variables.get(target)
      if (variable === undefined || variable.defs.length === 0) {
        const text = `\`${target.name}\` is written, a variable that is declared nowhere and so is shared by all turns`
        return this.say(null, "GL3102", at, text)
      }
      if (isTurns(variable)) {
        return this.say(null, "GL3104", at, `\`${variable.name}\` decides on the next turn, and the body changes it`)
      }
      if (!this.frame.isOuter(variable)) return
      const text = `\`${variable.name}\` is written by one turn and read by others: declare it inside of the loop`
      return this.say(variable, "GL3102", at, text)
    }
    const object = bare(method === null ? target.object : target)
    const what = this.source(target)
    const origin = this.reach.originOf(object, this.frame)
    if (!isShared(origin)) return
    const { root, variable } = origin!
    const property = method === null ? propertyOf(target) : null
    if (root.type === "ThisExpression") {
      const text = `\`${what}\` is changed: \`this\` is the same object in every turn`
      return this.say(property, "GL3103", at, text)
    }
    if (variable === undefined) {
      if (method !== null && object === root) return
      return this.say(
        null,
        "GL3103",
        at,
        `\`${what}\` is changed, and \`${root.name}\` is one object for the whole process`
      )
    }
    if (!this.frame.isOuter(variable)) {
      const text = `\`${what}\` is changed in an object that other items may have too`
      return this.say(property, "GL3103", at, text)
    }
    if (isWithoutCursor(method, variable)) return
    const place = this.placeOf(object, variable, property, this.functions)
    const text =
      method === null
        ? `\`${what}\` is changed, and \`${root.name}\` was made outside of the loop`
        : `\`${what}.${method}()\` changes \`${root.name}\`, which was made outside of the loop`
    this.say(place, "GL3103", at, text)
  }

  private placeOf(object: Node, variable: Variable, property: Place | null, home: Functions): Place | null {
    const known = bare(object).type === "Identifier" && collectionOf(variable, home, this.loop.node) !== null
    return known ? variable : property
  }

  /** Looks at a function that the body leads to. `noted` are statements of it that are noted. */
  inFunction({ fn, home, frame }: Reached, noted: ReadonlySet<Node>): void {
    const name = fn.name
    for (const { at, target, method } of changesIn(fn.node)) {
      if ([...noted].some((each) => bare(each.expression) === at)) continue
      if (target.type === "Identifier" && method === null) {
        const variable = home.variables.get(target)
        if (variable === undefined || variable.defs.length === 0) {
          this.say(
            null,
            "GL3106",
            at,
            `${name} writes \`${target.name}\`, which is declared nowhere, and every turn calls it`,
            home
          )
        } else if (frame.isOuter(variable) && !isParameter(variable, fn.node))
          this.calledOn(variable, variable.name, name, at, home)
        continue
      }
      const object = bare(method === null ? target.object : target)
      const origin = this.reach.originOf(object, frame)
      if (!isShared(origin)) continue
      const { root, variable } = origin!
      const property = method === null ? propertyOf(target) : null
      if (root.type === "ThisExpression") {
        const text = `${name} changes its object, and every turn calls it on the same one`
        this.say(property, "GL3106", at, text, home)
        continue
      }
      if (variable === undefined) {
        if (method === null)
          this.say(null, "GL3106", at, `${name} changes \`${root.name}\`, which belongs to the whole process`, home)
        continue
      }
      if (isWithoutCursor(method, variable)) continue
      this.calledOn(this.placeOf(object, variable, property, home), variable.name, name, at, home)
    }
    for (const call of fn.calls) {
      const text = processChange(call, (root) => {
        const variable = home.variables.get(root)
        return variable === undefined || frame.isOuter(variable)
      })
      if (text === null) continue
      const place = processWide.has(text) ? null : "files"
      this.say(
        place,
        "GL3107",
        call.node,
        `${name} calls ${text}, and every turn calls it: write when the loop is through`,
        home
      )
    }
  }

  private calledOn(place: Place | null, what: string, name: string, at: Node, home: Functions): void {
    const text = `${name} changes \`${what}\`, and every turn calls it: keep it in the object of the turn`
    this.say(place, "GL3106", at, text, home)
  }

  /** Files that every turn writes, and what belongs to the process. */
  private processIn(code: Node): void {
    for (const call of this.reach.factsOf(code, this.functions).calls) {
      const text = processChange(call, (root) => isShared(this.reach.originOf(root, this.frame)))
      if (text === null) continue
      const place = processWide.has(text) ? null : "files"
      this.say(place, "GL3107", call.node, `\`${text}\` is the same for every turn: do it when the loop is through`)
    }
  }

  /** One object for all turns, such as a request, that a turn calls methods of and then reads the outcome off. */
  objects(code: Node): void {
    const called = new Map<Variable, Node>()
    const read = new Set<Variable>()
    walk(code as any, null, {
      MemberExpression: (node: any, { next, path }: any) => {
        const object = bare(node.object)
        const variable = object.type === "Identifier" ? this.functions.variables.get(object) : undefined
        if (variable !== undefined && this.frame.isOuter(variable)) {
          const parent = path.at(-1)
          if (parent?.type === "CallExpression" && parent.callee === node) called.set(variable, node)
          else read.add(variable)
        }
        next()
      }
    } as any)
    for (const [variable, node] of called) {
      if (!read.has(variable) || !isMade(variable) || collectionOf(variable, this.functions, this.loop.node)) continue
      const text = `\`${variable.name}\` is one object for all turns, and holds what a turn did to it: make one in each turn`
      this.say(null, "GL3103", node, text)
    }
  }
}

const propertyOf = (member: Node): Place | null => {
  if (member.property.type === "PrivateIdentifier") return `.#${member.property.name}`
  const name = keyName(member.property, member.computed)
  return name === null ? null : `.${name}`
}

/** Whether a method that may move a cursor or change a collection does not, as far as the variable's definition tells. */
const isWithoutCursor = (method: string | null, variable: Variable): boolean => {
  if (method === "exec" || method === "test") return !keepsCursor(variable)
  if (method !== "delete" && method !== "clear") return false
  const init = (variable.defs[0] as any)?.node?.init
  return init?.type === "NewExpression" && !/^(?:Weak)?(?:Map|Set)$/.test(init.callee.name ?? "")
}

const isParameter = (variable: Variable, fn: Node): boolean =>
  variable.defs.some((each) => each.type === "Parameter" && (each.node as any) === fn)

/** Whether a variable holds an object that its function made for itself. */
const isMade = (variable: Variable): boolean => {
  const init = (variable.defs[0] as any)?.node?.init
  return init !== null && init !== undefined && bare(init).type === "NewExpression"
}

const fileModule = /^(?:node:)?fs$/

const fileWriters = new Set(["appendFileSync", "writeFileSync", "appendFile", "writeFile"])

/** Whether a call writes a file, at once and for good. */
export const isFileWriter = (call: CallInfo | undefined): boolean =>
  call?.callee.kind === "import" &&
  fileModule.test(call.callee.specifier) &&
  /^(?:append|write)FileSync$/.test(call.callee.name)

/** What may change anything that all turns have: the working directory, or whatever code says that is made from text. */
const processWide = new Set(["Function", "eval", "process.chdir"])

/** The call, as written, where it writes a file that is the same in every turn, or changes what belongs to the process. */
const processChange = (call: CallInfo, isOuter: (root: Node) => boolean): string | null => {
  const { callee } = call
  if (callee.kind === "global" && processWide.has(callee.name)) return call.text
  if (callee.kind !== "import" || !fileModule.test(callee.specifier) || !fileWriters.has(callee.name)) return null
  return call.node.arguments.length === 0 || !isOfTurn(call.node.arguments[0], isOuter) ? call.text : null
}

/** Whether an expression speaks of something that is not the same in every turn. */
const isOfTurn = (expression: Node, isOuter: (root: Node) => boolean): boolean => {
  let own = false
  walk(expression as any, null, {
    Identifier(node: any) {
      if (!isOuter(node)) own = true
    },
    MemberExpression(node: any, { visit }: any) {
      visit(node.object)
      if (node.computed) visit(node.property)
    },
    ThisExpression() {
      own = true
    },
    _(node: any, { next }: any) {
      if (!isFunction(node)) next()
    }
  } as any)
  return own
}
