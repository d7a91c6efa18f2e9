import { execFileSync, execSync, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { runTwin } from "../../src/runtime/host.ts"
import { callTwin } from "../../src/runtime/twin.ts"
import "../../src/twins/child-process.ts"

const originals = { execFileSync, execSync, spawnSync } as Record<string, (...args: ReadonlyArray<any>) => unknown>

type Name = "execFileSync" | "execSync" | "spawnSync"

const directory = mkdtempSync(join(tmpdir(), "greenlift-child-"))
const script = join(directory, "not-executable")
writeFileSync(script, "echo no")
afterAll(() => rmSync(directory, { recursive: true }))

const green = (name: Name, args: ReadonlyArray<unknown>) =>
  runTwin(() => callTwin(originals[name]!, undefined, args), { name: "test" })

/** Everything there is to see of a call: what it returned or threw, without the pid, and what it wrote to stderr. */
interface Seen {
  readonly returned?: unknown
  readonly thrown?: unknown
  readonly stderr: string
}

const withoutPid = (value: unknown): unknown => {
  if (value instanceof Error) {
    const own = { ...value } as Record<string, unknown>
    return {
      own: Object.fromEntries(Object.entries(own).map(([key, of]) => [key, of === value ? "itself" : withoutPid(of)])),
      keys: Object.keys(own),
      message: value.message,
      name: value.name,
      prototype: Object.getPrototypeOf(value)
    }
  }
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value) || Array.isArray(value)) return value
  const { pid, ...rest } = value as Record<string, unknown>
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, of]) => [key, withoutPid(of)])),
    keys: Object.keys(value),
    started: pid === undefined ? undefined : (pid as number) > 0
  }
}

const listening = <A>(use: Effect.Effect<A>): Effect.Effect<readonly [A, string]> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const { write } = process.stderr
      const written: Array<string> = []
      process.stderr.write = ((chunk: string | Uint8Array) => {
        written.push(Buffer.from(chunk as string).toString())
        return true
      }) as typeof write
      return { write, written }
    }),
    ({ written }) => Effect.map(use, (value) => [value, written.join("")] as const),
    ({ write }) =>
      Effect.sync(() => {
        process.stderr.write = write
      })
  )

const seen = (run: Effect.Effect<unknown, { readonly cause: unknown }>): Effect.Effect<Seen> =>
  Effect.map(
    listening(
      Effect.match(run, {
        onFailure: ({ cause }) => ({ thrown: cause instanceof Error ? errorOf(cause) : cause }),
        onSuccess: (returned) => ({ returned: withoutPid(returned) })
      })
    ),
    ([outcome, stderr]) => ({ ...outcome, stderr })
  )

const errorOf = (error: Error): unknown => {
  const { own, ...rest } = withoutPid(error) as { own: Record<string, unknown> }
  const { pid, ...others } = own
  return { ...rest, own: others, started: pid === undefined ? undefined : (pid as number) > 0 }
}

const original = (name: Name, args: ReadonlyArray<unknown>) =>
  Effect.try({
    try: () => originals[name]!(...args),
    catch: (cause) => ({ cause })
  })

const node = process.execPath
const large = "x".repeat(200_000)

const calls: ReadonlyArray<readonly [what: string, name: Name, ...args: Array<unknown>]> = [
  ["output as a buffer", "spawnSync", "echo", ["hello"]],
  ["output as a string", "spawnSync", "echo", ["hello"], { encoding: "utf8" }],
  ["output in base64", "spawnSync", "echo", ["hello"], { encoding: "base64" }],
  ["encoding buffer", "spawnSync", "echo", ["hello"], { encoding: "buffer" }],
  ["an unknown encoding", "spawnSync", "echo", ["hello"], { encoding: "klingon" }],
  ["options without arguments", "spawnSync", "cat", { input: "from the parent" }],
  ["no arguments at all", "spawnSync", "true"],
  ["exit status", "spawnSync", "sh", ["-c", "echo out; echo err >&2; exit 7"]],
  ["ended by a signal", "spawnSync", "sh", ["-c", "kill -9 $$"]],
  ["input as a string", "spawnSync", "cat", [], { input: "été", encoding: "utf8" }],
  ["input in an encoding", "spawnSync", "cat", [], { input: "c3a9", encoding: "hex" }],
  ["input as bytes", "spawnSync", "cat", [], { input: new Uint8Array([1, 2, 3]) }],
  ["input as a view", "spawnSync", "cat", [], { input: new DataView(new ArrayBuffer(4), 1, 2) }],
  ["input as an empty buffer", "spawnSync", "cat", [], { input: Buffer.alloc(0) }],
  ["much input", "spawnSync", "wc", ["-c"], { input: large, encoding: "utf8" }],
  ["much input through", "spawnSync", "cat", [], { input: large, encoding: "utf8" }],
  ["a little input that nobody reads", "spawnSync", "sleep", ["0.02"], { input: "x" }],
  ["input that nobody reads", "spawnSync", "true", [], { input: Buffer.alloc(2_000_000) }],
  ["input to an ignored stdin", "spawnSync", "cat", [], { input: "unseen", stdio: ["ignore", "pipe", "pipe"] }],
  ["input with a wrong type", "spawnSync", "cat", [], { input: 42 }],
  ["stdio ignored", "spawnSync", "echo", ["hello"], { stdio: "ignore" }],
  ["stdio inherited", "spawnSync", "true", [], { stdio: "inherit" }],
  ["stdio in part", "spawnSync", "sh", ["-c", "echo a; echo b >&2"], { stdio: ["pipe", "ignore"] }],
  ["a fourth pipe", "spawnSync", "sh", ["-c", "echo extra >&3"], { stdio: ["pipe", "pipe", "pipe", "pipe"] }],
  ["stderr into stdout", "spawnSync", "sh", ["-c", "echo b >&2"], { stdio: ["ignore", "pipe", 2] }],
  ["stdio by negative numbers", "spawnSync", "cat", [], { stdio: [-1, -1, null], input: "x" }],
  ["stdio that drops an entry", "spawnSync", "true", [], { stdio: ["what", "pipe", "pipe"] }],
  ["stdio ipc", "spawnSync", "true", [], { stdio: ["pipe", "pipe", "pipe", "ipc"] }],
  ["stdio unknown", "spawnSync", "true", [], { stdio: "what" }],
  ["stdio of a wrong type", "spawnSync", "true", [], { stdio: ["pipe", {}] }],
  ["timeout", "spawnSync", "sleep", ["30"], { timeout: 40 }],
  ["timeout with a signal", "spawnSync", "sleep", ["30"], { timeout: 40, killSignal: "SIGKILL" }],
  ["timeout that is not needed", "spawnSync", "true", [], { timeout: 20_000 }],
  [
    "a trapped timeout",
    "spawnSync",
    "sh",
    ["-c", "trap 'exit 9' TERM; while true; do sleep 0.01; done"],
    { timeout: 150 }
  ],
  ["maxBuffer exceeded", "spawnSync", "sh", ["-c", "printf aaaaaa; sleep 30"], { maxBuffer: 5 }],
  ["maxBuffer met", "spawnSync", "printf", ["aaaaa"], { maxBuffer: 5 }],
  [
    "maxBuffer over both pipes",
    "spawnSync",
    "sh",
    ["-c", "printf aaa; sleep 0.1; printf bbb >&2; sleep 30"],
    { maxBuffer: 5 }
  ],
  ["maxBuffer off", "spawnSync", "head", ["-c", "3000000", "/dev/zero"], { maxBuffer: 0 }],
  ["maxBuffer undefined", "spawnSync", "head", ["-c", "3000000", "/dev/zero"], { maxBuffer: undefined }],
  ["maxBuffer infinite", "spawnSync", "head", ["-c", "3000000", "/dev/zero"], { maxBuffer: Number.POSITIVE_INFINITY }],
  ["late output of a grandchild", "spawnSync", "sh", ["-c", "echo now; (sleep 0.1; echo later) & exit 4"]],
  [
    "input left to a grandchild",
    "spawnSync",
    "sh",
    ["-c", "exec 4<&0; (sleep 0.1; wc -c) <&4 & exit 0"],
    { input: Buffer.alloc(2_000_000), encoding: "utf8" }
  ],
  ["no such command", "spawnSync", "no-such-command", ["a", "b"]],
  ["not executable", "spawnSync", script, []],
  ["no such directory", "spawnSync", "true", [], { cwd: "/no/such/directory" }],
  ["a file as the directory", "spawnSync", "true", [], { cwd: script }],
  ["arguments that are too long", "spawnSync", "true", ["x".repeat(4_000_000)]],
  ["cwd", "spawnSync", "pwd", [], { cwd: directory, encoding: "utf8" }],
  ["cwd as a URL", "spawnSync", "pwd", [], { cwd: pathToFileURL(directory), encoding: "utf8" }],
  ["env", "spawnSync", "env", [], { env: { ONLY: "this" }, encoding: "utf8" }],
  ["argv0", "spawnSync", "sh", ["-c", "echo $0"], { argv0: "other", encoding: "utf8" }],
  ["shell", "spawnSync", "echo $((1 + 2))", [], { shell: true, encoding: "utf8" }],
  [
    "shell with arguments",
    "spawnSync",
    "echo",
    ["a  b", "$HOME"],
    { shell: "/bin/sh", encoding: "utf8", env: { HOME: "/h" } }
  ],
  ["a shell that is missing", "spawnSync", "true", [], { shell: "/no/shell" }],
  ["uid and gid", "spawnSync", "id", ["-u"], { uid: process.getuid!(), gid: process.getgid!(), encoding: "utf8" }],
  ["detached", "spawnSync", "echo", ["x"], { detached: true }],
  ["a file of a wrong type", "spawnSync", 5],
  ["an empty file", "spawnSync", ""],
  ["a file with a null byte", "spawnSync", "a\0b"],
  ["an argument with a null byte", "spawnSync", "echo", ["a\0b"]],
  ["arguments of a wrong type", "spawnSync", "echo", "hello"],
  ["options null", "spawnSync", "echo", [], null],
  ["options of a wrong type", "spawnSync", "echo", [], "what"],
  ["options as a list", "spawnSync", "echo", [], []],
  ["timeout of a wrong type", "spawnSync", "echo", [], { timeout: "10" }],
  ["timeout below zero", "spawnSync", "echo", [], { timeout: -1 }],
  ["maxBuffer of a wrong type", "spawnSync", "echo", [], { maxBuffer: "10" }],
  ["killSignal unknown", "spawnSync", "echo", [], { killSignal: "SIGWHAT" }],
  ["killSignal of a wrong type", "spawnSync", "echo", [], { killSignal: {} }],
  ["cwd of a wrong type", "spawnSync", "echo", [], { cwd: 5 }],
  ["detached of a wrong type", "spawnSync", "echo", [], { detached: 1 }],
  ["uid of a wrong type", "spawnSync", "echo", [], { uid: 1.5 }],
  ["argv0 of a wrong type", "spawnSync", "echo", [], { argv0: 1 }],
  ["windowsHide of a wrong type", "spawnSync", "echo", [], { windowsHide: 1 }],
  ["input in encoding buffer", "spawnSync", "cat", [], { input: "x", encoding: "buffer" }],
  ["exec: output", "execSync", "echo a; echo b | tr b c"],
  ["exec: output as a string", "execSync", "echo a", { encoding: "utf8" }],
  ["exec: nothing to return", "execSync", "echo a", { stdio: "ignore" }],
  ["exec: stderr goes on", "execSync", "echo a; echo warning >&2"],
  ["exec: stderr kept", "execSync", "echo a; echo warning >&2", { stdio: "pipe" }],
  ["exec: failure", "execSync", "echo out; echo reason >&2; exit 3"],
  ["exec: failure, as strings", "execSync", "echo out; echo reason >&2; exit 3", { encoding: "utf8", stdio: "pipe" }],
  ["exec: failure without stderr", "execSync", "exit 3"],
  ["exec: ended by a signal", "execSync", "kill -TERM $$"],
  ["exec: timeout", "execSync", "exec sleep 30", { timeout: 40 }],
  ["exec: maxBuffer", "execSync", "printf aaaaaa; exec sleep 30", { maxBuffer: 5 }],
  ["exec: input", "execSync", "cat", { input: "x", encoding: "utf8" }],
  ["exec: a shell of its own", "execSync", "echo $0", { shell: "/bin/bash", encoding: "utf8" }],
  ["exec: shell false is true", "execSync", "echo a b", { shell: false, encoding: "utf8" }],
  ["exec: a command of a wrong type", "execSync", 5],
  ["exec: a function for options", "execSync", "echo a", () => {}],
  ["exec: no such directory", "execSync", "true", { cwd: "/no/such/directory" }],
  ["execFile: output", "execFileSync", "echo", ["a"]],
  ["execFile: options for arguments", "execFileSync", "pwd", { cwd: directory, encoding: "utf8" }],
  ["execFile: options null", "execFileSync", "echo", ["a"], null],
  ["execFile: failure", "execFileSync", "sh", ["-c", "echo reason >&2; exit 3"]],
  ["execFile: failure under another name", "execFileSync", "sh", ["-c", "exit 3"], { argv0: "other" }],
  ["execFile: failure in a shell", "execFileSync", "exit 3", [], { shell: true }],
  ["execFile: no such command", "execFileSync", "no-such-command", ["a"]],
  ["execFile: timeout", "execFileSync", "sleep", ["30"], { timeout: 40, encoding: "utf8" }],
  ["execFile: arguments of a wrong type", "execFileSync", "echo", "hello"],
  ["execFile: options of a wrong type", "execFileSync", "echo", [], "what"],
  ["execFile: one object too many", "execFileSync", "echo", {}, {}],
  ["execFile: argv0 of a wrong type", "execFileSync", "echo", [], { argv0: 5 }]
]

// Node 24 warns of arguments with a shell, once a process: whichever side comes first.
process.noDeprecation = true

describe("child_process", () => {
  describe("gives what the original gives", () => {
    for (const [what, name, ...args] of calls) {
      it.live(what, () =>
        Effect.gen(function* () {
          const expected = yield* seen(original(name, args))
          const actual = yield* seen(green(name, args))
          assert.deepStrictEqual(actual, expected)
        })
      )
    }
  })

  it.live("lets other fibers run meanwhile", () =>
    Effect.gen(function* () {
      const fifo = join(directory, "fifo")
      execFileSync("mkfifo", [fifo])
      // A fifo opens when both ends are: one after the other, these two would wait for ever.
      const [read] = yield* Effect.all(
        [green("execSync", [`cat ${fifo}`]), green("execSync", [`echo met > ${fifo}`])],
        {
          concurrency: "unbounded"
        }
      )
      assert.strictEqual(String(read), "met\n")
    })
  )

  it.live("does not change the caller's options", () =>
    Effect.gen(function* () {
      const options = Object.freeze({ stdio: Object.freeze(["pipe"]), input: "x" })
      const result = (yield* green("spawnSync", ["cat", [], options])) as { readonly stdout: Buffer }
      assert.strictEqual(String(result.stdout), "x")
    })
  )

  const startedPid = (file: string) =>
    Effect.promise(async () => {
      while (!existsSync(file) || readFileSync(file, "utf8").trim() === "") await delay(2)
      return Number(readFileSync(file, "utf8"))
    })

  const alive = (pid: number): boolean => {
    try {
      // One that has ended may wait for its parent to look at it.
      return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
    } catch {
      return false
    }
  }

  it.live("interruption ends the child and waits for that", () =>
    Effect.gen(function* () {
      const file = join(directory, "pid-of-child")
      const program = `require("fs").writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`
      const fiber = yield* Effect.fork(green("execFileSync", [node, ["-e", program]]))
      const pid = yield* startedPid(file)
      assert.isTrue(alive(pid))
      const exit = yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.isInterrupted(exit))
      assert.isFalse(alive(pid))
    })
  )

  it.live("interruption ends what a shell has started", () =>
    Effect.gen(function* () {
      const file = join(directory, "pid-of-grandchild")
      const fiber = yield* Effect.fork(green("execSync", [`(sleep 30 & echo $! > ${file}; wait); true`]))
      const pid = yield* startedPid(file)
      assert.isTrue(alive(pid))
      yield* Fiber.interrupt(fiber)
      yield* Effect.promise(async () => {
        while (alive(pid)) await delay(2)
      })
    })
  )
})
