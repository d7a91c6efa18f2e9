/** Questions about who depends on whom. */

/** The way from `from` along `inputsOf` to `goal`, or undefined where there is none. */
export const pathTo = <K>(
  goal: K,
  from: Iterable<K>,
  inputsOf: (key: K) => Iterable<K>,
  seen: Set<K> = new Set()
): Array<K> | undefined => {
  for (const key of from) {
    if (key === goal) return [key]
    if (seen.has(key)) continue
    seen.add(key)
    const path = pathTo(goal, inputsOf(key), inputsOf, seen)
    if (path !== undefined) return [key, ...path]
  }
  return undefined
}

/** The keys of a map, each after those it depends on; or a ring among them. */
export const sorted = <K>(
  depends: ReadonlyMap<K, Iterable<K>>
): { readonly order: ReadonlyArray<K> } | { readonly ring: ReadonlyArray<K> } => {
  const order = new Set<K>()
  const inputsOf = (key: K): Iterable<K> => depends.get(key) ?? []
  const visit = (key: K): void => {
    if (order.has(key) || !depends.has(key)) return
    for (const input of inputsOf(key)) visit(input)
    order.add(key)
  }
  for (const key of depends.keys()) {
    const path = pathTo(key, inputsOf(key), inputsOf)
    if (path !== undefined) return { ring: [key, ...path] }
  }
  for (const key of depends.keys()) visit(key)
  return { order: [...order] }
}

/**
 * The keys outside of `lacking` that keep all in it waiting, perhaps through each other: none if at least one could go
 * on.
 */
export const missing = <K>(lacking: ReadonlyMap<K, ReadonlySet<K>>): Set<K> => {
  const wanted = new Set<K>()
  const hopeless = new Set<K>()
  for (let before = -1; before < hopeless.size; ) {
    before = hopeless.size
    for (const [key, lacks] of lacking) {
      for (const input of lacks) {
        if (!lacking.has(input)) wanted.add(input)
        if (!lacking.has(input) || hopeless.has(input)) hopeless.add(key)
      }
    }
  }
  return hopeless.size === lacking.size ? wanted : new Set()
}
