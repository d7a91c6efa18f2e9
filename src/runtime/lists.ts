/** Small lists, kept without the methods of arrays, which a program may have changed. */

/** Adds an item at the end. */
export const append = <A>(list: Array<A>, item: A): void => {
  list[list.length] = item
}

/** Takes an item out. False where it is not in the list. */
export const remove = <A>(list: Array<A>, item: A): boolean => {
  let at = 0
  while (at < list.length && list[at] !== item) at++
  if (at === list.length) return false
  for (; at < list.length - 1; at++) list[at] = list[at + 1]!
  list.length--
  return true
}
