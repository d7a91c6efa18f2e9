/** Quantiles of durations in constant memory, within 1 %. */
const base = Math.log(1.02)

export class Histogram {
  private readonly buckets = new Map<number, number>()
  private count = 0

  /** @param ms a duration in milliseconds */
  add(ms: number): void {
    const bucket = Math.round(Math.log(Math.max(ms, 0.001)) / base)
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1)
    this.count++
  }

  /** The duration that a share `q` of them does not exceed, or 0 where there are none. */
  quantile(q: number): number {
    let left = Math.ceil(q * this.count)
    for (const bucket of [...this.buckets.keys()].sort((a, b) => a - b)) {
      left -= this.buckets.get(bucket)!
      if (left <= 0) return Math.exp(bucket * base)
    }
    return 0
  }
}
