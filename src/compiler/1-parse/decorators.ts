/**
 * What TypeScript's decorators are compiled to calls of. Each file that has decorators gets those it calls, as TypeScript
 * writes them, as function declarations at its end: they are hoisted, and what they wrap is lifted like any code.
 */
const helpers: Readonly<Record<string, string>> = {
  decorate:
    "(decorators, target, key, desc) { " +
    "let c = arguments.length, r = c < 3 ? target : desc === null ? (desc = Object.getOwnPropertyDescriptor(target, key)) : desc, d; " +
    'if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc); ' +
    "else for (let i = decorators.length - 1; i >= 0; i--) if ((d = decorators[i])) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r; " +
    "if (c > 3 && r) Object.defineProperty(target, key, r); return r }",
  decorateParam: "(index, decorator) { return function (target, key) { decorator(target, key, index) } }",
  decorateMetadata:
    "(key, value) { " +
    'if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(key, value) }'
}

/** Replaces references to helpers that are not there by names of the same length, so that the source map stays true. */
export const withDecorators = (code: string): string => {
  const used = new Set<string>()
  const renamed = code.replace(/\bbabelHelpers\.(decorate(?:Param|Metadata)?)\b/g, (_, name: string) => {
    used.add(name)
    return `babelHelpers_${name}`
  })
  const declarations = [...used].map((name) => `function babelHelpers_${name}${helpers[name]}\n`)
  return used.size === 0 ? code : `${renamed}\n${declarations.join("")}`
}
