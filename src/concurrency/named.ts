/** Names for things that tasks wait for. */

/** Something that tasks wait for, and that dumps and errors call by its name where it has one. */
export abstract class Named {
  /** What dumps and errors call it; none by default. */
  name = ""

  /** What a wait for it is called. */
  protected label(what: string): string {
    return this.name === "" ? what : `${what} (${this.name})`
  }

  /** @internal As `label`, for the twins of a class. */
  static label(self: Named, what: string): string {
    return self.label(what)
  }
}

export const labelOf = Named.label
