/**
 * The ready queue: fibers that can take their next step, first come, first served.
 *
 * A drain takes the whole queue at once, so that what becomes ready meanwhile waits for the next drain. Drains follow
 * each other as microtasks, and every 64th as an immediate, so that timers and sockets are never starved.
 */
import { append } from "./lists.js"

const { queueMicrotask, setImmediate } = globalThis

const microtasksInARow = 64

export interface Task {
  step(): void
}

export class Ready {
  private tasks: Array<Task> = []
  private scheduled = false
  /** How often the queue has been worked off. Where it stands still, so do the fibers. */
  drains = 0

  push(task: Task): void {
    append(this.tasks, task)
    if (!this.scheduled) this.schedule()
  }

  /** Has a task take its step at once, from outside of any other. */
  now(task: Task): void {
    task.step()
  }

  get idle(): boolean {
    return this.tasks.length === 0
  }

  private schedule(): void {
    this.scheduled = true
    this.drains++
    if (this.drains % microtasksInARow === 0) setImmediate(this.drain)
    else queueMicrotask(this.drain)
  }

  private readonly drain = (): void => {
    const tasks = this.tasks
    this.tasks = []
    this.scheduled = false
    for (let i = 0; i < tasks.length; i++) tasks[i]!.step()
  }
}
