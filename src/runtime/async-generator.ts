/**
 * Lifted async generators. The function stays an async generator function, and what it makes is a real generator, with its
 * queue of requests; its body stands in a twin, as an async function's does, and the entry awaits, yields and delegates what
 * the twin says, in the same microtasks:
 *
 *     async function* f(a) { … }    function* f$g(a) { … yield* yields(x) … }
 *                                   async function* f($0) { for (const $run = produce(f$g, this, arguments);;) … }
 *
 * `answering.ts` tells who performs what the body waits for. The entry finds the generator it runs for as `generator.ts` does.
 */
import { types } from "node:util"
import { Answerer, AWAIT, DELEGATE, END, LEFT, RETURN, working, YIELD } from "./answering.js"
import { AsyncDelegate } from "./async-delegate.js"
import { apply, getPrototypeOf, isObject, type Native, steps } from "./builtins/operations.js"
import { type Running, settled } from "./builtins/settled.js"
import { isThenable, Op } from "./op.js"
import { asked, Requests } from "./requests.js"
import { current, Itself, type Steps, stamp, type Twin, type Yielded } from "./twin.js"

const { isGeneratorObject } = types
const asyncGeneratorPrototype = getPrototypeOf(getPrototypeOf((async function* () {})()) as object) as AsyncGenerator

class Brand extends Itself {
  readonly #twin: Twin

  constructor(prototype: object, twin: Twin) {
    super(prototype)
    this.#twin = twin
  }

  static of(prototype: object): Twin | undefined {
    return #twin in prototype ? prototype.#twin : undefined
  }
}

class Introduced extends Itself {
  readonly #producer: Producer

  constructor(generator: object, producer: Producer) {
    super(generator)
    this.#producer = producer
  }

  static of(generator: object): Producer | undefined {
    return #producer in generator ? generator.#producer : undefined
  }
}

/** Gives a lifted async generator function its twin, invisibly, and returns it. */
export const stampProducing = <F extends { readonly prototype: unknown }>(f: F, twin: Twin<any, any>): F => {
  steps(twin)
  const { prototype } = f
  if (isObject(prototype) && Brand.of(prototype) === undefined) new Brand(prototype, twin)
  return f
}

/** What a body asks the generator for. It is for the `Producer` alone. */
class Ask extends Op {
  readonly label = "a request"
  override readonly blocking = false

  constructor(
    readonly kind: number,
    readonly given: unknown
  ) {
    super()
  }

  start(): void {}

  cancel(): boolean {
    return true
  }

  plain(): void {}
}

/** `yield value` */
export const yields = (value?: unknown): Op => new Ask(YIELD, value)

/** `yield* iterable` */
export const delegates = (iterable: unknown): Op => new Ask(DELEGATE, iterable)

/** `return value`, which the generator awaits and returns; the body is told to return then, too. */
export const returns = (value: unknown): Op => new Ask(RETURN, value)

const leaving = Symbol("leaving")

/** The generator that lifted code is asking for a value, and that has not introduced itself. */
let arriving: { readonly generator: object; readonly twin: Twin } | null = null

/** One run of the body of a lifted async generator. */
export class Producer extends Answerer {
  /** Whether the generator stands where the body yielded or returned: if neither a value nor an error comes, it returns. */
  left = false
  private leaves = false
  private begun = false
  /** Whether whatever comes where the body yielded is the next request. */
  private isAnswer = false
  private delegate: AsyncDelegate | null = null

  constructor(
    private readonly twin: Twin,
    top: Iterator<Yielded, unknown, any>
  ) {
    super(new Requests(twin), top)
  }

  override proceed(): number {
    if (!this.begun) this.begin()
    if (this.over && this.leaves) return LEFT
    const kind = super.proceed()
    this.left = kind === YIELD || kind === DELEGATE || kind === RETURN
    this.isAnswer = kind === YIELD
    return kind
  }

  private begin(): void {
    this.begun = true
    if (arriving === null || arriving.twin !== this.twin) return
    new Introduced(arriving.generator, this)
    arriving = null
    this.requests.asking = true
    this.requests.made = 1
  }

  override sent(value: unknown): void {
    this.comes()
    super.sent(value)
  }

  override thrown(error: unknown): void {
    if (isThenable(this.value)) this.isAnswer = false
    this.comes()
    super.thrown(error)
  }

  private comes(): void {
    if (this.isAnswer) this.requests.answered()
    this.left = this.isAnswer = false
    this.delegate?.settled()
    this.delegate = null
  }

  /** Has the body return from where it yielded. */
  leave(): void {
    this.comes()
    this.leaves = true
  }

  /** What is left once a generator that returns is told to return again. Whether the body returned something else: `value`. */
  async *rest(): AsyncGenerator<unknown, boolean, unknown> {
    let returned: { readonly value: unknown } | null = null
    for (this.leave(); ; ) {
      const kind = this.proceed()
      if (kind === LEFT || kind === END) {
        this.value = kind === END ? undefined : returned?.value
        return kind === END || returned !== null
      }
      try {
        if (kind === RETURN) {
          returned = { value: await this.value }
          this.leave()
        } else
          this.sent(kind === AWAIT ? await this.value : kind === YIELD ? yield this.value : yield* this.value as any)
      } catch (error) {
        this.thrown(error)
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: the body's own return outweighs the one it was told
        if (this.left && (yield* this.rest())) return true
      }
    }
  }

  protected override resume(): IteratorResult<Yielded, unknown> {
    if (!this.leaves) return super.resume()
    this.leaves = false
    return this.top.return!(leaving)
  }

  protected override ended(): number {
    return this.value === leaving ? LEFT : END
  }

  protected override perform(op: Op): boolean {
    if (!(op instanceof Ask)) return super.perform(op)
    this.kind = op.kind
    this.delegate = op.kind === DELEGATE ? new AsyncDelegate(this.requests, op.given) : null
    this.value = this.delegate ?? op.given
    return false
  }

  protected override *interrupted(error: unknown): Steps<unknown> {
    return this.delegate === null ? error : yield* this.delegate.interrupted(error)
  }
}

steps(Producer.prototype["interrupted"])

/** Begins a run of the body of a lifted async generator. Its parameters are evaluated now. */
export const produce = (twin: Twin, self: unknown, args: ArrayLike<unknown>): Producer =>
  new Producer(twin, apply(twin as Native, self, args as Array<unknown>))

/** A request that waits for what the body came to first, as the caller would unlifted. */
const begun = steps(function* (producer: Producer, todo: Answerer, promise: unknown): Steps<unknown> {
  yield* working(producer, todo)
  return promise
})

const twinFor = (method: Native): Twin =>
  function (this: any, value: unknown): Running<unknown> {
    const known = isObject(this) ? Introduced.of(this) : undefined
    const twin = known === undefined && isGeneratorObject(this) ? Brand.of(getPrototypeOf(this) ?? {}) : undefined
    if (current.fiber === null || (known === undefined && twin === undefined)) {
      return settled(apply(method, this, [value]))
    }
    const before = arriving
    arriving = twin === undefined ? null : { generator: this, twin }
    if (known !== undefined) {
      known.requests.asking = true
      known.requests.made++
    }
    let promise: unknown
    try {
      promise = apply(method, this, [value])
    } finally {
      arriving = before
      const producer = known ?? Introduced.of(this)
      if (producer !== undefined) producer.requests.asking = false
    }
    const producer = known ?? Introduced.of(this)
    if (producer === undefined) return settled(promise)
    producer.requests.owner = current.fiber
    asked(promise as object, { answerer: producer, number: producer.requests.made })
    const { todo } = producer.requests
    if (todo === null) return settled(promise)
    producer.requests.todo = null
    return begun(producer, todo, promise)
  }

for (const key of ["next", "return", "throw"] as const) {
  const method = asyncGeneratorPrototype[key] as Native
  stamp(method, twinFor(method))
}
