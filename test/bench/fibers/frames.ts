/** What the fibers of the bench run. It is lifted by the loader, as any program's code is; what to wait by it is given. */
import { spawn, type Task } from "greenlift/green"

export type Wait = () => void

export type Body = (wait: Wait) => void

export function one(wait: Wait): void {
  wait()
}

function two(wait: Wait): void {
  one(wait)
}

function three(wait: Wait): void {
  two(wait)
}

function four(wait: Wait): void {
  three(wait)
}

function five(wait: Wait): void {
  four(wait)
}

function six(wait: Wait): void {
  five(wait)
}

function seven(wait: Wait): void {
  six(wait)
}

function eight(wait: Wait): void {
  seven(wait)
}

function nine(wait: Wait): void {
  eight(wait)
}

export function ten(wait: Wait): void {
  nine(wait)
}

/** Spawns tasks, and comes back from `seen` when they have been looked at. */
export function spawnMany(many: number, body: Body, wait: Wait, seen: () => void): void {
  for (let n = 0; n < many; n++) spawn(body, wait)
  seen()
}

export function spawnAndJoinEach(many: number, body: Body, wait: Wait): void {
  for (let n = 0; n < many; n++) spawn(body, wait).wait()
}

export function spawnThenJoinAll(many: number, body: Body, wait: Wait): void {
  const tasks: Array<Task<void>> = []
  for (let n = 0; n < many; n++) tasks.push(spawn(body, wait))
  for (const task of tasks) task.wait()
}

/** Waits so many times, below so many frames of a recursion. */
export function waitBelow(frames: number, times: number, wait: Wait): void {
  if (frames === 0) waitOften(times, wait)
  else waitBelow(frames - 1, times, wait)
}

export function waitOften(times: number, wait: Wait): void {
  for (let n = 0; n < times; n++) wait()
}
