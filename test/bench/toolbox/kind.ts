/** What the bench does with one toolbox. Each implementation does the same with its own means, so many times. */
export interface Kind {
  readonly name: string
  /** Spawns so many, then waits for each. */
  spawnAndWait(times: number): Promise<void>
  /** One puts items into a queue of 100, another takes them out. */
  queue(times: number): Promise<void>
  /** Items pass from hand to hand. */
  channel(times: number): Promise<void>
  /** A hundred fibers take one semaphore by turns. */
  semaphore(times: number): Promise<void>
  /** Waits for an event that another has to send, again and again. */
  event(times: number): Promise<void>
  /** A function over items, a hundred at a time, in order. */
  imap(times: number): Promise<void>
  /** Blocks that have a timeout, and end in time. */
  timeout(times: number): Promise<void>
  /** Takes turns with another. */
  yields(times: number): Promise<void>
}

export type Operation = Exclude<keyof Kind, "name">

export const operations: ReadonlyArray<readonly [operation: Operation, title: string]> = [
  ["spawnAndWait", "spawn and wait"],
  ["queue", "queue of 100: put and get"],
  ["channel", "queue of 0: hand-over"],
  ["semaphore", "semaphore: acquire and release, 100 in line"],
  ["event", "event: wait and send"],
  ["imap", "imap of a pool of 100, per item"],
  ["timeout", "timeout of a block that ends in time"],
  ["yields", "sleep(0)"]
]
