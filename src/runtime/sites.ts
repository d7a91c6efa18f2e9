/**
 * Call sites: where in the user's files a call that may block stands. The compiler writes the table of a module into its
 * lifted source; lifted code notes the number of a site as it enters a twin, which costs one store.
 */
export interface Site {
  readonly file: string
  readonly line: number
  readonly column: number
  /** What is called, as written: `account.update`. */
  readonly callee: string
  /** The function it is called from, or `<top level>`. */
  readonly within: string
}

const unknownSite: Site = { file: "<unknown>", line: 0, column: 0, callee: "<unknown>", within: "<unknown>" }

const sites: Array<Site> = [unknownSite]

/** A call site as a module's table has it: `origin` is the file it was compiled from, where that is another one. */
type Row = readonly [line: number, column: number, callee: string, within: string, origin?: string]

/** Adds a module's table and returns the number of its first site. */
export const addSites = (file: string, table: ReadonlyArray<Row>): number => {
  const first = sites.length
  for (let i = 0; i < table.length; i++) {
    const [line, column, callee, within, origin = file] = table[i]!
    sites[first + i] = { file: origin, line, column, callee, within }
  }
  return first
}

/** The site of that number. Number 0 is a site that nobody knows. */
export const siteOf = (id: number): Site => sites[id] ?? unknownSite
