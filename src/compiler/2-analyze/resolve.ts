/** Who is called: what an expression stands for, as far as the module's bindings tell. */
import type { Variable } from "eslint-scope"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import type { Callee, FunctionInfo } from "./model.js"

/** Tells what an expression stands for when it is called. */
export const makeResolver = (
  variables: ReadonlyMap<Node, Variable>,
  byNode: ReadonlyMap<Node, FunctionInfo>
): ((node: Node) => Callee) => {
  const unknown: Callee = { kind: "unknown" }

  const ofVariable = (variable: Variable): Callee => {
    const definition = variable.defs[0] as any
    if (variable.defs.length !== 1) return unknown
    const written = variable.references.filter((reference) => reference.isWrite())
    if (definition.type === "FunctionName") {
      const target = byNode.get(definition.node)
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
        const target = byNode.get(init)
        if (target !== undefined && isFunction(init)) return { kind: "function", target }
        const specifier = requiredBy(init)
        if (specifier !== null) return { kind: "import", specifier, name: "*" }
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

  const requiredBy = (node: Node): string | null =>
    node.type === "CallExpression" &&
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

export const collectExports = (
  program: Node,
  variables: ReadonlyMap<Node, Variable>,
  byNode: ReadonlyMap<Node, FunctionInfo>,
  exports: Map<string, FunctionInfo>
): void => {
  const resolve = makeResolver(variables, byNode)
  const put = (name: string, node: Node): void => {
    const callee = resolve(node)
    if (callee.kind === "function") exports.set(name, callee.target)
  }
  for (const statement of program.body as Array<Node>) {
    if (statement.type !== "ExportNamedDeclaration" || statement.source) continue
    for (const specifier of statement.specifiers) {
      put(specifier.exported.name ?? specifier.exported.value, specifier.local)
    }
    const declaration: Node | null = statement.declaration
    if (declaration?.type === "FunctionDeclaration") put(declaration.id.name, declaration.id)
    if (declaration?.type === "VariableDeclaration") {
      for (const each of declaration.declarations) if (each.id.type === "Identifier") put(each.id.name, each.id)
    }
  }
}
