/** Measuring several contenders fairly: turn by turn, so that what slows the machine down slows all of them. */

export interface Rounds {
  /** Rounds that come first and are not counted. */
  readonly warming: number
  readonly counted: number
}

/** Runs each contender once a round, and gives the results of each. */
export const turnByTurn = async <A>(
  { warming, counted }: Rounds,
  contenders: ReadonlyArray<() => Promise<A>>
): Promise<Array<Array<A>>> => {
  const results: Array<Array<A>> = contenders.map(() => [])
  for (let round = 0; round < warming + counted; round++) {
    for (const [index, contender] of contenders.entries()) {
      const result = await contender()
      if (round >= warming) results[index]!.push(result)
    }
  }
  return results
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
