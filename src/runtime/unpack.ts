/**
 * Array destructuring whose steps may wait: an object pattern, whose keys take the steps one after the other.
 *
 *     const [a, , ...r] = xs
 *
 *     const { [d.take("value") ?? (yield* d.taken())]: a, [d.take("empty") ?? (yield* d.taken())]: {},
 *       [yield* d.rest()]: r } = (d = yield* unpack(xs, "xs is not iterable"))
 */
import { put, steps } from "./builtins/operations.js"
import type { Steps } from "./twin.js"
import { type Walk, walk } from "./walk.js"

type Key = "value" | "empty"

class Unpacking {
  value: unknown = undefined
  readonly empty = {}
  private done = false
  private key: Key = "value"

  constructor(private readonly walk: Walk) {}

  /** Takes a step and gives back the key of what it is bound to, or undefined where the step must be `taken`. */
  take(key: Key): Key | undefined {
    this.value = undefined
    if (this.done) return key
    this.key = key
    this.done = true
    const more = this.walk.step()
    if (more === undefined) return undefined
    this.took(more)
    return key
  }

  *taken(): Steps<Key> {
    this.took(yield* this.walk.wait())
    return this.key
  }

  private took(more: boolean): void {
    this.done = !more
    this.value = more ? this.walk.value : undefined
  }

  *rest(): Steps<Key> {
    const list: Array<unknown> = []
    for (;;) {
      if (this.take("value") === undefined) yield* this.taken()
      if (this.done) break
      put(list, list.length, this.value)
    }
    this.value = list
    return "value"
  }

  *end(): Steps<Key> {
    if (!this.done) yield* this.walk.close()
    return "empty"
  }
}

/** Begins to take an iterable apart. `text` as in `walk`. */
export const unpack = steps(function* (iterable: unknown, text: string | null): Steps<Unpacking> {
  return new Unpacking(yield* walk(iterable, text))
})
