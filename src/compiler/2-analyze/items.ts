/** Whether taking the next item of a loop has to do with what its turns share. */
import { bare, type Node } from "../ast.js"
import { Head } from "./heads.js"
import type { Candidate, Reason } from "./loops.js"
import type { Functions } from "./model.js"
import type { Frame, Place } from "./origins.js"
import { changesIn, inside } from "./patterns.js"
import { isShared, type Reach } from "./reach.js"
import type { Hazard } from "./sharing.js"

/** What is known of a loop whose items are taken from an expression. */
export interface Taking {
  readonly loop: Candidate
  readonly functions: Functions
  readonly reach: Reach
  readonly frame: Frame
  /** What turns share and change. */
  readonly changes: ReadonlyArray<Hazard>
  readonly places: ReadonlySet<Place>
  /** The statements that are noted in functions that turns call. */
  readonly except: ReadonlySet<Node>
  speaks(node: Node): boolean
  collection(node: Node): unknown
  say(code: Reason, node: Node, text: string, home?: Functions): void
}

/** What the head speaks of, where it is an expression: the bodies must not change that. */
export const itemsSpeak = (on: Taking): void => {
  const { node } = on.loop
  const source = node.type === "CallExpression" ? bare(node.callee).object : node.right
  if (source === undefined) return
  if (on.speaks(source)) {
    const hazard = on.changes.find(
      ({ place }) => place !== null && on.reach.speaksOf(source, on.frame, new Set([place]), on.except)
    )
    on.say(
      hazard?.code ?? "GL3104",
      hazard?.node ?? node,
      hazard?.text ?? "its items depend on what the body changes",
      hazard?.home
    )
  }
  if (!isPlainCollection(source, on)) iteratorsSpeak(on)
  const head = new Head(
    on.functions,
    on.reach,
    { ...on.loop, node: { ...node, body: source, test: source } },
    on.frame,
    0
  )
  for (const each of head.moved) {
    if (on.reach.speaksOf(on.loop.body, on.frame, new Set([each]), new Set()) && isMovedByTaking(each, source, on)) {
      on.say("GL3104", node, "the body uses what taking the next item moves on")
    }
  }
}

const isPlainCollection = (source: Node, on: Taking): boolean => {
  return bare(source).type === "ArrayExpression" || on.collection(source) !== null
}

/** Taking items may run whatever iterates by hand in the program: it must share nothing with the bodies. */
const iteratorsSpeak = (on: Taking): void => {
  for (const { fn, frame } of on.reach.iterators) {
    if (inside(on.loop.node, fn.node)) continue
    const moved = new Set<Place>()
    for (const { target } of changesIn(fn.node)) {
      const origin = on.reach.originOf(target, frame)
      if (isShared(origin) && origin?.variable !== undefined) moved.add(origin.variable)
    }
    const speaks = on.reach.speaksOf(fn.node, frame, on.places, on.except)
    if (!speaks && !on.reach.speaksOf(on.loop.body, on.frame, moved, new Set())) continue
    on.say(
      "GL3104",
      on.loop.node,
      `${fn.name} may hand out the items, and shares with the bodies what one of them changes`
    )
  }
}

/** Whether taking items, and not only asking for the first, changes something: a generator of the program does. */
const isMovedByTaking = (place: Place, source: Node, on: Taking): boolean => {
  return on.reach
    .from(source, on.frame)
    .some(
      ({ fn, frame }) => fn.node.generator === true && on.reach.speaksOf(fn.node, frame, new Set([place]), new Set())
    )
}
