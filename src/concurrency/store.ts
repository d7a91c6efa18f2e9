/** What a queue keeps its items in, which decides their order. */
export interface Store<A> {
  readonly size: number
  add(item: A): void
  take(): A
  /** The item that `take` would give, which stays; undefined where there is none. */
  peek(): A | undefined
  /** Takes back what `take` gave. */
  giveBack(item: A): void
}

/** Oldest first. */
export class First<A> implements Store<A> {
  #items: Array<A | undefined> = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  add(item: A): void {
    this.#items.push(item)
  }

  peek(): A | undefined {
    return this.#items[this.#head]
  }

  take(): A {
    const item = this.#items[this.#head] as A
    this.#items[this.#head++] = undefined
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  giveBack(item: A): void {
    if (this.#head > 0) this.#items[--this.#head] = item
    else this.#items.unshift(item)
  }
}

/** Newest first. */
export class Last<A> implements Store<A> {
  readonly #items: Array<A> = []

  get size(): number {
    return this.#items.length
  }

  add(item: A): void {
    this.#items.push(item)
  }

  take(): A {
    return this.#items.pop() as A
  }

  peek(): A | undefined {
    return this.#items.at(-1)
  }

  giveBack(item: A): void {
    this.add(item)
  }
}

interface Ranked<A> {
  readonly item: A
  readonly rank: number
}

const byLess = (a: any, b: any): number => (a < b ? -1 : b < a ? 1 : 0)

/** Least first, by a binary heap; equal ones oldest first. */
export class Least<A> implements Store<A> {
  readonly #heap: Array<Ranked<A>> = []
  #last = 0

  constructor(private readonly compare: (a: A, b: A) => number = byLess) {}

  get size(): number {
    return this.#heap.length
  }

  /** Compares before it moves anything, so that a comparison that throws leaves all as it was. */
  add(item: A): void {
    const heap = this.#heap
    const added = { item, rank: this.#last + 1 }
    const path: Array<number> = []
    for (let at = heap.length; at > 0; at = path.at(-1)!) {
      const up = (at - 1) >> 1
      if (!this.#before(added, heap[up]!)) break
      path.push(up)
    }
    this.#last++
    this.#settle(added, heap.length, path)
  }

  peek(): A | undefined {
    return this.#heap[0]?.item
  }

  take(): A {
    const heap = this.#heap
    const least = heap[0]!
    const moved = heap.at(-1)!
    const length = heap.length - 1
    const path: Array<number> = []
    for (let at = 0; 2 * at + 1 < length; at = path.at(-1)!) {
      let down = 2 * at + 1
      if (down + 1 < length && this.#before(heap[down + 1]!, heap[down]!)) down++
      if (!this.#before(heap[down]!, moved)) break
      path.push(down)
    }
    heap.pop()
    if (length > 0) this.#settle(moved, 0, path)
    return least.item
  }

  /** Moves what stands on a path one place back along it, and puts something where that ends. */
  #settle(ranked: Ranked<A>, from: number, path: ReadonlyArray<number>): void {
    let at = from
    for (const next of path) {
      this.#heap[at] = this.#heap[next]!
      at = next
    }
    this.#heap[at] = ranked
  }

  giveBack(item: A): void {
    this.add(item)
  }

  #before(a: Ranked<A>, b: Ranked<A>): boolean {
    const order = this.compare(a.item, b.item)
    return order < 0 || (order === 0 && a.rank < b.rank)
  }
}
