/** Promises: a call of an async function is the nearest they have to a fiber. */
import type { Kind } from "./kind.ts"

const descend = async (frames: number, wait: () => Promise<void>): Promise<void> => {
  if (frames === 1) await wait()
  else await descend(frames - 1, wait)
}

const nothing = async (): Promise<void> => {}

const microtask = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve))

export const promises: Kind = {
  name: "promises: async functions",
  park: async (parked, frames, seen) => {
    const wait = () => new Promise<void>((resolve) => parked.add(resolve))
    for (let n = 0; n < parked.room; n++) void descend(frames, wait)
    await new Promise<void>((resolve) => {
      parked.whenAllWait(() => {
        seen()
        setImmediate(resolve)
      })
    })
  },
  spawnAndJoinEach: async (many) => {
    for (let n = 0; n < many; n++) await descend(1, nothing)
  },
  spawnThenJoinAll: async (many) => {
    const started: Array<Promise<void>> = []
    for (let n = 0; n < many; n++) started.push(descend(1, nothing))
    for (const promise of started) await promise
  },
  resumeOne: async (times) => {
    for (let n = 0; n < times; n++) await microtask()
  }
}
