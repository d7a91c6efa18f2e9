/** Who is called: what an expression stands for, as far as the module's bindings tell. */
import type { Variable } from "eslint-scope"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import type { Callee, FunctionInfo } from "./model.js"

/** What compilers to CommonJS put around `require`. */
const interop = /^(?:__import(?:Default|Star)|_interopRequire(?:Default|Wildcard)|__toESM)$/

/** Tells what an expression stands for when it is called. */
export const makeResolver = (
  variables: ReadonlyMap<Node, Variable>,
  byNode: ReadonlyMap<Node, FunctionInfo>,
  constructors: ReadonlyMap<Node, FunctionInfo>
): ((node: Node) => Callee) => {
  const unknown: Callee = { kind: "unknown" }

  const ofVariable = (variable: Variable): Callee => {
    const definition = variable.defs[0] as any
    if (variable.defs.length !== 1) return unknown
    if (definition.type === "Parameter") {
      const parameterOf = byNode.get(definition.node)
      return parameterOf === undefined ? unknown : { kind: "unknown", parameterOf }
    }
    const written = variable.references.filter((reference) => reference.isWrite())
    if (definition.type === "FunctionName") {
      const target = byNode.get(definition.node)
      return target !== undefined && written.length === 0 ? { kind: "function", target } : unknown
    }
    if (definition.type === "ClassName") {
      const target = constructors.get(definition.node)
      return target !== undefined && written.length === 0 ? { kind: "function", target } : unknown
    }
    if (definition.type === "ImportBinding") {
      const specifier = definition.parent.source.value as string
      const { type, imported } = definition.node
      const name =
        type === "ImportDefaultSpecifier" ? "default" : type === "ImportNamespaceSpecifier" ? "*" : imported.name
      return { kind: "import", specifier, name: name ?? imported.value }
    }
    if (definition.type === "Variable" && written.length === 1 && definition.node.init !== null) {
      const init = bare(definition.node.init)
      if (definition.node.id.type === "Identifier") {
        const target = isFunction(init) ? byNode.get(init) : constructors.get(init)
        if (target !== undefined) return { kind: "function", target }
        const specifier = requiredBy(init)
        if (specifier !== null) return { kind: "import", specifier, name: "*" }
        if (init.type === "MemberExpression") {
          const member = resolve(init)
          if (member.kind === "global") return member
        }
      } else if (definition.node.id.type === "ObjectPattern") {
        const specifier = requiredBy(init)
        const property = definition.node.id.properties.find(
          (each: Node) => each.type === "Property" && bare(each.value) === definition.name
        )
        const name = property === undefined ? null : keyName(property.key, property.computed)
        if (specifier !== null && name !== null) return { kind: "import", specifier, name }
      }
    }
    return unknown
  }

  /** The specifier that `require("…")` names, alone or in what compilers to CommonJS put around it. */
  const requiredBy = (node: Node): string | null => {
    if (node.type !== "CallExpression") return null
    const inner = node.arguments[0] === undefined ? null : bare(node.arguments[0])
    if (inner?.type === "CallExpression" && node.callee.type === "Identifier" && interop.test(node.callee.name)) {
      return requireOf(inner)
    }
    return requireOf(node)
  }

  const requireOf = (node: Node): string | null =>
    node.callee.type === "Identifier" &&
    node.callee.name === "require" &&
    !variables.has(node.callee) &&
    node.arguments[0]?.type === "Literal"
      ? String(node.arguments[0].value)
      : null

  const resolve = (expression: Node): Callee => {
    const node = bare(expression)
    switch (node.type) {
      case "Identifier": {
        const variable = variables.get(node)
        if (variable === undefined || variable.defs.length === 0) return { kind: "global", name: node.name }
        return ofVariable(variable)
      }
      case "FunctionExpression":
      case "ArrowFunctionExpression": {
        const target = byNode.get(node)
        return target === undefined ? unknown : { kind: "function", target }
      }
      case "MemberExpression": {
        if (node.property.type === "PrivateIdentifier") {
          return { kind: "method", name: `#${node.property.name}`, object: null }
        }
        const name = keyName(node.property, node.computed)
        if (name === null) return unknown
        const object = resolve(node.object)
        if (object.kind === "import" && (object.name === "*" || object.name === "default")) {
          return { kind: "import", specifier: object.specifier, name }
        }
        if (object.kind === "global") return { kind: "global", name: `${object.name}.${name}` }
        return { kind: "method", name, object }
      }
      case "ClassExpression": {
        const target = constructors.get(node)
        return target === undefined ? unknown : { kind: "function", target }
      }
      case "SequenceExpression":
        return resolve(node.expressions.at(-1))
      case "CallExpression": {
        const specifier = requiredBy(node)
        return specifier === null ? unknown : { kind: "import", specifier, name: "*" }
      }
      case "Literal":
      case "TemplateLiteral":
      case "ObjectExpression":
      case "ArrayExpression":
        return { kind: "global", name: "Object" }
      default:
        return unknown
    }
  }
  return resolve
}

/** What a module exports. */
export class Exports {
  readonly named = new Map<string, Callee>()
  readonly all: Array<string> = []

  constructor(
    private readonly resolve: (node: Node) => Callee,
    program: Node
  ) {
    for (const statement of program.body as Array<Node>) {
      switch (statement.type) {
        case "ExportNamedDeclaration":
          this.exportNamed(statement)
          break
        case "ExportDefaultDeclaration":
          this.put("default", statement.declaration)
          break
        case "ExportAllDeclaration":
          if (statement.exported === null) this.all.push(String(statement.source.value))
          break
        case "ExpressionStatement":
          this.exportCommonJs(bare(statement.expression))
          break
      }
    }
  }

  private put(name: string, node: Node): void {
    const value = bare(node)
    const isDeclaration = value.type === "FunctionDeclaration" || value.type === "ClassDeclaration"
    this.named.set(name, this.resolve(isDeclaration && value.id !== null ? value.id : value))
    if (name !== "default" || value.type !== "ObjectExpression") return
    for (const property of value.properties) {
      const key = property.type === "Property" ? keyName(property.key, property.computed) : null
      if (key !== null) this.put(key, property.value)
    }
  }

  private exportNamed(statement: Node): void {
    for (const { local, exported } of statement.specifiers) {
      const name = exported.name ?? exported.value
      if (statement.source) {
        this.named.set(name, { kind: "import", specifier: statement.source.value, name: local.name ?? local.value })
      } else this.put(name, local)
    }
    const declaration: Node | null = statement.declaration
    if (declaration?.type === "FunctionDeclaration" || declaration?.type === "ClassDeclaration") {
      this.put(declaration.id.name, declaration.id)
    }
    if (declaration?.type === "VariableDeclaration") {
      for (const each of declaration.declarations) if (each.id.type === "Identifier") this.put(each.id.name, each.id)
    }
  }

  /** `module.exports = …`, `exports.a = …`, `module.exports.a = …`. */
  private exportCommonJs(expression: Node): void {
    if (expression.type !== "AssignmentExpression" || expression.operator !== "=") return
    const target = this.resolve(expression.left)
    if (target.kind !== "global") return
    if (target.name === "module.exports") this.put("default", expression.right)
    const name = /^(?:module\.)?exports\.(\w+)$/.exec(target.name)?.[1]
    if (name !== undefined) this.put(name, expression.right)
  }
}
