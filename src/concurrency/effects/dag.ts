/** `DAGPool`, as Effects. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { callTwin, type Steps } from "../../runtime/twin.js"
import { DAGPool, type NodeFunction } from "../dag.js"
import { PropagateError } from "../errors.js"
import type { GreenIterator } from "../iterator.js"
import { asJob, CurrentTask, doneBy } from "./current.js"
import { stream } from "./streams.js"
import { kill, scope } from "./tasks.js"

/** Makes a `DAGPool`, with values that are there from the start. */
export const makeDag = <K, A>(preload: Iterable<readonly [K, A]> = []): Effect.Effect<DAGPool<K, A>> =>
  Effect.sync(() => new DAGPool<K, A>(preload as never))

/** A node of a graph: its key, and its inputs as they come, which fail for one that failed. */
export type Node<K, A, E, R> = (key: K, inputs: Stream.Stream<[K, A], LiftedError>) => Effect.Effect<A, E, R>

const spawning = <K, A, E, R>(
  node: Node<K, A, E, R>,
  start: (node: NodeFunction<K, A>) => Steps<void>
): Effect.Effect<void, LiftedError, Exclude<R, CurrentTask> | CurrentTask> =>
  Effect.flatMap(CurrentTask, (spawner) =>
    Effect.flatMap(Effect.getFiberRefs, (refs) => {
      const job = asJob(
        "node",
        (key: K, inputs: GreenIterator<[K, A]>) =>
          node(
            key,
            stream(() => inputs)
          ),
        refs
      )
      return Effect.try({
        try: () => void doneBy(spawner.fiber!, refs, () => start(job).next()),
        catch: LiftedError.from
      })
    })
  )

/** Starts a node in the current scope. Fails with GREENLIFT_DAG_COLLISION or GREENLIFT_DAG_CYCLE, in a `LiftedError`. */
export const spawnNode = <K, A, E, R>(
  dag: DAGPool<K, A>,
  key: K,
  depends: Iterable<K>,
  node: Node<K, A, E, R>
): Effect.Effect<void, LiftedError, Exclude<R, CurrentTask> | CurrentTask> =>
  spawning(node, (job) => dag.spawning(key, depends, job, []))

/** Starts a node for each key of a map from keys to what they depend on, in an order in which each can run. */
export const spawnNodes = <K, A, E, R>(
  dag: DAGPool<K, A>,
  depends: ReadonlyMap<K, Iterable<K>>,
  node: Node<K, A, E, R>
): Effect.Effect<void, LiftedError, Exclude<R, CurrentTask> | CurrentTask> =>
  spawning(node, (job) => dag.spawningMany(depends, job, []))

/** A `PropagateError` as the failure it is. */
const propagated = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | PropagateError, R> =>
  Effect.mapError(effect, (error) =>
    error instanceof LiftedError && error.cause instanceof PropagateError ? error.cause : error
  )

/** Posts a value for a key, as if a node had returned it: a running node its own, others one that nobody has. */
export const post = <K, A>(
  dag: DAGPool<K, A>,
  key: K,
  value: A | PropagateError,
  options?: { readonly replace?: boolean }
): Effect.Effect<void, LiftedError, CurrentTask> =>
  Effect.flatMap(CurrentTask, (task) =>
    Effect.flatMap(Effect.getFiberRefs, (refs) =>
      Effect.try({
        try: () => doneBy(task.fiber!, refs, () => dag.post(key, value, options)),
        catch: LiftedError.from
      })
    )
  )

/** Stops a running node, and forgets it. Fails with GREENLIFT_DAG_UNKNOWN_KEY, in a `LiftedError`, if none is running. */
export const killNode = <K, A>(dag: DAGPool<K, A>, key: K): Effect.Effect<void, LiftedError> =>
  Effect.flatMap(Effect.try({ try: () => dag.forget(key), catch: LiftedError.from }), (task) => kill(task))

/** Waits for the value of a key. Fails with the `PropagateError` of a failed node. */
export const valueAt = <K, A>(dag: DAGPool<K, A>, key: K): Effect.Effect<A, PropagateError | LiftedError> =>
  propagated(runTwin(() => callTwin<any>(dag.get, dag, [key]), { name: "value" }))

/** Waits for the values of these keys, or until no node runs. Fails with the first `PropagateError` among them. */
export const valuesOf = <K, A>(
  dag: DAGPool<K, A>,
  keys?: Iterable<K>
): Effect.Effect<ReadonlyMap<K, A>, PropagateError | LiftedError> =>
  propagated(runTwin(() => callTwin<any>(dag.wait, dag, [keys]), { name: "values" }))

/** Pairs of key and value as they come: of these keys, or of all there are and run now. Ends at a failed one. */
export const eachOf = <K, A>(dag: DAGPool<K, A>, keys?: Iterable<K>): Stream.Stream<[K, A], LiftedError> =>
  stream(() => dag.waitEach(keys))

/**
 * Runs a node for each key of a map from keys to what they depend on, each as soon as all its inputs are there, at once
 * otherwise. Succeeds with the values of all keys. Fails with a `PropagateError` that names the node and has its failure as
 * `cause`, and with a `LiftedError` where the nodes form a ring or depend on a key that there is not.
 *
 * @param preload values that are there from the start
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * const depends = new Map([["sum", ["a", "b"]]])
 * const sum = Green.runDag(depends, (_key, inputs) => Effect.succeed(inputs.get("a")! + inputs.get("b")!), [["a", 1], ["b", 2]])
 */
export const runDag = <K, A, E, R>(
  depends: ReadonlyMap<K, Iterable<K>>,
  node: (key: K, inputs: ReadonlyMap<K, A>) => Effect.Effect<A, E, R>,
  preload: Iterable<readonly [K, A]> = []
): Effect.Effect<ReadonlyMap<K, A>, PropagateError | LiftedError, Exclude<R, CurrentTask>> => {
  const whenAllAreThere: Node<K, A, E | LiftedError, R> = (key, inputs) =>
    Effect.flatMap(
      Stream.runFold(inputs, new Map<K, A>(), (values, pair) => values.set(...pair)),
      (values) => node(key, values)
    )
  return propagated(
    scope(
      Effect.flatMap(makeDag(preload), (dag) =>
        Effect.zipRight(spawnNodes(dag, depends, whenAllAreThere), valuesOf(dag))
      )
    )
  ) as Effect.Effect<ReadonlyMap<K, A>, PropagateError | LiftedError, Exclude<R, CurrentTask>>
}
