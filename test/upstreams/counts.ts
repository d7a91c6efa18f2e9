/** What an upstream has seen. */
import type { Stats } from "./switches.js"

export class Counts {
  private requests = 0
  private inFlight = 0
  private peakInFlight = 0
  private aborted = 0
  private readonly answers = new Map<number, number>()
  private readonly paths = new Map<string, number>()

  came(path: string): void {
    this.requests++
    this.paths.set(path, (this.paths.get(path) ?? 0) + 1)
    if (++this.inFlight > this.peakInFlight) this.peakInFlight = this.inFlight
  }

  /**
   * To be called before the answer goes out: the client may have it, and send the next request, before this end hears
   * that it did.
   */
  answered(status: number): void {
    this.inFlight--
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
  }

  wentAway(): void {
    this.inFlight--
    this.aborted++
  }

  /** Starts every count again; what is in flight stays so. */
  startAgain(): void {
    this.requests = 0
    this.peakInFlight = this.inFlight
    this.aborted = 0
    this.answers.clear()
    this.paths.clear()
  }

  stats(): Stats {
    const { requests, inFlight, peakInFlight, aborted, answers, paths } = this
    return {
      requests,
      inFlight,
      peakInFlight,
      aborted,
      answers: Object.fromEntries(answers),
      paths: Object.fromEntries(paths)
    }
  }
}
