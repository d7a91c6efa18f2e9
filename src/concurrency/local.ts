/** State of which each task has its own. */
import type { Fiber } from "../runtime/fiber.js"
import type { Locals } from "../runtime/locals.js"
import { current } from "../runtime/twin.js"

/** How a `Local` comes to a task that has none of its own. */
export interface LocalOptions<A> {
  /** Makes the first value of a task that inherits none; called once for each such task, when it first asks. */
  readonly initial?: () => A
  /**
   * What a task takes over from the one that spawned it: the value as it then is (true, the default), nothing (false),
   * or what this function makes of it, such as a copy.
   */
  readonly inherit?: boolean | ((value: A) => A)
}

/** The values that a fiber has. */
export class Values implements Locals {
  constructor(private readonly map: ReadonlyMap<Local<any>, unknown> = new Map()) {}

  has(local: Local<any>): boolean {
    return this.map.has(local)
  }

  get(local: Local<any>): unknown {
    return this.map.get(local)
  }

  with(local: Local<any>, value: unknown): Values {
    return new Values(new Map(this.map).set(local, value))
  }

  without(local: Local<any>): Values {
    return new Values(new Map([...this.map].filter(([other]) => other !== local)))
  }

  /** The values as they are, unless some are to be changed or left out on the way. */
  handDown(): Values {
    let changed: Map<Local<any>, unknown> | undefined
    for (const [local, value] of this.map) {
      const { inherit } = local
      if (inherit === true) continue
      changed ??= new Map(this.map)
      if (inherit === false) changed.delete(local)
      else changed.set(local, inherit(value))
    }
    return changed === undefined ? this : new Values(changed)
  }

  /** Those of a fiber, lifted or not. */
  static of(locals: Locals | null): Values {
    return (locals as Values | null) ?? none
  }
}

const none = new Values()

/** The values outside of any fiber, where one task runs at a time. */
let unlifted = none

const values = (): Values => {
  const fiber = current.fiber
  return fiber === null ? unlifted : Values.of(fiber.locals)
}

const setValues = (next: Values): void => {
  const fiber = current.fiber
  if (fiber === null) unlifted = next
  else fiber.locals = next
}

/**
 * A variable of which each task has its own. A task starts with what the task that spawned it had, and changes only its
 * own.
 *
 * @example
 * import { Local, spawn } from "greenlift/green"
 *
 * const user = new Local<string>({ initial: () => "nobody" })
 * user.set("ann")
 * spawn(() => { console.log(user.get()); user.set("bob") }).wait()
 * console.log(user.get())
 */
export class Local<A> {
  readonly #initial: (() => A) | undefined
  /** @internal */
  readonly inherit: boolean | ((value: A) => A)

  constructor(options: LocalOptions<A> = {}) {
    this.#initial = options.initial
    this.inherit = options.inherit ?? true
  }

  /** The current task's value. */
  get(): A {
    const before = values()
    const [value, after] = this.readFrom(before)
    if (after !== before) setValues(after)
    return value
  }

  /** @internal Its value among these, and what they are then: where it is missing it is made. */
  readFrom(values: Values): readonly [A, Values] {
    if (values.has(this)) return [values.get(this) as A, values]
    if (this.#initial === undefined) return [undefined as A, values]
    const value = this.#initial()
    return [value, values.with(this, value)]
  }

  /** Sets the current task's value. */
  set(value: A): void {
    setValues(values().with(this, value))
  }

  /** Forgets the current task's value. */
  delete(): void {
    setValues(values().without(this))
  }
}

/** Gives a fiber that was just spawned what it takes over from the one that spawned it. */
export const inheritLocals = (spawner: Fiber, child: Fiber): void => {
  if (spawner.locals !== null) child.locals = spawner.locals.handDown()
}

/** Runs `body` as if it were a task of its own, where nothing is lifted. */
export const withOwnLocals = <A>(body: () => A): A => {
  const outer = values()
  setValues(outer.handDown())
  try {
    return body()
  } finally {
    setValues(outer)
  }
}
