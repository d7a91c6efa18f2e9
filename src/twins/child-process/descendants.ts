/** The processes that a process has started, and they in turn. */
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"

/** Of every process that runs: its parent. Windows tells neither way, and has no signals to send to them. */
const parents = (): ReadonlyMap<number, number> => {
  if (process.platform === "linux") return parentsInProc()
  if (process.platform === "win32") return new Map()
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
  return new Map(
    listed
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  )
}

const parentsInProc = (): ReadonlyMap<number, number> => {
  const found = new Map<number, number>()
  for (const name of readdirSync("/proc")) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
      // The command stands in parentheses and may hold any character: what follows the last one is `state parent …`.
      found.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]))
    } catch {
      // It ended meanwhile.
    }
  }
  return found
}

/** Everything that descends from a process, nearest first, without itself. */
export const descendants = (pid: number): ReadonlyArray<number> => {
  const all = parents()
  const tree = [pid]
  for (const ancestor of tree) for (const [child, parent] of all) if (parent === ancestor) tree.push(child)
  return tree.slice(1)
}
