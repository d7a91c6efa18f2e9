/** Clones the packages, each at the commit the figures are of, and installs what their suites need. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Package, packages } from "./packages.ts"

const run = (cwd: string, command: string, ...args: ReadonlyArray<string>): void =>
  void execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] })

const install = (cwd: string): void =>
  run(cwd, "npm", "install", "--no-save", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")

/** Where to clone from: the URL of a repository, `{}` standing for `owner/name`. */
export const github = "https://github.com/{}"

const clone = (directory: string, { name, repository, commit }: Package, from: string): void => {
  const folder = join(directory, name)
  if (existsSync(folder)) return
  mkdirSync(folder)
  run(folder, "git", "init", "--quiet")
  run(folder, "git", "fetch", "--quiet", "--depth", "1", from.replace("{}", repository), commit)
  run(folder, "git", "checkout", "--quiet", "FETCH_HEAD")
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  if (dependencies !== undefined) install(folder)
}

/** Clones what is not there yet. */
export const cloneAll = (directory: string, from: string): void => {
  mkdirSync(directory, { recursive: true })
  for (const each of packages) clone(directory, each, from)
  const dependencies = Object.assign({}, ...packages.map(({ needs }) => needs))
  writeFileSync(join(directory, "package.json"), `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`)
  install(directory)
}
