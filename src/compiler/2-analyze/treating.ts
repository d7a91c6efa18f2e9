/** What each statement of a turn does about what turns share. */
import { bare, type Node } from "../ast.js"
import { statementsIn } from "./exits.js"
import { type Candidate, loopTypes, type Reason } from "./loops.js"
import type { Functions } from "./model.js"
import { type Noted, noting, type Surroundings } from "./noting.js"

/** What a statement does about what turns share. */
export type Treatment =
  | (Noted & {
      /** The places it speaks of, so that loops around can tell whether they mean the same. */
      readonly key: string
      /** Whether it stands in a function that turns call: then it is noted for all loops around. */
      readonly everywhere: boolean
    })
  | { readonly kind: "waits" }

/** What is known of a loop's turns while it is examined. */
export interface Examined {
  readonly loop: Candidate
  readonly functions: Functions
  /** How many statements of the body belong to the head. */
  readonly leading: number
  readonly treatments: Map<Node, Treatment>
  /** Whether a node speaks of what turns share and change. */
  speaks(node: Node): boolean
  surroundings(inTry: boolean): Surroundings
  /** The places a node speaks of. */
  keyOf(node: Node): string
  source(node: Node): string
  say(code: Reason, node: Node, text: string): void
}

export class Treating {
  constructor(private readonly on: Examined) {}

  /** Says of each statement that speaks of what turns share whether it is noted or waits. */
  classify(node: Node, inTry: boolean): void {
    if (!this.on.speaks(node)) return
    const rest = node === this.on.loop.body ? statementsIn(node).slice(this.on.leading) : null
    if (rest !== null && node.type === "BlockStatement") return this.each(rest, inTry)
    switch (node.type) {
      case "BlockStatement":
        return this.each(node.body, inTry)
      case "FunctionDeclaration":
      case "ClassDeclaration":
      case "EmptyStatement":
        return
      case "IfStatement":
        if (this.on.speaks(node.test)) return this.noteOrWait(node, inTry)
        return this.each([node.consequent, node.alternate], inTry)
      case "TryStatement":
        this.classify(node.block, true)
        if (node.handler !== null) this.classify(node.handler.body, node.finalizer !== null || inTry)
        if (node.finalizer !== null) this.finalizer(node.finalizer, inTry)
        return
      case "SwitchStatement":
        if (
          this.on.speaks(node.discriminant) ||
          node.cases.some((each: Node) => each.test !== null && this.on.speaks(each.test))
        ) {
          return this.wait(node)
        }
        return this.each(
          node.cases.flatMap((each: Node) => each.consequent),
          inTry
        )
      case "LabeledStatement":
        return loopTypes.has(node.body.type) ? this.inner(node.body, node, inTry) : this.classify(node.body, inTry)
      case "ExpressionStatement":
        return this.noteOrWait(node, inTry)
      default:
        if (loopTypes.has(node.type)) return this.inner(node, node, inTry)
        if (node === this.on.loop.body && this.isForgotten()) return this.noteOrWait(node, inTry)
        this.wait(node)
    }
  }

  private each(nodes: ReadonlyArray<Node | null>, inTry: boolean): void {
    for (const each of nodes) if (each !== null) this.classify(each, inTry)
  }

  /** A loop in the body. */
  private inner(loop: Node, statement: Node, inTry: boolean): void {
    const heads = [loop.init, loop.test, loop.update, loop.left, loop.right].filter((each) => each != null)
    if (heads.some((each) => this.on.speaks(each))) this.wait(statement)
    else this.classify(loop.body, inTry)
  }

  /** An interrupted turn runs its `finally`, although in the sequential loop it never began: what is noted there is dropped. */
  private finalizer(block: Node, inTry: boolean): void {
    const before = new Set(this.on.treatments.keys())
    this.classify(block, inTry)
    for (const [node, { kind }] of this.on.treatments) {
      if (kind !== "waits" || before.has(node)) continue
      this.on.say("GL3106", node, "a `finally` speaks of what turns share, and runs also where a turn is interrupted")
    }
  }

  /** Whether what the body, an expression, gives is not needed: `forEach` needs nothing. */
  private isForgotten(): boolean {
    const { node } = this.on.loop
    return node.type === "CallExpression" && bare(node.callee).property.name === "forEach"
  }

  private noteOrWait(node: Node, inTry: boolean): void {
    const noted = noting(node, this.on.surroundings(inTry))
    if (noted === null) return this.wait(node)
    this.on.treatments.set(node, { ...noted, key: this.on.keyOf(node), everywhere: false })
  }

  private wait(node: Node): void {
    this.on.treatments.set(node, { kind: "waits" })
  }
}
