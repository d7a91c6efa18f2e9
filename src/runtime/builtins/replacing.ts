/** What all replacing by a function comes to. */
import type { Steps, Twin } from "../twin.js"
import { apply, steps } from "./operations.js"

const { substring } = String.prototype

export interface Match {
  readonly matched: string
  readonly position: number
  /** What the replacer is called with. */
  readonly args: Array<unknown>
}

/** Puts what the replacer returns in the place of each match; a match is looked at when its turn comes. */
export const replaceMatches = steps(function* replaceMatches(
  text: string,
  count: number,
  matchAt: (k: number) => Match,
  replacer: Twin
): Steps<string> {
  let result = ""
  let next = 0
  for (let k = 0; k < count; k++) {
    const { matched, position, args } = matchAt(k)
    const replacement = `${yield* apply(replacer, undefined, args)}`
    if (position < next) continue
    result += apply(substring, text, [next, position]) + replacement
    next = position + matched.length
  }
  return next >= text.length ? result : result + apply(substring, text, [next])
})
