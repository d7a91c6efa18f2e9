/**
 * The catalogue of what the compiler has to say: a stable code, what happened, and what to do. Nothing here stops a program:
 * what cannot be lifted stays as it is, and blocks as it always did.
 */
export interface Message {
  readonly code: Code
  readonly text: string
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number
}

export const catalogue = {
  GL1001: "cannot be parsed, so it runs as it is: {detail}. Fix the syntax error, or report the file if Node runs it",
  GL1002: "its TypeScript cannot be stripped: {detail}. Fix the error, or compile the file first",
  GL1003: "cannot be lifted, so it runs as it is: {detail}. Report the file: the compiler should have managed it",
  GL2001:
    "{name} declares with `await using`, or with `using` in a `for await`, so it is not lifted: what it calls blocks. Dispose in a `finally` block",
  GL2003: "constructor of {name} is not lifted ({detail}): what it calls blocks. Move the blocking part to a method",
  GL2005:
    "{name} uses direct eval, so it is not lifted: what it calls blocks. Call the blocking part from outside of it",
  GL2007: "{name} stands where it cannot be lifted ({detail}): what it calls blocks. Declare it at the top of a block",
  GL2008: "method {name} is not lifted ({detail}): what it calls blocks. Give it a plain name of its own",
  GL2009: "the call of {name} is not lifted ({detail}): it blocks. Move it into a statement of its own",
  GL3002: "`{detail}` is not understood, so it changes nothing. Write `@green concurrency 50` above a loop",
  GL3001:
    "the loop's turns run one after another, although a comment asks for more: {detail}. Change it, or drop the comment"
} as const

export type Code = keyof typeof catalogue

/** Finds line and column, both counted from 1, of an offset. */
export class Lines {
  private readonly starts: Array<number> = [0]

  constructor(source: string) {
    for (let i = source.indexOf("\n"); i >= 0; i = source.indexOf("\n", i + 1)) this.starts.push(i + 1)
  }

  at(offset: number): { readonly line: number; readonly column: number } {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - this.starts[low]! + 1 }
  }
}

/** The words that a text has places for: `{name}`. */
export type Words<Text extends string> = Text extends `${string}{${infer Word}}${infer Rest}`
  ? { readonly [W in Word]: string } & Words<Rest>
  : Readonly<Record<never, string>>

/** A text with its words filled in. */
export const fill = <Text extends string>(text: Text, words: Words<Text>): string =>
  text.replace(/\{(\w+)\}/g, (_, word: string) => (words as Readonly<Record<string, string>>)[word] ?? word)

/** Writes a message of the catalogue. */
export const message = (
  code: Code,
  place: { readonly file: string; readonly line: number; readonly column: number },
  words: Readonly<Record<string, string>> = {}
): Message => ({
  code,
  file: place.file,
  line: place.line,
  column: place.column,
  text: fill<string>(catalogue[code], words)
})

/** A message as one line: `file:line:column code text`. */
export const formatMessage = (message: Message): string =>
  `${message.file}:${message.line}:${message.column} ${message.code} ${message.text}`
