/** The ways to make a task, and to ask for the current one. */
import { current, type Steps, stamp } from "../runtime/twin.js"
import { callable, milliseconds } from "./arguments.js"
import { type AnyFunction, callOf, type ResultOf } from "./call.js"
import { type KillOptions, stopping } from "./stop.js"
import { Task } from "./task.js"
import { sleep } from "./timer.js"

/**
 * Runs `f(...args)` as a task of its own, which starts when the caller next waits; tasks start in the order they were
 * spawned. If the first argument has `f` as its method, it is the receiver: `spawn(account.update, account)`. The task
 * belongs to the innermost `scope` (by default the run), which ends after it; a failure that nobody waits for is thrown
 * there. Unlifted, `f` runs at once, to its end.
 *
 * @example
 * import { sleep, spawn } from "greenlift/green"
 *
 * const slow = (ms: number) => { sleep(ms); return ms }
 * const tasks = [spawn(slow, 200), spawn(slow, 100)]
 * console.log(tasks.map((task) => task.wait()))
 */
export const spawn = <F extends AnyFunction>(f: F, ...args: Array<any>): Task<ResultOf<F>> => {
  callable(f, "f")
  return Task.run(callOf(f, args))
}

stamp(spawn, function* (f: AnyFunction, ...args: Array<any>): Steps<Task> {
  callable(f, "f")
  return Task.start(callOf(f, args), current.fiber!)
})

/**
 * Runs `f(...args)` as a task of its own, `ms` milliseconds from now. Until then `cancel()` takes it back. Unlifted, it
 * waits that long first.
 *
 * @example
 * import { spawnAfter } from "greenlift/green"
 *
 * const task = spawnAfter(100, (name: string) => console.log(`${name} is late`), "ann")
 * task.wait()
 */
export const spawnAfter = <F extends AnyFunction>(ms: number, f: F, ...args: Array<any>): Task<ResultOf<F>> => {
  callable(f, "f")
  sleep(milliseconds(ms, "ms"))
  return Task.run(callOf(f, args))
}

stamp(spawnAfter, function* (ms: number, f: AnyFunction, ...args: Array<any>): Steps<Task> {
  callable(f, "f")
  return Task.startAfter(milliseconds(ms, "ms"), callOf(f, args), current.fiber!)
})

/** As `spawnAfter`, but the task is taken back if the task that spawned it ends before its time has come. */
export const spawnAfterLocal = <F extends AnyFunction>(ms: number, f: F, ...args: Array<any>): Task<ResultOf<F>> =>
  spawnAfter(ms, f, ...args)

stamp(spawnAfterLocal, function* (ms: number, f: AnyFunction, ...args: Array<any>): Steps<Task> {
  callable(f, "f")
  const spawner = current.fiber!
  const task = Task.startAfter(milliseconds(ms, "ms"), callOf(f, args), spawner)
  spawner.onEnd(() => task.cancel())
  return task
})

/** The task that is running: also that of the program itself, or of a turn of a concurrent loop. */
export const getcurrent = (): Task => (current.fiber === null ? Task.unlifted() : Task.of(current.fiber))

/** Kills a task, as `task.kill` does. */
export const kill = (task: Task<any>, options?: KillOptions): void => task.kill(options)

stamp(kill, function* (task: Task<any>, options?: KillOptions): Steps<void> {
  yield* stopping(task.fiber, options)
})
