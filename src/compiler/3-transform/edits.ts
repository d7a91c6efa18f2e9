/** The source as it is edited in place, and how often it has been. */
import MagicString from "magic-string"

export class Edits extends MagicString {
  /** How many edits there have been: by whether it grew, what a node became is told from what was written. */
  count = 0

  override appendLeft(index: number, content: string): this {
    this.count++
    return super.appendLeft(index, content)
  }

  override prependRight(index: number, content: string): this {
    this.count++
    return super.prependRight(index, content)
  }

  override update(start: number, end: number, content: string): this {
    this.count++
    return super.update(start, end, content)
  }
}
