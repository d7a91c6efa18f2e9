export class TooBig extends RangeError {
  constructor(readonly limit: number) {
    super(`over ${limit}`)
  }
}

export function sum(n: number, { by = 1 }: { by?: number } = {}): number {
  if (n > 1_000_000) throw new TooBig(n)
  let total = 0
  for (let i = 0; i < n; i += by) total += i
  return total
}

export class Index {
  constructor(private readonly words: Array<string>) {}

  find(word: string): number {
    return this.words.indexOf(word)
  }
}

export function together(shared: Int32Array, many: number): boolean {
  Atomics.add(shared, 0, 1)
  Atomics.notify(shared, 0)
  for (let i = 0; i < 200; i++) {
    const seen = Atomics.load(shared, 0)
    if (seen === many) return true
    Atomics.wait(shared, 0, seen, 100)
  }
  return false
}
