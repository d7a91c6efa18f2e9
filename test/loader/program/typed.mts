import { sleep } from "greenlift/blocking"
import type { Log } from "./types.mts"

enum Edge {
  Begin = "begin",
  End = "end"
}

export class Typed {
  constructor(private readonly log: Log) {}
  work(): void {
    this.log(`${Edge.Begin} typed`)
    sleep(20)
    this.log(`${Edge.End} typed`)
  }
}
