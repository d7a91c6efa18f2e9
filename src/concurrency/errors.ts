/**
 * Every error the toolbox raises, in one place. Each has a stable `code`, a `_tag` to catch it by in an Effect program,
 * and a message that ends with what to do.
 */

/** The stable codes, for programs that would rather compare a string than import a class. */
export type GreenCode =
  | "GREENLIFT_ARGUMENT_TYPE"
  | "GREENLIFT_ARGUMENT_VALUE"
  | "GREENLIFT_BARRIER_BROKEN"
  | "GREENLIFT_CONNECTION_RETURNED"
  | "GREENLIFT_CONNECTION_SHARED"
  | "GREENLIFT_CONNECT_TIMEOUT"
  | "GREENLIFT_DAG_COLLISION"
  | "GREENLIFT_DAG_CYCLE"
  | "GREENLIFT_DAG_FAILED"
  | "GREENLIFT_DAG_UNKNOWN_KEY"
  | "GREENLIFT_DEADLOCK"
  | "GREENLIFT_EVENT_FRESH"
  | "GREENLIFT_EVENT_SENT"
  | "GREENLIFT_KILLED"
  | "GREENLIFT_NOT_OWNER"
  | "GREENLIFT_OFFLOAD_CLONE"
  | "GREENLIFT_OFFLOAD_ENDED"
  | "GREENLIFT_OFFLOAD_UNREACHABLE"
  | "GREENLIFT_POOL_ITEM"
  | "GREENLIFT_POOL_NO_CREATE"
  | "GREENLIFT_QUEUE_EMPTY"
  | "GREENLIFT_QUEUE_FULL"
  | "GREENLIFT_QUEUE_SHUT_DOWN"
  | "GREENLIFT_RELEASED_TOO_OFTEN"
  | "GREENLIFT_TASK_DONE_TOO_OFTEN"
  | "GREENLIFT_TIMEOUT"
  | "GREENLIFT_TIMEOUT_PENDING"
  | "GREENLIFT_WAITALL_FROM_MEMBER"

/** What all errors of the toolbox are, but for those about an argument. */
export class GreenError extends Error {
  readonly _tag: string = "GreenError"

  constructor(
    readonly code: GreenCode,
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options)
    this.name = new.target.name
  }
}

/** An argument of the wrong type. */
export class ArgumentTypeError extends TypeError {
  readonly _tag = "ArgumentTypeError"
  readonly code: GreenCode = "GREENLIFT_ARGUMENT_TYPE"
}

/** An argument of the right type and a value that makes no sense. */
export class ArgumentValueError extends RangeError {
  readonly _tag = "ArgumentValueError"
  readonly code: GreenCode = "GREENLIFT_ARGUMENT_VALUE"
}

/** A wait that could never have ended. */
export class DeadlockError extends GreenError {
  override readonly _tag = "DeadlockError"

  constructor(message: string) {
    super("GREENLIFT_DEADLOCK", message)
  }
}

/** What waiting for a killed task throws. */
export class TaskKilled extends GreenError {
  override readonly _tag = "TaskKilled"

  constructor(readonly task: string) {
    super(
      "GREENLIFT_KILLED",
      `task ${task} was killed, so it has no result: look at \`task.killed\` before waiting for it, or catch TaskKilled`
    )
  }
}

/** What a timed or immediate `get` throws when there is nothing to get. */
export class QueueEmpty extends GreenError {
  override readonly _tag = "QueueEmpty"

  constructor(queue: string) {
    super("GREENLIFT_QUEUE_EMPTY", `${queue} is empty: wait longer, or catch QueueEmpty`)
  }
}

/** What a timed or immediate `put` throws when there is no room. */
export class QueueFull extends GreenError {
  override readonly _tag = "QueueFull"

  constructor(queue: string) {
    super("GREENLIFT_QUEUE_FULL", `${queue} is full: wait longer, give it a larger capacity, or catch QueueFull`)
  }
}

/** What `put` throws once a queue was shut down, and `get` once it has given out what was left. */
export class QueueShutDown extends GreenError {
  override readonly _tag = "QueueShutDown"

  constructor(queue: string) {
    super(
      "GREENLIFT_QUEUE_SHUT_DOWN",
      `${queue} was shut down: iterate over it, which ends then, or catch QueueShutDown`
    )
  }
}

/** What everyone at a barrier gets once it is broken. */
export class BarrierBroken extends GreenError {
  override readonly _tag = "BarrierBroken"

  constructor() {
    super(
      "GREENLIFT_BARRIER_BROKEN",
      "the barrier is broken: someone who waited at it gave up, or it was aborted; call reset() before using it again"
    )
  }
}

/** What a consumer of a failed node of a `DAGPool` gets. Where its own input failed, `cause` is another of these. */
export class PropagateError extends GreenError {
  override readonly _tag = "PropagateError"

  constructor(
    readonly key: unknown,
    cause: unknown
  ) {
    const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    super("GREENLIFT_DAG_FAILED", `node ${String(key)} failed (${said}): look at \`cause\`, the error it threw`, {
      cause
    })
  }
}

/**
 * A job for a worker thread that came to nothing for a reason of its own: the thread cannot reach the function, a value
 * cannot be sent, or the thread has ended. What the function itself throws is thrown as it is.
 */
export class OffloadError extends GreenError {
  override readonly _tag = "OffloadError"
}

/** What `get` of a pool of connections throws when no connection could be made in time. */
export class ConnectTimeout extends GreenError {
  override readonly _tag = "ConnectTimeout"

  constructor(ms: number) {
    super(
      "GREENLIFT_CONNECT_TIMEOUT",
      `no connection within ${ms} ms: see whether the server can be reached, or raise connectTimeout`
    )
  }
}
