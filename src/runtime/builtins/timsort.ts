/**
 * The sort of `Array.prototype.sort`, waiting for its comparator. A comparator that contradicts itself (`(a, b) => a > b`
 * is a common one) has the result depend on which elements are compared, so these are TimSort's runs, galloping and
 * merges just as V8 does them. The algorithm is Tim Peters', for Python; CPython's `listsort.txt` explains it.
 */
import type { Steps, Twin } from "../twin.js"
import { apply, max, min, put, steps } from "./operations.js"

/** A sort under way. `items` is dense and of no one else's knowing; so a write to it is only that. */
interface Sort {
  readonly items: Array<unknown>
  readonly compare: Twin
  /** Where each run that waits to be merged starts, and its length: a stack. */
  readonly starts: Array<number>
  readonly lengths: Array<number>
  runs: number
  /** How many times in a row one side must win before a merge gallops. */
  gallopAfter: number
}

const winsToGallop = 7

/** Sorts `items` in place, stably; short lists, below the length given, by insertion alone. */
export const timSort = steps(function* (items: Array<unknown>, compare: Twin, lengthWithRuns: number): Steps<void> {
  const sort: Sort = { items, compare, starts: [], lengths: [], runs: 0, gallopAfter: winsToGallop }
  const length = items.length
  if (length < lengthWithRuns) {
    yield* insert(sort, 0, 1, length)
    return
  }
  const shortest = shortestRun(length)
  for (let start = 0; start < length; ) {
    let run = yield* countRun(sort, start, length)
    if (run < shortest) {
      const extended = min(start + shortest, length)
      yield* insert(sort, start, start + run, extended)
      run = extended - start
    }
    put(sort.starts, sort.runs, start)
    put(sort.lengths, sort.runs++, run)
    yield* collapse(sort)
    start += run
  }
  const { lengths } = sort
  while (sort.runs > 1) {
    const n = sort.runs - 2
    yield* mergeRuns(sort, n > 0 && lengths[n - 1]! < lengths[n + 1]! ? n - 1 : n)
  }
})

const shortestRun = (length: number): number => {
  let odd = 0
  while (length >= 64) {
    odd |= length & 1
    length >>= 1
  }
  return length + odd
}

/** Binary insertion: [low, start) is sorted, and [low, high) will be. */
const insert = steps(function* ({ items, compare }: Sort, low: number, start: number, high: number): Steps<void> {
  for (; start < high; start++) {
    const pivot = items[start]
    let left = low
    let right = start
    while (left < right) {
      const middle = left + ((right - left) >> 1)
      if (+(yield* apply(compare, undefined, [pivot, items[middle]])) < 0) right = middle
      else left = middle + 1
    }
    for (let k = start; k > left; k--) items[k] = items[k - 1]
    items[left] = pivot
  }
})

/** The length of the run that starts at `low`; one that descends strictly is reversed. */
const countRun = steps(function* ({ items, compare }: Sort, low: number, high: number): Steps<number> {
  if (low + 1 === high) return 1
  const descending = +(yield* apply(compare, undefined, [items[low + 1], items[low]])) < 0
  let end = low + 2
  for (; end < high; end++) {
    if (+(yield* apply(compare, undefined, [items[end], items[end - 1]])) < 0 !== descending) break
  }
  if (descending) {
    for (let i = low, j = end - 1; i < j; i++, j--) {
      const item = items[i]
      items[i] = items[j]
      items[j] = item
    }
  }
  return end - low
})

/** Merges runs until each is longer than the two above it together. */
const collapse = steps(function* (sort: Sort): Steps<void> {
  const { lengths } = sort
  const balanced = (n: number) => n < 2 || lengths[n - 2]! > lengths[n - 1]! + lengths[n]!
  while (sort.runs > 1) {
    const n = sort.runs - 2
    if (!balanced(n + 1) || !balanced(n)) yield* mergeRuns(sort, lengths[n - 1]! < lengths[n + 1]! ? n - 1 : n)
    else if (lengths[n]! <= lengths[n + 1]!) yield* mergeRuns(sort, n)
    else return
  }
})

/** Merges run `i` of the stack with the next. */
const mergeRuns = steps(function* (sort: Sort, i: number): Steps<void> {
  const { items, starts, lengths } = sort
  let startA = starts[i]!
  let lengthA = lengths[i]!
  const startB = starts[i + 1]!
  let lengthB = lengths[i + 1]!
  lengths[i] = lengthA + lengthB
  if (i === sort.runs - 3) {
    starts[i + 1] = starts[i + 2]!
    lengths[i + 1] = lengths[i + 2]!
  }
  sort.runs--
  const inPlace = yield* gallop(sort, true, items, items[startB], startA, lengthA, 0)
  startA += inPlace
  lengthA -= inPlace
  if (lengthA === 0) return
  lengthB = yield* gallop(sort, false, items, items[startA + lengthA - 1], startB, lengthB, lengthB - 1)
  if (lengthB === 0) return
  if (lengthA <= lengthB) yield* mergeLow(sort, startA, lengthA, startB, lengthB)
  else yield* mergeHigh(sort, startA, lengthA, startB, lengthB)
})

/**
 * Where `key` belongs among the `length` sorted items from `base`: after those equal to it, or before them. The search
 * starts at `hint` and doubles its stride, then halves it.
 */
const gallop = steps(function* (
  { compare }: Sort,
  afterEqual: boolean,
  items: ReadonlyArray<unknown>,
  key: unknown,
  base: number,
  length: number,
  hint: number
): Steps<number> {
  let precedes = afterEqual
    ? !(+(yield* apply(compare, undefined, [key, items[base + hint]])) < 0)
    : +(yield* apply(compare, undefined, [items[base + hint], key])) < 0
  const forward = precedes
  const furthest = forward ? length - hint : hint + 1
  let last = 0
  let offset = 1
  while (offset < furthest) {
    const item = items[base + (forward ? hint + offset : hint - offset)]
    precedes = afterEqual
      ? !(+(yield* apply(compare, undefined, [key, item])) < 0)
      : +(yield* apply(compare, undefined, [item, key])) < 0
    if (precedes !== forward) break
    last = offset
    offset = offset * 2 + 1
  }
  if (offset > furthest) offset = furthest
  let low = (forward ? hint + last : hint - offset) + 1
  let high = forward ? hint + offset : hint - last
  while (low < high) {
    const middle = low + ((high - low) >> 1)
    precedes = afterEqual
      ? !(+(yield* apply(compare, undefined, [key, items[base + middle]])) < 0)
      : +(yield* apply(compare, undefined, [items[base + middle], key])) < 0
    if (precedes) low = middle + 1
    else high = middle
  }
  return high
})

const copyOf = (items: ReadonlyArray<unknown>, start: number, length: number): Array<unknown> => {
  const copy: Array<unknown> = []
  for (let k = 0; k < length; k++) put(copy, k, items[start + k])
  return copy
}

/** Copies within or between arrays that are dense there; the ranges may overlap. */
const move = (from: ReadonlyArray<unknown>, start: number, to: Array<unknown>, at: number, length: number): void => {
  if (start < at) for (let k = length - 1; k >= 0; k--) to[at + k] = from[start + k]
  else for (let k = 0; k < length; k++) to[at + k] = from[start + k]
}

/** Merges neighbours from the left, with the left one, which is not the longer, out of the way. */
const mergeLow = steps(function* (
  sort: Sort,
  startA: number,
  lengthA: number,
  b: number,
  lengthB: number
): Steps<void> {
  const { items, compare } = sort
  const copy = copyOf(items, startA, lengthA)
  let a = 0
  let to = startA
  /** What is left of one run goes where it belongs: the last of A, or all of it, after the rest of B. */
  const finish = () => {
    if (lengthB > 0) {
      move(items, b, items, to, lengthB)
      to += lengthB
    }
    move(copy, a, items, to, lengthA)
  }
  items[to++] = items[b++]
  if (--lengthB === 0 || lengthA === 1) return finish()
  let { gallopAfter } = sort
  for (;;) {
    let winsA = 0
    let winsB = 0
    do {
      if (+(yield* apply(compare, undefined, [items[b], copy[a]])) < 0) {
        items[to++] = items[b++]
        winsB++
        winsA = 0
        if (--lengthB === 0) return finish()
      } else {
        items[to++] = copy[a++]
        winsA++
        winsB = 0
        if (--lengthA === 1) return finish()
      }
    } while (winsA < gallopAfter && winsB < gallopAfter)
    gallopAfter++
    do {
      gallopAfter = max(1, gallopAfter - 1)
      sort.gallopAfter = gallopAfter
      winsA = yield* gallop(sort, true, copy, items[b], a, lengthA, 0)
      move(copy, a, items, to, winsA)
      to += winsA
      a += winsA
      lengthA -= winsA
      if (winsA > 0 && lengthA <= 1) return finish()
      items[to++] = items[b++]
      if (--lengthB === 0) return finish()
      winsB = yield* gallop(sort, false, items, copy[a], b, lengthB, 0)
      move(items, b, items, to, winsB)
      to += winsB
      b += winsB
      lengthB -= winsB
      if (winsB > 0 && lengthB === 0) return finish()
      items[to++] = copy[a++]
      if (--lengthA === 1) return finish()
    } while (winsA >= winsToGallop || winsB >= winsToGallop)
    gallopAfter++
    sort.gallopAfter = gallopAfter
  }
})

/** Merges neighbours from the right, with the right one, which is the shorter, out of the way. */
const mergeHigh = steps(function* (
  sort: Sort,
  startA: number,
  lengthA: number,
  startB: number,
  lengthB: number
): Steps<void> {
  const { items, compare } = sort
  const copy = copyOf(items, startB, lengthB)
  let a = startA + lengthA - 1
  let b = lengthB - 1
  let to = startB + lengthB - 1
  const finish = () => {
    if (lengthA > 0) {
      to -= lengthA
      a -= lengthA
      move(items, a + 1, items, to + 1, lengthA)
    }
    move(copy, b - lengthB + 1, items, to - lengthB + 1, lengthB)
  }
  items[to--] = items[a--]
  if (--lengthA === 0 || lengthB === 1) return finish()
  let { gallopAfter } = sort
  for (;;) {
    let winsA = 0
    let winsB = 0
    do {
      if (+(yield* apply(compare, undefined, [copy[b], items[a]])) < 0) {
        items[to--] = items[a--]
        winsA++
        winsB = 0
        if (--lengthA === 0) return finish()
      } else {
        items[to--] = copy[b--]
        winsB++
        winsA = 0
        if (--lengthB === 1) return finish()
      }
    } while (winsA < gallopAfter && winsB < gallopAfter)
    gallopAfter++
    do {
      gallopAfter = max(1, gallopAfter - 1)
      sort.gallopAfter = gallopAfter
      winsA = lengthA - (yield* gallop(sort, true, items, copy[b], startA, lengthA, lengthA - 1))
      to -= winsA
      a -= winsA
      move(items, a + 1, items, to + 1, winsA)
      lengthA -= winsA
      if (winsA > 0 && lengthA === 0) return finish()
      items[to--] = copy[b--]
      if (--lengthB === 1) return finish()
      winsB = lengthB - (yield* gallop(sort, false, copy, items[a], 0, lengthB, lengthB - 1))
      to -= winsB
      b -= winsB
      move(copy, b + 1, items, to + 1, winsB)
      lengthB -= winsB
      if (winsB > 0 && lengthB <= 1) return finish()
      items[to--] = items[a--]
      if (--lengthA === 0) return finish()
    } while (winsA >= winsToGallop || winsB >= winsToGallop)
    gallopAfter++
    sort.gallopAfter = gallopAfter
  }
})
