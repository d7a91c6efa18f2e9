import { nativeOp } from "../runtime/op.js"
import { plain } from "../runtime/plain.js"

const never = (): undefined => undefined

/** Makes the original call where a twin cannot do better: it blocks, gives the right answer, and is reported. */
export const blocked = <A>(label: string, original: () => A): A =>
  plain(
    function* () {
      return yield nativeOp(label, never, original)
    },
    undefined,
    []
  ) as A
