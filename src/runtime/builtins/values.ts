import type { Iterated } from "./iteration.js"
import { apply, type Native } from "./operations.js"

/**
 * What was iterated, to be iterated once more by the language itself, whatever a program has done to arrays. Where the
 * iteration has not come to its end, its iterator gives the rest.
 */
export class Values {
  private at = 0

  constructor(
    private readonly list: ReadonlyArray<unknown>,
    private readonly rest: Iterated | null = null
  ) {}

  [Symbol.iterator](): this {
    return this
  }

  next(): any {
    if (this.at < this.list.length) return { done: false, value: this.list[this.at++] }
    return this.rest === null
      ? { done: true, value: undefined }
      : apply(this.rest.next as Native, this.rest.iterator, [])
  }

  get return(): any {
    const iterator: any = this.rest?.iterator
    const method = iterator?.return
    return typeof method === "function" ? () => apply(method, iterator, []) : method
  }
}
