/** A call of a lifted async function, in a fiber, that is not awaited where it stands: its promise is what is wanted. */
import { peek } from "./builtins/operations.js"
import type { Frame, Running } from "./frames.js"
import type { Yielded } from "./twin.js"

/**
 * The driver runs the body as any callee's, up to its first `await`; so what blocks before that holds up the caller, as it
 * would unlifted. There the body becomes a fiber of its own, and the caller gets the promise. Where it is yielded matters
 * not: delegated to, it yields itself.
 */
export class AsyncCall implements Iterator<Yielded, unknown, any>, Iterable<any> {
  /** The frame of the innermost such call around this one, kept here while this one runs. */
  outer: Frame | null = null
  private begun = false

  constructor(
    private readonly f: object,
    readonly body: Running
  ) {}

  /** What to call the fiber that the body becomes. */
  get name(): string {
    const name = peek(this.f, "name")
    return typeof name === "string" && name !== "" ? name : "async function"
  }

  [Symbol.iterator](): this {
    return this
  }

  next(promise?: unknown): IteratorResult<any, unknown> {
    if (this.begun) return { done: true, value: promise }
    this.begun = true
    return { done: false, value: this }
  }

  /** An interruption passes. */
  throw(error: unknown): never {
    throw error
  }
}

const PromiseIntrinsic = Promise

/** The promise of a body that ended without awaiting. */
export const resolved = (value: unknown): Promise<unknown> => new PromiseIntrinsic((resolve) => resolve(value))

/** The promise of a body that failed without awaiting. */
export const rejected = (error: unknown): Promise<unknown> => new PromiseIntrinsic((_, reject) => reject(error))
