/** What the bench does with one kind of fiber. Each implementation does the same with its own means. */
export interface Kind {
  readonly name: string
  /** Has them wait, so many frames deep, as many as there is room for, and lets them end once they have been seen. */
  park(parked: Parked, frames: Frames, seen: () => void): Promise<void>
  /** Spawns and joins one after another. */
  spawnAndJoinEach(many: number): Promise<void>
  /** Spawns all, then joins all. */
  spawnThenJoinAll(many: number): Promise<void>
  /** One of them waits so many times, and is resumed by a microtask each time. */
  resumeOne(times: number): Promise<void>
}

export type Frames = 1 | 10

type Resume = (value: any) => void

const nobody = (): void => {}

/** Those who wait, by how each is resumed. There is room beforehand, so that none of it is measured. */
export class Parked {
  private readonly resumes: Array<Resume>
  private count = 0

  constructor(readonly room: number) {
    this.resumes = new Array(room).fill(nobody)
  }

  add(resume: Resume): void {
    this.resumes[this.count++] = resume
  }

  /** Once all of them wait: calls `seen`, and resumes them. */
  whenAllWait(seen: () => void, value?: unknown): void {
    setImmediate(() => {
      if (this.count < this.room) return this.whenAllWait(seen, value)
      seen()
      for (const resume of this.resumes) resume(value)
    })
  }
}
