/** The ES modules of one realm: the test itself, the files it imports, and the helpers that lifted source imports. */
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import vm from "node:vm"
import type { Realm } from "./realm.js"

/** What lifted modules import their helpers from. */
export const helpersSpecifier = "greenlift:helpers"

/** Gives the source that is to be run for a file. */
export type Lift = (file: string, source: string) => string

export class Modules {
  private readonly loaded = new Map<string, vm.Module>()

  constructor(
    private readonly realm: Realm,
    private readonly lift: Lift
  ) {}

  /** The module of a file, not yet linked. */
  load(file: string, source: string): vm.SourceTextModule {
    const module = new vm.SourceTextModule(this.lift(file, source), {
      context: this.realm.context,
      identifier: file,
      importModuleDynamically: this.importFrom(file) as any
    })
    this.loaded.set(file, module)
    return module
  }

  /** Finds what a module imports. */
  readonly link = (specifier: string, from: vm.Module, extra: any): vm.Module =>
    this.resolve(specifier, from.identifier, extra.attributes ?? extra.assert)

  /** Performs the dynamic imports of a file. */
  importFrom(file: string): (specifier: string, referrer: unknown, attributes?: any) => Promise<vm.Module> {
    return async (specifier, _referrer, attributes) => {
      const module = this.resolve(specifier, file, attributes)
      if (module.status === "unlinked") await module.link(this.link as any)
      while (module.status === "linking") await null
      if (module.status !== "evaluating") await module.evaluate()
      return module
    }
  }

  private resolve(specifier: string, from: string, attributes: { readonly type?: string } | undefined): vm.Module {
    const json = attributes?.type === "json"
    const file = specifier === helpersSpecifier ? specifier : join(dirname(from), specifier)
    const key = json ? `${file} as JSON` : file
    const found = this.loaded.get(key)
    if (found !== undefined) return found
    if (!json && file !== helpersSpecifier) return this.load(file, readFileSync(file, "utf8"))
    const exports = json ? { default: this.parseJson(readFileSync(file, "utf8")) } : this.realm.helpers!
    const module = this.synthetic(exports, key)
    this.loaded.set(key, module)
    return module
  }

  private synthetic(exports: Readonly<Record<string, unknown>>, identifier: string): vm.Module {
    const names = Object.keys(exports)
    const { context } = this.realm
    return new vm.SyntheticModule(
      names,
      function () {
        for (const name of names) this.setExport(name, exports[name])
      },
      { context, identifier }
    )
  }

  private parseJson(text: string): unknown {
    return vm.runInContext("JSON.parse", this.realm.context)(text)
  }
}
