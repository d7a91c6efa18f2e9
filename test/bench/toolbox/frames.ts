/** The program of the bench: sequential-looking, lifted by the loader. */
import { Channel, Event, GreenPool, LightQueue, Semaphore, sleep, spawn, type Task, timeout } from "greenlift/green"

const nothing = (): void => {}

const tick = (): void => sleep(0)

const both = (one: () => void, other: () => void): void => {
  const tasks = [spawn(one), spawn(other)]
  for (const task of tasks) task.wait()
}

export function spawnAndWait(times: number): void {
  const tasks: Array<Task<void>> = []
  for (let i = 0; i < times; i++) tasks.push(spawn(nothing))
  for (const task of tasks) task.wait()
}

function pass(queue: LightQueue<number>, times: number): void {
  both(
    () => {
      for (let i = 0; i < times; i++) queue.put(i)
    },
    () => {
      for (let i = 0; i < times; i++) queue.get()
    }
  )
}

export function queue(times: number): void {
  pass(new LightQueue<number>(100), times)
}

export function channel(times: number): void {
  pass(new Channel<number>(), times)
}

export function semaphore(times: number): void {
  const one = new Semaphore(1)
  const turns = (): void => {
    for (let i = 0; i < times / 100; i++) one.run(tick)
  }
  const tasks: Array<Task<void>> = []
  for (let i = 0; i < 100; i++) tasks.push(spawn(turns))
  for (const task of tasks) task.wait()
}

export function event(times: number): void {
  let next = new Event()
  both(
    () => {
      for (let i = 0; i < times; i++) {
        next.wait()
        next = new Event()
      }
    },
    () => {
      for (let i = 0; i < times; i++) {
        next.send()
        sleep(0)
      }
    }
  )
}

export function imap(times: number): void {
  const results = new GreenPool(100).imap(tick, Array(times).keys())
  for (let result = results.next(); !result.done; result = results.next());
}

export function timeouts(times: number): void {
  for (let i = 0; i < times; i++) timeout(60_000, tick)
}

export function yields(times: number): void {
  const turns = (): void => {
    for (let i = 0; i < times / 2; i++) sleep(0)
  }
  both(turns, turns)
}
