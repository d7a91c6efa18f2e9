/**
 * Which statements of a turn can be noted, to be carried out when the turn's time has come, instead of waiting for it.
 *
 * Such a statement computes with what turns share and with values that are known already: the values are taken at once, the
 * rest is done later. `total += fetch(x)` takes `fetch(x)` and notes `total += value`.
 */
import { bare, keyName, type Node } from "../ast.js"

/** A value that a noted statement takes at once. */
export interface Taken {
  readonly node: Node
  /** Whether it is computed with: an object may have changed by the time the note is carried out. */
  readonly computed: boolean
  /** Whether it is needed under a condition only, so that it must do no harm where it cannot be taken. */
  readonly attempted: boolean
  readonly kind: "value" | "spread" | "shorthand"
}

/** A statement, or the body of an arrow, that is noted. */
export interface Noted {
  readonly kind: "noted"
  readonly taken: ReadonlyArray<Taken>
  /** Calls that write: they are made when the time of all turns around has come. */
  readonly writes: ReadonlyArray<Node>
  /** What it does, in a word. */
  readonly what: "count" | "sum" | "collect" | "assign" | "compare" | "write"
}

/** What is to be known of the code around. */
export interface Surroundings {
  /** Whether an expression speaks of what turns share. */
  speaks(node: Node): boolean
  /** Whether an expression is itself something shared: a variable, or a property. */
  isPlace(node: Node): boolean
  /** The kind of collection that a shared variable holds and that nothing else knows, or null. */
  collection(node: Node): "Array" | "Map" | "Set" | "Object" | null
  /** Whether a call writes to the console. */
  isOutput(call: Node): boolean
  /** Whether a call writes a file in a way that can come later. */
  isFileWriter(call: Node): boolean
  /** Whether an identifier is a global of that name. */
  isGlobal(node: Node, name: string): boolean
  /** Whether it stands in a `try`, whose `catch` would not see what a note throws. */
  readonly inTry: boolean
}

const methods: Readonly<Record<string, ReadonlySet<string>>> = {
  Array: new Set(["push", "unshift", "includes", "indexOf"]),
  Map: new Set(["set", "get", "has", "delete"]),
  Set: new Set(["add", "has", "delete"])
}

/** What is noted of a statement, or null where it cannot be. */
export const noting = (statement: Node, around: Surroundings): Noted | null => {
  const writer = new Writer(around)
  if (!writer.statement(statement, false)) return null
  if (around.inTry && writer.mayThrow) return null
  return { kind: "noted", taken: writer.taken, writes: writer.writes, what: writer.what }
}

class Writer {
  readonly taken: Array<Taken> = []
  readonly writes: Array<Node> = []
  mayThrow = false
  what: Noted["what"] = "assign"

  constructor(private readonly around: Surroundings) {}

  statement(node: Node | null, conditional: boolean): boolean {
    if (node === null) return true
    switch (node.type) {
      case "ExpressionStatement": {
        const expression = bare(node.expression)
        this.what = conditional ? "compare" : this.whatOf(expression)
        return this.effect(expression, conditional)
      }
      case "BlockStatement":
        return node.body.every((each: Node) => this.statement(each, conditional))
      case "EmptyStatement":
        return true
      case "IfStatement":
        return (
          this.expression(node.test, conditional, true) &&
          this.statement(node.consequent, true) &&
          this.statement(node.alternate, true)
        )
      default:
        return /Expression$/.test(node.type) && this.effect(bare(node), conditional)
    }
  }

  private whatOf(node: Node): Noted["what"] {
    if (node.type === "UpdateExpression") return "count"
    if (node.type === "AssignmentExpression") {
      if (node.operator !== "=") return "sum"
      const right = bare(node.right)
      if (right.type === "ConditionalExpression") return "compare"
      if (right.type === "CallExpression" && /^Math\.(?:min|max)$/.test(dotted(right.callee))) return "compare"
      return right.type === "BinaryExpression" && this.around.speaks(right) ? "sum" : "assign"
    }
    if (node.type === "CallExpression") {
      return this.around.isOutput(node) || this.around.isFileWriter(node) ? "write" : "collect"
    }
    return "compare"
  }

  /** An expression whose value nobody needs. */
  private effect(node: Node, conditional: boolean): boolean {
    return this.around.speaks(node) ? this.expression(node, conditional, false) : !conditional && this.take(node, false)
  }

  private take(node: Node, computed: boolean, attempted = false, kind: Taken["kind"] = "value"): boolean {
    this.taken.push({ node, computed, attempted, kind })
    if (attempted) this.mayThrow = true
    return true
  }

  /** What does not speak of shared things: its value is taken now. Under a condition it must do nothing but give a value. */
  private known(node: Node, conditional: boolean, computed: boolean): boolean {
    if (node.type === "Literal" && node.regex === undefined) return true
    if (!conditional) return this.take(node, computed)
    switch (node.type) {
      case "Identifier":
        return node.name === "undefined" || this.take(node, computed)
      case "ThisExpression":
        return this.take(node, computed)
      case "MemberExpression":
        return isReading(node) && this.take(node, computed, true)
      default:
        return this.parts(node, conditional)
    }
  }

  private expression(given: Node, conditional: boolean, computed: boolean): boolean {
    const node = bare(given)
    if (!this.around.speaks(node)) return this.known(node, conditional, computed)
    switch (node.type) {
      case "Identifier":
        return this.around.isPlace(node)
      case "MemberExpression":
        return this.member(node, conditional)
      case "UpdateExpression":
        return this.target(node.argument, conditional)
      case "AssignmentExpression":
        return this.assignment(node, conditional)
      case "CallExpression":
        return this.call(node, conditional)
      case "ArrayExpression":
        return node.elements.every((each: Node | null) => each === null || this.argument(each, conditional, false))
      case "ObjectExpression":
        return node.properties.every((each: Node) => this.property(each, conditional))
      default:
        return this.parts(node, conditional)
    }
  }

  /** Operators: what they compute with must not have changed by the time they do. */
  private parts(node: Node, conditional: boolean): boolean {
    switch (node.type) {
      case "UnaryExpression":
        if (node.operator === "delete") return this.target(node.argument, conditional)
        return this.expression(node.argument, conditional, node.operator !== "!" && node.operator !== "typeof")
      case "BinaryExpression": {
        if (node.operator === "in" || node.operator === "instanceof") return false
        const computed = !/^[!=]==$/.test(node.operator)
        return this.expression(node.left, conditional, computed) && this.expression(node.right, conditional, computed)
      }
      case "LogicalExpression":
        return this.expression(node.left, conditional, false) && this.expression(node.right, true, false)
      case "ConditionalExpression":
        return (
          this.expression(node.test, conditional, false) &&
          this.expression(node.consequent, true, false) &&
          this.expression(node.alternate, true, false)
        )
      case "TemplateLiteral":
        return node.expressions.every((each: Node) => this.expression(each, conditional, true))
      case "SequenceExpression":
        return node.expressions.every((each: Node) => this.effect(bare(each), conditional))
      default:
        return false
    }
  }

  private member(node: Node, conditional: boolean): boolean {
    if (node.optional || node.property.type === "PrivateIdentifier") return false
    const object = bare(node.object)
    if (this.around.collection(object) === null) {
      this.mayThrow = true
      if (!this.around.isPlace(object) && this.around.speaks(object) && object.type !== "MemberExpression") return false
    }
    if (!this.expression(object, conditional, false)) return false
    return !node.computed || this.expression(node.property, conditional, true)
  }

  /** Something that is written: it must be shared itself, for nothing else may be written late. */
  private target(given: Node, conditional: boolean): boolean {
    const node = bare(given)
    if (!this.around.isPlace(node)) return false
    return node.type === "MemberExpression" ? this.member(node, conditional) : node.type === "Identifier"
  }

  private assignment(node: Node, conditional: boolean): boolean {
    const { operator } = node
    if (!this.target(node.left, conditional)) return false
    if (operator === "=") return this.expression(node.right, conditional, false)
    const logical = operator === "&&=" || operator === "||=" || operator === "??="
    return this.expression(node.right, conditional || logical, !logical)
  }

  private argument(node: Node, conditional: boolean, computed: boolean): boolean {
    if (node.type !== "SpreadElement") return this.expression(node, conditional, computed)
    if (conditional || computed || this.around.speaks(node)) return false
    return this.take(node, false, false, "spread")
  }

  private property(node: Node, conditional: boolean): boolean {
    if (node.type !== "Property" || node.method || node.kind !== "init") return false
    if (node.computed && !this.expression(node.key, conditional, true)) return false
    if (!node.shorthand) return this.expression(node.value, conditional, false)
    return !this.around.speaks(node.value) && this.take(node.value, false, false, "shorthand")
  }

  private call(node: Node, conditional: boolean): boolean {
    const callee = bare(node.callee)
    if (node.optional || callee.optional) return false
    const all = (computed: boolean): boolean =>
      node.arguments.every((each: Node) => this.argument(each, conditional, computed))
    if (this.around.isOutput(node)) {
      this.writes.push(node)
      return all(true)
    }
    if (this.around.isFileWriter(node)) {
      this.mayThrow = true
      return all(true)
    }
    if (callee.type === "Identifier") {
      return ["String", "Number", "Boolean"].some((name) => this.around.isGlobal(callee, name)) && all(true)
    }
    if (callee.type !== "MemberExpression") return false
    const object = bare(callee.object)
    const name = keyName(callee.property, callee.computed) ?? ""
    if (object.type === "Identifier" && this.around.isGlobal(object, "Math")) return all(true)
    const collection = this.around.collection(object)
    if (collection === null || !methods[collection]?.has(name)) return false
    return all(false)
  }
}

const dotted = (node: Node): string => {
  const inner = bare(node)
  if (inner.type === "Identifier") return inner.name
  return inner.type === "MemberExpression" && !inner.computed ? `${dotted(inner.object)}.${inner.property.name}` : ""
}

/** Whether an expression only reads properties. */
const isReading = (node: Node): boolean => {
  const inner = bare(node)
  switch (inner.type) {
    case "Identifier":
    case "ThisExpression":
      return true
    case "MemberExpression":
      if (inner.optional || inner.property.type === "PrivateIdentifier") return false
      return isReading(inner.object) && (!inner.computed || ["Identifier", "Literal"].includes(inner.property.type))
    default:
      return false
  }
}
