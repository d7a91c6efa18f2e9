/** Runs one variant of one test, in one form, in a realm of its own, and judges it. */
import vm from "node:vm"
import { alone, compile, type SourceKind } from "../../src/compiler/index.js"
import type { Outcome } from "../../src/runtime/fiber.js"
import type { Metadata, Variant } from "./metadata.js"
import { helpersSpecifier, type Lift, Modules } from "./modules.js"
import { type Realm, type Realms, withHelpers } from "./realm.js"

/**
 * `script` and `wrapped` are unlifted: as test262 has it, and as the body of a function (what Node makes of a CommonJS
 * module). `plain` is the lifted script, with no fiber; `fiber` the lifted body of a function, in a fiber.
 */
export type Form = "script" | "wrapped" | "plain" | "fiber"

export interface Test {
  readonly file: string
  readonly source: string
  readonly metadata: Metadata
}

/** What went wrong, or null where the test passed. */
export type Verdict = string | null

interface Thrown {
  readonly phase: "parse" | "resolution" | "runtime"
  readonly error: unknown
}

const isLifted = (form: Form): boolean => form === "plain" || form === "fiber"

export class Executor {
  constructor(
    private readonly realms: Realms,
    private readonly allGrey: boolean
  ) {}

  async execute(test: Test, variant: Variant, form: Form): Promise<Verdict> {
    let realm: Realm
    try {
      realm = this.realms.create(test.metadata, isLifted(form))
    } catch (error) {
      return `the harness: ${describe(error)}`
    }
    const thrown = await new Execution(test, variant, form, realm, this.allGrey).run()
    return judge(test.metadata, thrown, realm.printed)
  }
}

class Execution {
  private readonly modules: Modules
  /** What was lifted, by file. */
  private readonly sources = new Map<string, string>()

  constructor(
    private readonly test: Test,
    private readonly variant: Variant,
    private readonly form: Form,
    private readonly realm: Realm,
    private readonly allGrey: boolean
  ) {
    this.modules = new Modules(realm, this.liftModule)
    realm.helpers?.readSources((file) => this.sources.get(file) ?? null)
  }

  async run(): Promise<Thrown | null> {
    const thrown = await (this.variant === "module" ? this.runModule() : this.runScript())
    if (thrown === null && this.test.metadata.flags.has("async")) await quiet(() => this.realm.printed.length > 0)
    return thrown
  }

  private async runScript(): Promise<Thrown | null> {
    let script: vm.Script
    try {
      script = this.compileScript()
    } catch (error) {
      return { phase: "parse", error }
    }
    const { context, helpers } = this.realm
    try {
      if (this.form === "script" || this.form === "plain") {
        script.runInContext(context)
        return null
      }
      const body = () => Reflect.apply(script.runInContext(context), vm.runInContext("this", context), [])
      if (this.form === "wrapped") {
        body()
        return null
      }
      let outcome: Outcome | undefined
      helpers!.runMain(this.test.file, body, (ended) => (outcome = ended))()
      await quiet(() => outcome !== undefined)
      return outcome?._tag === "Success" ? null : { phase: "runtime", error: failureOf(outcome) }
    } catch (error) {
      return { phase: "runtime", error }
    }
  }

  private compileScript(): vm.Script {
    const { file, source } = this.test
    const directed = this.variant === "strict" ? `"use strict";\n${source}` : source
    const lifted = isLifted(this.form) ? this.lift(file, directed, "commonjs", this.form === "fiber") : directed
    const wrap = this.form === "wrapped" || this.form === "fiber"
    const importing = source.includes("import")
    return new vm.Script(wrap ? `(function () {${lifted}\n})` : lifted, {
      filename: file,
      ...(importing ? { importModuleDynamically: this.modules.importFrom(file) as any } : {})
    })
  }

  private async runModule(): Promise<Thrown | null> {
    const { file, source } = this.test
    let module: vm.SourceTextModule
    try {
      module = this.modules.load(file, source)
    } catch (error) {
      return { phase: "parse", error }
    }
    try {
      await module.link(this.modules.link as any)
    } catch (error) {
      return { phase: "resolution", error }
    }
    let thrown: Thrown | null | undefined
    const evaluate = () =>
      module.evaluate().then(
        () => (thrown = null),
        (error) => (thrown = { phase: "runtime", error })
      )
    if (this.form === "fiber") this.realm.helpers!.runMain(file, evaluate, () => {})
    else evaluate()
    await quiet(() => thrown !== undefined)
    return thrown === undefined ? { phase: "runtime", error: "the module never settled" } : thrown
  }

  private readonly liftModule: Lift = (file, source) =>
    isLifted(this.form) ? this.lift(file, source, "module", this.form === "fiber" && file === this.test.file) : source

  private lift(file: string, source: string, kind: SourceKind, entry: boolean): string {
    this.sources.set(file, source)
    const { code } = compile(source, {
      file,
      kind,
      helpers: helpersSpecifier,
      entry,
      script: kind === "commonjs" && !entry,
      ...(this.allGrey ? { surroundings: { ...alone, allGrey: true } } : {})
    })
    return withHelpers(code)
  }
}

const failureOf = (outcome: Outcome | undefined): unknown => {
  if (outcome === undefined) return "the fiber never ended"
  return outcome._tag === "Failure" ? outcome.error : "the fiber was interrupted"
}

const turns = 30

/** Waits until something has happened, or nothing more can: no test sets a timer, so all goes on in microtasks. */
const quiet = async (happened: () => boolean): Promise<void> => {
  for (let turn = 0; turn < turns && !happened(); turn++) await new Promise((resolve) => setImmediate(resolve))
}

const judge = ({ negative, flags }: Metadata, thrown: Thrown | null, printed: ReadonlyArray<string>): Verdict => {
  if (negative !== null) {
    if (thrown === null) return `expected ${negative.type}, nothing was thrown`
    const type = nameOf(thrown.error)
    if (type === negative.type && thrown.phase === negative.phase) return null
    return `expected ${negative.type} (${negative.phase}), got (${thrown.phase}) ${describe(thrown.error)}`
  }
  if (thrown !== null) return `${thrown.phase === "runtime" ? "" : `${thrown.phase}: `}${describe(thrown.error)}`
  if (!flags.has("async")) return null
  if (printed.length === 0) return "the test never ended"
  return printed[0] === "Test262:AsyncTestComplete" ? null : printed[0]!.slice(0, 300)
}

const nameOf = (error: any): string => {
  try {
    return error.constructor.name
  } catch {
    return typeof error
  }
}

const describe = (error: any): string => {
  try {
    if (typeof error !== "object" || error === null) return String(error).slice(0, 300)
    const place = /\n {4}at .*/.exec(error.stack ?? "")?.[0].trim() ?? ""
    return `${nameOf(error)}: ${String(error.message).slice(0, 300)} ${place}`.trim()
  } catch {
    return "an error that cannot be described"
  }
}
