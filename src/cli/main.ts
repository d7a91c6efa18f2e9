#!/usr/bin/env node
/** The command line's entry. */
import { readFileSync } from "node:fs"
import { readArguments, usage } from "./arguments.js"

const version = (): string =>
  (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version

const args = readArguments(process.argv.slice(2))
switch (args.command) {
  case "version":
    process.stdout.write(`${version()}\n`)
    break
  case "help":
    process.stdout.write(`${usage}\n`)
    break
  case "wrong":
    process.stderr.write(`greenlift: ${args.why}\n\n${usage}\n`)
    process.exitCode = 2
    break
  case "doctor": {
    const { doctor } = await import("./doctor.js")
    process.exitCode = await doctor(args)
    break
  }
  case "run": {
    const { run } = await import("./run.js")
    const code = await run(args)
    if (code !== null) process.stdout.write("", () => process.exit(code))
  }
}
