/** Every example in a docstring of what is public compiles, against what is built. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { afterAll, assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
/** Inside of the project, for its packages and for itself by name. */
const folder = join(root, ".scratch", "examples")

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts")
)

const publicModules = /from "(?:greenlift|greenlift\/(?:green|blocking|testing))"/

/** The examples of a file that show what can be imported, and the lines they begin at. */
const examplesOf = (file: string): Array<readonly [line: number, code: string]> => {
  const text = readFileSync(join(root, "src", file), "utf8")
  return [...text.matchAll(/^ *\* @example\n((?: *\*(?!\/).*\n)+)/gm)].flatMap((match) => {
    const [, block = ""] = match
    const end = block.search(/^ *\* @/m)
    const code = (end < 0 ? block : block.slice(0, end)).replace(/^ *\* ?/gm, "")
    return publicModules.test(code) ? [[text.slice(0, match.index).split("\n").length, code] as const] : []
  })
}

describe("the examples in docstrings", () => {
  it("compile", { timeout: 120_000 }, () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const places = new Map<string, string>()
    for (const file of sources) {
      for (const [line, code] of examplesOf(file)) {
        const name = join(folder, `${file.replaceAll(/[\\/]/g, "-").replace(/\.ts$/, "")}-${line}.ts`)
        writeFileSync(name, `${code}\nexport {}\n`)
        places.set(name, `src/${file}:${line}`)
      }
    }
    assert.isAbove(places.size, 40)
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
      ts.sys,
      root
    )
    const program = ts.createProgram([...places.keys()], { ...options, noEmit: true, rootDir: root })
    const errors = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const where = file === undefined ? "" : (places.get(file.fileName) ?? relative(root, file.fileName))
      return `${where}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`
    })
    assert.deepStrictEqual(errors, [])
  })
})
