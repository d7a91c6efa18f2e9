/** Measuring several contenders fairly: turn by turn, so that what slows the machine down slows all of them. */

/** Runs each contender once a round, and gives the results of each. The first round, which is not counted, warms up. */
export const turnByTurn = async <A>(
  rounds: number,
  contenders: ReadonlyArray<() => Promise<A>>
): Promise<Array<Array<A>>> => {
  const results: Array<Array<A>> = contenders.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const result = await contender()
      if (round > 0) results[index]!.push(result)
    }
  }
  return results
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
