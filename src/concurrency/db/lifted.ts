import { plain } from "../../runtime/plain.js"
import { type Steps, stamp } from "../../runtime/twin.js"

/** What lifting makes of a function with this body. */
export const lifted = <Args extends ReadonlyArray<any>, A>(twin: (...args: Args) => Steps<A>): ((...args: Args) => A) =>
  stamp((...args: Args) => plain(twin, undefined, args) as A, twin)
