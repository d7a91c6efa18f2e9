/** The runs that are under way in the process, and their fibers: for whoever looks at all there are. */
import type { Fiber, Run } from "./fiber.js"

/** From the first step of a run's root fiber until it has ended. */
export const runs = new Set<Run>()

/** The fibers that one owns, in the order they were spawned. */
export const childrenOf = (fiber: Fiber): Array<Fiber> => {
  const children: Array<Fiber> = []
  for (let child = fiber.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}
