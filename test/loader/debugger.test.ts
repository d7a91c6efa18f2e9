import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath, pathToFileURL } from "node:url"
import { generatedPositionFor, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping"
import { WebSocket } from "undici"
import { afterAll, assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-debugger-")))
mkdirSync(join(temporary, "node_modules"))
symlinkSync(root, join(temporary, "node_modules/greenlift"))

afterAll(() => rmSync(temporary, { recursive: true }))

interface Place {
  readonly url: string
  readonly line: number
}

interface Location {
  readonly scriptId: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** A debugger that is attached to a program, as an editor's is: it goes by the source maps of what is loaded. */
class Debugger {
  private last = 0
  private readonly answers = new Map<number, (result: any) => void>()
  private readonly scripts = new Map<string, { readonly url: string; readonly map: TraceMap | null }>()
  private readonly pauses: Array<Location> = []
  private wake: () => void = () => {}

  constructor(private readonly socket: WebSocket) {
    socket.onmessage = ({ data }) => this.receive(JSON.parse(String(data)))
  }

  private receive({ id, method, params, result }: any): void {
    if (id !== undefined) this.answers.get(id)?.(result)
    if (method === "Debugger.scriptParsed") {
      const inline = /^data:application\/json;base64,(.*)$/.exec(params.sourceMapURL ?? "")?.[1]
      const map = inline === undefined ? null : new TraceMap(Buffer.from(inline, "base64").toString())
      this.scripts.set(params.scriptId, { url: params.url, map })
    }
    if (method === "Debugger.paused") {
      this.pauses.push(params.callFrames[0].location)
      this.wake()
    }
  }

  send(method: string, params: object = {}): Promise<any> {
    const id = ++this.last
    this.socket.send(JSON.stringify({ id, method, params }))
    return new Promise((resolve) => this.answers.set(id, resolve))
  }

  private async pause(): Promise<Location> {
    while (this.pauses.length === 0) await new Promise<void>((resolve) => (this.wake = resolve))
    return this.pauses.shift()!
  }

  /** Where the program has paused, in the file it was written in. */
  async paused(): Promise<Place> {
    const { scriptId, lineNumber, columnNumber } = await this.pause()
    const { url, map } = this.scripts.get(scriptId)!
    const found = map === null ? null : originalPositionFor(map, { line: lineNumber + 1, column: columnNumber })
    return { url: found?.source ?? url, line: found?.line ?? lineNumber + 1 }
  }

  /** Goes on until a script of that name has been loaded, and breaks at a line of it as it was written. */
  async breakAt(file: string, line: number): Promise<void> {
    const script = [...this.scripts.values()].find(({ url }) => url.endsWith(file))
    const map = script?.map ?? null
    const at =
      map === null ? { line } : generatedPositionFor(map, { source: map.sources[0]!, line, column: 0, bias: -1 })
    await this.send("Debugger.setBreakpointByUrl", {
      lineNumber: (at.line ?? line) - 1,
      urlRegex: `.*${file.replaceAll(".", "\\.")}$`
    })
  }
}

const attach = async (entry: string): Promise<{ readonly debug: Debugger; readonly end: () => void }> => {
  const child = spawn(
    process.execPath,
    ["--inspect-brk=0", "--import", pathToFileURL(join(root, "dist/loader/register.js")).href, entry],
    { cwd: temporary, env: { ...process.env, GREENLIFT_CACHE: join(temporary, "cache") } }
  )
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /ws:\/\/\S+/.exec(line)?.[0]
    if (url === undefined) continue
    const socket = new WebSocket(url)
    await new Promise((resolve) => (socket.onopen = resolve))
    const debug = new Debugger(socket)
    await debug.send("Runtime.enable")
    await debug.send("Debugger.enable")
    const end = (): void => {
      socket.close()
      child.kill()
    }
    return { debug, end }
  }
  throw new Error("no debugger to attach to")
}

const program = (typed: boolean) => `const { sleep } = require("greenlift/blocking")
${typed ? "interface Account { readonly id: number }\n\n" : ""}const update = (account${typed ? ": Account" : ""}) => {
  sleep(1)
  const name = "account " + account.id
  return name
}
const main = () => {
  debugger
  const first = update({ id: 1 })
  const second = update({ id: 2 })
  return [first, second]
}
main()
`

describe("a debugger", () => {
  for (const [file, typed] of [
    ["plain.cjs", false],
    ["typed.cts", true]
  ] as const) {
    it(`stops on the lines of ${file} as it was written, and steps over calls that wait`, {
      timeout: 60_000
    }, async () => {
      const source = program(typed)
      writeFileSync(join(temporary, file), source)
      const lineOf = (text: string) => source.split("\n").findIndex((line) => line.includes(text)) + 1
      const { debug, end } = await attach(file)
      try {
        await debug.send("Runtime.runIfWaitingForDebugger")
        let place = await debug.paused()
        while (!place.url.endsWith(file) || place.line !== lineOf("debugger")) {
          await debug.send("Debugger.resume")
          place = await debug.paused()
        }
        await debug.breakAt(file, lineOf("const name"))
        await debug.send("Debugger.resume")
        place = await debug.paused()
        assert.strictEqual(place.line, lineOf("const name"))
        assert.isTrue(place.url.endsWith(file))
        await debug.send("Debugger.stepOver")
        assert.strictEqual((await debug.paused()).line, lineOf("return name"))
      } finally {
        end()
      }
    })
  }
})
