/** `DAGPool`, as Effects. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { callTwin, type Steps, stamp } from "../../runtime/twin.js"
import { DAGPool, type NodeFunction } from "../dag.js"
import { PropagateError } from "../errors.js"
import { GreenIterator } from "../iterator.js"
import { asFunction } from "./from-twin.js"

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
): Effect.Effect<ReadonlyMap<K, A>, PropagateError | LiftedError, R> => {
  const twin = function* (): Steps<ReadonlyMap<K, A>> {
    const dag = new DAGPool<K, A>(preload as never)
    const f = stamp(
      (() => {}) as unknown as NodeFunction<K, A>,
      function* (key: K, inputs: GreenIterator<[K, A]>): Steps<A> {
        const values = new Map<K, A>()
        for (;;) {
          const { done, value } = yield* GreenIterator.step(inputs)
          if (done) break
          values.set(...(value as [K, A]))
        }
        const exit = yield* callTwin(asFunction(String(key), node), undefined, [key, values])
        if (Exit.isSuccess(exit)) return exit.value
        throw Cause.squash(exit.cause)
      }
    )
    yield* dag.spawningMany(depends, f, [])
    return (yield* callTwin(dag.waitall, dag, [])) as ReadonlyMap<K, A>
  }
  const run = runTwin(twin, { name: "DAG" }) as Effect.Effect<ReadonlyMap<K, A>, LiftedError, R>
  return Effect.mapError(run, (error) => (error.cause instanceof PropagateError ? error.cause : error))
}
