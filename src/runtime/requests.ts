/** The requests that an async generator answers, as far as lifted code makes them, and who waits for the answers. */
import type { Answerer } from "./answering.js"
import { apply, isObject, peek } from "./builtins/operations.js"
import type { Fiber } from "./fiber.js"
import { append, remove } from "./lists.js"
import { AwaitOp } from "./op.js"
import { Itself } from "./twin.js"

const { lastIndexOf, slice } = String.prototype

/** The requests of one generator: who asks, and who waits for the answer. */
export class Requests {
  /** Whether lifted code asks at this moment: it waits for what its request comes to first. */
  asking = false
  /** The fiber that asked last. */
  owner: Fiber | null = null
  /** What whoever asks at this moment is to work on. */
  todo: Answerer | null = null
  /** How many requests lifted code has made, and how many have been answered. */
  made = 0
  private done = 0
  private readonly waits: Array<RequestWait> = []

  /** @param twin what stands behind the function that made the generator */
  constructor(private readonly twin: object) {}

  /** What to call the generator. */
  get name(): string {
    const name = peek(this.twin, "name")
    return typeof name === "string" ? apply(slice, name, [0, apply(lastIndexOf, name, ["$"])]) : ""
  }

  /** The wait for the answer that the body works on. */
  get current(): RequestWait | null {
    for (let i = 0; i < this.waits.length; i++) if (this.waits[i]!.request > this.done) return this.waits[i]!
    return null
  }

  /** The wait of the fiber that attends the body now. */
  get attended(): RequestWait | null {
    return this.current?.outermost ?? null
  }

  /** A request has been answered, and the next one is worked on: the one that is being made, where one is. */
  answered(): void {
    this.done = this.asking ? this.made - 1 : this.done + 1
  }

  add(wait: RequestWait): void {
    append(this.waits, wait)
  }

  remove(wait: RequestWait): void {
    remove(this.waits, wait)
  }

  /** The fiber that what nobody attends belongs to. */
  get keeper(): Fiber | null {
    let fiber = this.owner
    while (fiber !== null && fiber.state === "done") fiber = fiber.parent
    return fiber
  }
}

/** Stands on the promise of an answer. */
class Asked extends Itself {
  readonly #request: Request

  constructor(promise: object, request: Request) {
    super(promise)
    this.#request = request
  }

  static of(promise: object): Request | undefined {
    return #request in promise ? promise.#request : undefined
  }
}

/** A request that lifted code has made: of whom, and the how manyeth. */
export interface Request {
  readonly answerer: Answerer
  readonly number: number
}

/** Notes what a promise is the answer to. */
export const asked = (promise: object, request: Request): void => void new Asked(promise, request)

/** What something is the promise of an answer to. */
export const requestOf = (value: unknown): Request | undefined => (isObject(value) ? Asked.of(value) : undefined)

/** The wait for an answer: settles as its promise does, or sooner with an `Answerer` that has something to be worked on. */
export class RequestWait extends AwaitOp {
  /** The fiber that waits. */
  private fiber: Fiber | null = null
  /** The requests of the body that waits, where it is no fiber's. */
  through: Requests | null = null
  /** Whether the wait has been abandoned: what is thrown then is not what the promise came to. */
  abandoned = false

  readonly answerer: Answerer
  readonly request: number

  constructor({ answerer, number }: Request, promise: unknown, at: number) {
    super(promise, at)
    this.answerer = answerer
    this.request = number
  }

  /** Whether the body works on the answer. */
  get isCurrent(): boolean {
    return this.answerer.requests.current === this
  }

  override get label(): string {
    const { name } = this.answerer.requests
    return name === "" ? "the next value of an async generator" : `the next value of ${name}`
  }

  get outermost(): RequestWait | null {
    if (this.through !== null) return this.through.attended
    return this.fiber?.waiting === this ? this : null
  }

  /** Has the fiber that waits work on something first. */
  handTo(answerer: Answerer): void {
    this.fiber!.resumeNow(this, false, answerer)
  }

  /** The fiber that waits. */
  get waiter(): Fiber {
    return this.fiber!
  }

  override start(fiber: Fiber): void {
    this.fiber = fiber
    this.answerer.requests.add(this)
    super.start(fiber)
  }

  override cancel(): boolean {
    this.abandoned = true
    return true
  }
}
