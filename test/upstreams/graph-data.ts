/** What the Graph-like API knows of each account: made up from its id, the same every time. */

export interface GraphPage {
  readonly id: string
  readonly name: string
  readonly category: string
  readonly fan_count: number
  readonly talking_about_count: number
  readonly updated_time: string
}

const firstWords = ["Seoul", "Blue", "Morning", "Han River", "Little", "Golden", "Northern", "Daily"]
const secondWords = ["Coffee", "Books", "Cinema", "Bakery", "Climbing Gym", "Records", "Travel", "Noodle House"]
const categories = ["Café", "Shopping & Retail", "Sports", "Music", "Restaurant", "Travel Company"]

/** A sequence of numbers in [0, 1) that depends on the seed alone: FNV-1a, then mulberry32. */
const numbersFrom = (seed: string): (() => number) => {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const newYear = Date.UTC(2018, 0, 1)
const yearInSeconds = 365 * 24 * 3600

export const graphPage = (id: string): GraphPage => {
  const next = numbersFrom(id)
  const pick = (words: ReadonlyArray<string>) => words[Math.floor(next() * words.length)]!
  const fans = Math.floor(next() ** 3 * 2_000_000)
  return {
    id,
    name: `${pick(firstWords)} ${pick(secondWords)}`,
    category: pick(categories),
    fan_count: fans,
    talking_about_count: Math.floor(next() * fans * 0.05),
    updated_time: new Date(newYear + Math.floor(next() * yearInSeconds) * 1000).toISOString().replace(".000Z", "+0000")
  }
}
