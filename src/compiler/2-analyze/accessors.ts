/**
 * Accessors that may block: which functions are accessors, of what names, and where properties of such names are read and
 * written. The names are looked up at the access only where some accessor of the program with that name is grey.
 */
import { bare, calleeOf, keyName, type Node } from "../ast.js"
import type { AccessInfo, AccessKind, FunctionInfo, Functions } from "./model.js"

/** How accessors are named in `FunctionInfo.accessors` and `Surroundings.greyAccessors`. */
export const accessorNames = (access: { readonly kind: AccessKind; readonly name: string }): ReadonlyArray<string> => {
  if (access.kind === "read") return [`get ${access.name}`]
  if (access.kind === "write") return [`set ${access.name}`]
  return [`get ${access.name}`, `set ${access.name}`]
}

/** Stands for the name of an accessor whose name is computed. No access looks for it, unless it is to a property of that name. */
export const anyName = "*"

/**
 * Has the properties that lifted functions read and write looked up as well where some accessor of a computed name may wait.
 * A function that only does that stays as it is: it would be nearly all of them.
 */
export const lookUpAll = (functions: Functions, greyElsewhere: ReadonlySet<string>): void => {
  const isGrey = (kind: string): boolean =>
    greyElsewhere.has(`${kind} ${anyName}`) ||
    functions.all.some((fn) => fn.grey && fn.accessors.includes(`${kind} ${anyName}`))
  const reads = isGrey("get")
  const writes = isGrey("set")
  if (!reads && !writes) return
  const called = new Set([...functions.calls.values()].map(({ node }) => calleeOf(node)))
  for (const access of functions.accesses.values()) {
    const { kind, member, within } = access
    if (!within.grey || within.verbatim !== null || called.has(member) || access.name.startsWith("#")) continue
    if (kind === "read" ? reads : writes || (kind === "update" && reads)) access.grey = true
  }
}

/** The access that a member expression makes, or null where there is none that could be lifted. */
export const accessOf = (member: Node, path: ReadonlyArray<Node>, within: FunctionInfo): AccessInfo | null => {
  const isPrivate = member.property.type === "PrivateIdentifier"
  const name = isPrivate ? `#${member.property.name}` : keyName(member.property, member.computed)
  if (name === null || (!isPrivate && name.startsWith("#"))) return null
  let at = path.length - 1
  while (path[at]?.type === "ParenthesizedExpression") at--
  const user = path[at]
  if (user === undefined) return null
  const made = (kind: AccessKind, node: Node): AccessInfo | null =>
    member.object.type === "Super" && kind !== "read" ? null : { node, member, within, kind, name, grey: false }
  if (member.optional) return user.type === "ChainExpression" && !isLink(member.object) ? made("read", user) : null
  switch (user.type) {
    case "AssignmentExpression":
      if (bare(user.left) !== member) return made("read", member)
      return path[at] === path.at(-1) ? made(user.operator === "=" ? "write" : "update", user) : null
    case "UpdateExpression":
      return path[at] === path.at(-1) ? made("update", user) : null
    case "CallExpression":
      return bare(user.callee) !== member || isCalledWhereItStands(user, path) ? made("read", member) : null
    case "TaggedTemplateExpression":
    case "ChainExpression":
    case "ArrayPattern":
    case "RestElement":
      return null
    case "MemberExpression":
      return user.optional || inChain(path) ? null : made("read", member)
    case "UnaryExpression":
      return user.operator === "delete" ? null : made("read", member)
    case "AssignmentPattern":
    case "ForInStatement":
    case "ForOfStatement":
      return user.left === member ? null : made("read", member)
    case "Property":
      return path[at - 1]?.type === "ObjectPattern" && user.value === member ? null : made("read", member)
    default:
      return made("read", member)
  }
}

/** Whether a call's callee, a member, is read for the call alone, and no link of a chain. */
const isCalledWhereItStands = (call: Node, path: ReadonlyArray<Node>): boolean =>
  call === path.at(-1) && !call.optional && bare(call.callee).object.type !== "Super" && !inChain(path)

const isLink = (node: Node): boolean => node.type === "MemberExpression" || node.type === "CallExpression"

/** Whether a member is a link of an optional chain. */
const inChain = (path: ReadonlyArray<Node>): boolean => {
  const outer = path.findLast((each) => !isLink(each))
  return outer?.type === "ChainExpression"
}

/** The accessors that a call defines: of `Object.defineProperty`, `defineProperties`, `create` or `__defineGetter__`. */
export const definedBy = (
  call: Node,
  byNode: ReadonlyMap<Node, FunctionInfo>
): Array<{ readonly info: FunctionInfo; readonly accessor: string }> => {
  const callee = bare(call.callee)
  if (callee.type !== "MemberExpression") return []
  const method = keyName(callee.property, callee.computed)
  const [first, second, third] = call.arguments as Array<Node>
  const owner = bare(callee.object).name
  if (owner === "Object" || owner === "Reflect") {
    if (method === "defineProperty")
      return third === undefined ? [] : ofDescriptor(nameIn(second) ?? anyName, third, byNode)
    if (method === "defineProperties" || method === "create") return ofDescriptors(second, byNode)
    return []
  }
  if ((method !== "__defineGetter__" && method !== "__defineSetter__") || second === undefined) return []
  const info = byNode.get(bare(second))
  if (info === undefined) return []
  return [{ info, accessor: `${method === "__defineGetter__" ? "get" : "set"} ${nameIn(first) ?? anyName}` }]
}

const nameIn = (node: Node | undefined): string | null =>
  node?.type === "Literal" && typeof node.value === "string" ? node.value : null

const ofDescriptor = (name: string, node: Node, byNode: ReadonlyMap<Node, FunctionInfo>) => {
  const descriptor = bare(node)
  if (descriptor.type !== "ObjectExpression") return []
  return (descriptor.properties as Array<Node>).flatMap((property) => {
    const role = property.type === "Property" ? keyName(property.key, property.computed) : null
    const info = role === "get" || role === "set" ? byNode.get(bare(property.value)) : undefined
    return info === undefined ? [] : [{ info, accessor: `${role} ${name}` }]
  })
}

const ofDescriptors = (node: Node | undefined, byNode: ReadonlyMap<Node, FunctionInfo>) => {
  const descriptors = node === undefined ? null : bare(node)
  if (descriptors?.type !== "ObjectExpression") return []
  return (descriptors.properties as Array<Node>).flatMap((property) =>
    property.type === "Property"
      ? ofDescriptor(keyName(property.key, property.computed) ?? anyName, property.value, byNode)
      : []
  )
}
