/** DAGPool: tasks that feed each other, each started when it is spawned and fed as its inputs come. */
import { isInterruption } from "../runtime/interruption.js"
import { plain } from "../runtime/plain.js"
import { callTwin, current, type Steps, stamp } from "../runtime/twin.js"
import { callable } from "./arguments.js"
import { type AnyFunction, perform } from "./call.js"
import { GreenError, PropagateError } from "./errors.js"
import { missing, pathTo, sorted } from "./graph.js"
import { end, GreenIterator } from "./iterator.js"
import { spawn } from "./spawn.js"
import { Task } from "./task.js"
import { Line, Wait } from "./waiter.js"

/** A node's function: its key, its inputs as they come, each a pair of key and value, and the rest of the arguments. */
export type NodeFunction<K, A> = (key: K, inputs: GreenIterator<[K, A]>, ...args: Array<any>) => A

/** A node that has not ended. */
interface Running<K> {
  task: Task<any> | null
  readonly inputs: ReadonlyArray<K>
}

/**
 * Tasks with keys that depend on each other. A node gets the results of those it depends on as they come, a failed one
 * as a `PropagateError`. Values can also be posted from outside. A ring of nodes is refused when the node that closes
 * it is spawned; `waitall` refuses to wait for keys that no node has.
 *
 * @example
 * import { DAGPool } from "greenlift/green"
 *
 * const dag = new DAGPool<string, number>([["a", 1]])
 * dag.spawn("b", ["a"], (_key, inputs) => {
 *   let sum = 10
 *   for (const [, value] of inputs) sum += value
 *   return sum
 * })
 * console.log(dag.waitall().get("b"))
 */
export class DAGPool<K = string, A = unknown> {
  readonly #values = new Map<K, A | PropagateError>()
  readonly #running = new Map<K, Running<K>>()
  readonly #line = new Line<void>()
  /** The failed nodes whose error nobody has been given. */
  readonly #failed = new Map<K, Task<any>>()

  /** @param preload values that are there from the start */
  constructor(preload: Iterable<readonly [K, A]> | (K extends string ? Readonly<Record<K, A>> : never) = []) {
    const pairs = (Symbol.iterator in preload ? preload : Object.entries(preload)) as Iterable<readonly [K, A]>
    for (const [key, value] of pairs) this.#values.set(key, value)
  }

  /**
   * Starts a node. Throws GREENLIFT_DAG_COLLISION if its key is taken, GREENLIFT_DAG_CYCLE if it would wait for itself.
   */
  spawn(key: K, depends: Iterable<K>, f: NodeFunction<K, A>, ...args: Array<any>): void {
    const [running, node] = this.#prepare(key, depends, f, args)
    running.task = spawn(node)
  }

  /** @internal The twin of `spawn`. */
  *spawning(key: K, depends: Iterable<K>, f: NodeFunction<K, A>, args: Array<any>): Steps<void> {
    const [running, node] = this.#prepare(key, depends, f, args)
    running.task = yield* callTwin<Task<any>>(spawn, undefined, [node])
  }

  /** Starts a node for each key of a map from keys to what they depend on, in an order in which each can run. */
  spawnMany(depends: ReadonlyMap<K, Iterable<K>>, f: NodeFunction<K, A>, ...args: Array<any>): void {
    for (const key of this.#sorted(depends)) this.spawn(key, depends.get(key)!, f, ...args)
  }

  /** @internal The twin of `spawnMany`. */
  *spawningMany(depends: ReadonlyMap<K, Iterable<K>>, f: NodeFunction<K, A>, args: Array<any>): Steps<void> {
    for (const key of this.#sorted(depends)) yield* this.spawning(key, depends.get(key)!, f, args)
  }

  /**
   * Posts a value for a key, as if a node had returned it; a `PropagateError` counts as its failure. A running node may
   * post its own, which takes the place of what it returns; others get GREENLIFT_DAG_COLLISION, unless they replace a
   * value.
   */
  post(key: K, value: A | PropagateError, options: { readonly replace?: boolean } = {}): void {
    const running = this.#running.get(key)
    if (running !== undefined && running.task?.fiber !== current.fiber)
      throw collision(key, "a node with it is running")
    if (running === undefined && this.has(key) && options.replace !== true) throw collision(key, "it has a value")
    this.#values.set(key, value)
    this.#line.serveAll()
  }

  /**
   * Stops a running node, and forgets it: its key can be used again. Throws GREENLIFT_DAG_UNKNOWN_KEY if none is
   * running.
   */
  kill(key: K): void {
    plain(killNode, this, [key])
  }

  /** @internal */
  *killing(key: K): Steps<void> {
    const task = this.forget(key)
    yield* callTwin(task.kill, task, [])
  }

  /** @internal Forgets a running node, whose task is then to be killed. */
  forget(key: K): Task<any> {
    const running = this.#running.get(key)
    if (running === undefined) throw unknownKey([key], "no node with it is running: it never was, or has ended")
    this.#running.delete(key)
    this.#line.serveAll()
    return running.task!
  }

  /** Waits for the value of a key; throws the `PropagateError` of a failed node. */
  get(key: K): A {
    return plain(getValue, this, [key]) as A
  }

  /** @internal */
  *getting(key: K): Steps<A> {
    while (!this.has(key)) yield* this.change()
    return this.#value(key)
  }

  /** The value of a key if it is there, else `otherwise`; throws as `get` does. Does not wait. */
  poll<B = undefined>(key: K, otherwise?: B): A | B {
    return this.has(key) ? this.#value(key) : (otherwise as B)
  }

  /** Waits for the values of these keys; throws the first `PropagateError` among them. */
  wait(keys?: Iterable<K>): Map<K, A> {
    return plain(waitKeys, this, [keys]) as Map<K, A>
  }

  /** @internal */
  *awaiting(keys: Iterable<K> | undefined): Steps<Map<K, A>> {
    const wanted = keys === undefined ? undefined : [...keys]
    if (wanted === undefined) {
      while (this.#running.size > 0) {
        this.#refuseUnknown()
        yield* this.change()
      }
    } else {
      for (const key of wanted) while (!this.has(key)) yield* this.change()
    }
    return new Map((wanted ?? [...this.#values.keys()]).map((key) => [key, this.#value(key)]))
  }

  /**
   * Waits until no node runs, and returns all values. Throws GREENLIFT_DAG_UNKNOWN_KEY if nodes can only wait for ever.
   */
  waitall(): Map<K, A> {
    return this.wait()
  }

  /** Pairs of key and value as they come: of these keys, or of all there are and run now. Throws for a failed one. */
  waitEach(keys?: Iterable<K>): GreenIterator<[K, A]> {
    return new Each<K, A, A>(this, this.#wanted(keys), (key) => ({ value: this.#value(key) }))
  }

  /** As `waitEach`, leaving out those that failed. */
  waitEachSuccess(keys?: Iterable<K>): GreenIterator<[K, A]> {
    return new Each<K, A, A>(this, this.#wanted(keys), (key) => {
      const value = this.#values.get(key)
      return value instanceof PropagateError ? undefined : { value: value as A }
    })
  }

  /** As `waitEach`, with only those that failed: pairs of key and error. */
  waitEachException(keys?: Iterable<K>): GreenIterator<[K, PropagateError]> {
    return new Each<K, A, PropagateError>(this, this.#wanted(keys), (key) => {
      const value = this.#values.get(key)
      this.#given(key)
      return value instanceof PropagateError ? { value } : undefined
    })
  }

  /** The keys that have a value. */
  keys(): Array<K> {
    return [...this.#values.keys()]
  }

  /** The pairs of key and value that are there; throws as `get` does. */
  items(): Array<[K, A]> {
    return this.keys().map((key) => [key, this.#value(key)])
  }

  /** How many nodes run. */
  running(): number {
    return this.#running.size
  }

  /** The keys of the nodes that run. */
  runningKeys(): Array<K> {
    return [...this.#running.keys()]
  }

  /** How many nodes run and lack an input. */
  waiting(): number {
    return this.waitingFor().size
  }

  /** For each running node that lacks inputs, the keys of these. */
  waitingFor(): Map<K, Set<K>>
  /** The keys that a node lacks; none if it has ended. Throws GREENLIFT_DAG_UNKNOWN_KEY for a key that is not known. */
  waitingFor(key: K): Set<K>
  waitingFor(...keys: [] | [K]): Map<K, Set<K>> | Set<K> {
    if (keys.length === 0) {
      const lacking = [...this.#running].map(([key, { inputs }]) => [key, this.#lacks(inputs)] as const)
      return new Map(lacking.filter(([, lacks]) => lacks.size > 0))
    }
    const [key] = keys
    const running = this.#running.get(key)
    if (running !== undefined) return this.#lacks(running.inputs)
    if (this.has(key)) return new Set()
    throw unknownKey([key], "no node has it and no value was posted for it")
  }

  /** @internal Whether a key has a value. */
  has(key: K): boolean {
    return this.#values.has(key)
  }

  /** @internal A wait for the next change. */
  change(): Wait<void> {
    return new Wait<void>("a value of a DAGPool", (waiter) => this.#line.push(waiter))
  }

  #prepare(key: K, depends: Iterable<K>, f: NodeFunction<K, A>, args: Array<any>): [Running<K>, AnyFunction] {
    callable(f, "f")
    if (this.has(key)) throw collision(key, "it has a value")
    if (this.#running.has(key)) throw collision(key, "a node with it is running")
    const inputs = [...depends]
    const path = pathTo(key, inputs, (input) => this.#running.get(input)?.inputs ?? [])
    if (path !== undefined) throw ringOf([key, ...path])
    const running: Running<K> = { task: null, inputs }
    this.#running.set(key, running)
    const node = () => plain(() => this.#node(key, running, f, args, Task.unlifted()), undefined, [])
    Object.defineProperty(node, "name", { value: `node ${String(key)}` })
    return [running, stamp(node, () => this.#node(key, running, f, args))]
  }

  *#node(key: K, running: Running<K>, f: NodeFunction<K, A>, args: Array<any>, task?: Task<any>): Steps<void> {
    let failure: PropagateError | undefined
    try {
      const inputs = this.waitEach(running.inputs)
      const value: A = yield* perform({ f, self: undefined, args: [key, inputs, ...args] })
      if (this.#running.get(key) === running && !this.has(key)) this.#values.set(key, value)
    } catch (error) {
      if (isInterruption(error)) throw error
      failure = new PropagateError(key, error)
      if (this.#running.get(key) === running) this.#values.set(key, failure)
      this.#failed.set(key, task ?? Task.of(current.fiber!))
    } finally {
      if (this.#running.get(key) === running) this.#running.delete(key)
      this.#line.serveAll()
    }
    if (failure !== undefined) throw failure
  }

  /** The value of a key that has one; throws its failure, which has then been given to someone. */
  #value(key: K): A {
    const value = this.#values.get(key)
    if (!(value instanceof PropagateError)) return value as A
    this.#given(key)
    throw value
  }

  #given(key: K): void {
    this.#failed.get(key)?.observe()
    this.#failed.delete(key)
  }

  #wanted(keys: Iterable<K> | undefined): Set<K> {
    return new Set(keys ?? [...this.#values.keys(), ...this.#running.keys()])
  }

  #lacks(inputs: ReadonlyArray<K>): Set<K> {
    return new Set(inputs.filter((input) => !this.#values.has(input)))
  }

  /** Refuses to wait for nodes of which each waits, perhaps through others, for a key that no node has. */
  #refuseUnknown(): void {
    const lacking = new Map([...this.#running].map(([key, { inputs }]) => [key, this.#lacks(inputs)] as const))
    const keys = missing(lacking)
    if (keys.size > 0) throw unknownKey([...keys], "nodes wait for it, and no node has it")
  }

  /** The keys of a map of dependencies, each after those it depends on. */
  #sorted(depends: ReadonlyMap<K, Iterable<K>>): ReadonlyArray<K> {
    for (const [key, inputs] of depends) {
      const unknown = [...inputs].filter(
        (input) => !depends.has(input) && !this.has(input) && !this.#running.has(input)
      )
      if (unknown.length > 0) throw unknownKey(unknown, `node ${String(key)} depends on it, and no node has it`)
    }
    const result = sorted(depends)
    if ("ring" in result) throw ringOf(result.ring)
    return result.order
  }
}

const ringOf = (keys: ReadonlyArray<unknown>): GreenError =>
  new GreenError(
    "GREENLIFT_DAG_CYCLE",
    `nodes would wait for each other in a ring: ${keys.map(String).join(" → ")}. Take one of these dependencies away`
  )

const collision = (key: unknown, why: string): GreenError =>
  new GreenError(
    "GREENLIFT_DAG_COLLISION",
    `key ${String(key)} is taken: ${why}. Use another key, or kill the node first`
  )

const unknownKey = (keys: ReadonlyArray<unknown>, why: string): GreenError =>
  new GreenError(
    "GREENLIFT_DAG_UNKNOWN_KEY",
    `key ${keys.map(String).join(", ")} will not come: ${why}. Spawn a node for it, or post its value first`
  )

/** Pairs of key and value as values come, those that are there first. */
class Each<K, A, B> extends GreenIterator<[K, B]> {
  constructor(
    private readonly dag: DAGPool<K, A>,
    private readonly wanted: Set<K>,
    private readonly pick: (key: K) => { readonly value: B } | undefined
  ) {
    super()
  }

  protected *step(): Steps<IteratorResult<[K, B], undefined>> {
    while (this.wanted.size > 0) {
      const key = this.#ready()
      if (key === undefined) {
        yield* this.dag.change()
        continue
      }
      this.wanted.delete(key.key)
      const picked = this.pick(key.key)
      if (picked !== undefined) return { done: false, value: [key.key, picked.value] }
    }
    return end
  }

  protected *close(): Steps<void> {
    this.wanted.clear()
  }

  #ready(): { readonly key: K } | undefined {
    for (const key of this.wanted) if (this.dag.has(key)) return { key }
    return undefined
  }
}

function* killNode<K>(this: DAGPool<K>, key: K): Steps<void> {
  yield* this.killing(key)
}

function* getValue<K, A>(this: DAGPool<K, A>, key: K): Steps<A> {
  return yield* this.getting(key)
}

function* waitKeys<K, A>(this: DAGPool<K, A>, keys?: Iterable<K>): Steps<Map<K, A>> {
  return yield* this.awaiting(keys)
}

stamp(DAGPool.prototype.spawn, function* (this: DAGPool<any, any>, key, depends, f, ...args: Array<any>): Steps<void> {
  yield* this.spawning(key, depends, f, args)
})
stamp(DAGPool.prototype.spawnMany, function* (this: DAGPool<any, any>, depends, f, ...args: Array<any>): Steps<void> {
  yield* this.spawningMany(depends, f, args)
})
stamp(DAGPool.prototype.kill, killNode)
stamp(DAGPool.prototype.get, getValue)
stamp(DAGPool.prototype.wait, waitKeys)
stamp(DAGPool.prototype.waitall, function* (this: DAGPool): Steps<Map<string, unknown>> {
  return yield* this.awaiting(undefined)
})
