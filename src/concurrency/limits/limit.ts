/** `limit`: a function with bounds. */
import { plain } from "../../runtime/plain.js"
import { callTwin, type Steps, stamp } from "../../runtime/twin.js"
import { callable, record, wholeNumber } from "../arguments.js"
import type { AnyFunction } from "../call.js"
import { Gates } from "./gate.js"
import { parseRate, type Rate } from "./rate.js"

export interface LimitOptions<F extends AnyFunction> {
  /** How many calls may run at once. Default: as many as come. */
  readonly concurrency?: number
  /** How many calls may start in how long: `"100/s"`, `"30/m"`. Of several, all are kept. Default: as many as come. */
  readonly rate?: Rate | ReadonlyArray<Rate>
  /** How many may start at once after a pause, instead of evenly spread. Default 1. */
  readonly burst?: number
  /** What a call counts with: each key, such as a host, has bounds of its own. Default: all count together. */
  readonly key?: (...args: Parameters<F>) => unknown
}

/**
 * The same function, of which no more than so many calls run at once, or start in so much time; for all calls together, or
 * for each key by itself. Who is over the limit waits, first come, first served; an interruption leaves the line. `this`
 * passes through, so a method can be limited.
 *
 * @example
 * import { HttpSession } from "greenlift/blocking"
 * import { limit } from "greenlift/green"
 *
 * const session = new HttpSession()
 * const get = limit({ concurrency: 8, rate: "20/s", key: (url) => new URL(url).host }, (url: string) => session.get(url))
 * console.log(get("https://api.example.com/places").status)
 */
export const limit = <F extends AnyFunction>(options: LimitOptions<F>, f: F): F => {
  record(options, "options")
  callable(f, "f")
  const { burst, concurrency, key, rate = [] } = options
  const rates = ratesFrom(rate)
  if (concurrency !== undefined) wholeNumber(concurrency, "concurrency", 1)
  const gates = new Gates<unknown>(() => ({ burst, concurrency, rates }))
  const twin = function* (this: unknown, ...args: Parameters<F>): Steps<unknown> {
    const gate = gates.of(key === undefined ? f.name : yield* callTwin(key, undefined, args))
    return yield* gate.through(() => callTwin(f, this, args))
  }
  const limited = function (this: unknown, ...args: Array<unknown>): unknown {
    return plain(twin, this, args)
  }
  Object.defineProperty(limited, "name", { value: f.name, configurable: true })
  Object.defineProperty(limited, "length", { value: f.length, configurable: true })
  return stamp(limited, twin) as F
}

/** One rate, or several, each of them checked. */
export const ratesFrom = (rate: Rate | ReadonlyArray<Rate>): ReadonlyArray<Rate> => {
  const rates = Array.isArray(rate) ? (rate as ReadonlyArray<Rate>) : [rate as Rate]
  for (const each of rates) parseRate(each)
  return rates
}
