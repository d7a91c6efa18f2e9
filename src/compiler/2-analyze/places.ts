/** Where the compiler can declare a name of its own. */
import { isFunction, type Node } from "../ast.js"

const blocks = new Set(["BlockStatement", "StaticBlock", "Program"])

const loops = new Set(["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"])

/**
 * The block around what stands at the end of a path, where each evaluation of it has the block's scope for itself until it
 * is through; null where it has not. With `kept`, also after it is through: a loop may not evaluate it again.
 */
export const blockAround = (path: ReadonlyArray<Node>, kept: boolean): Node | null => {
  for (let i = path.length - 1; i >= 0; i--) {
    const node = path[i]!
    if (blocks.has(node.type)) return node
    if (isFunction(node) || node.type === "PropertyDefinition" || (kept && loops.has(node.type))) return null
  }
  return null
}
