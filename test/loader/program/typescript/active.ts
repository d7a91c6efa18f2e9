import { sleep } from "greenlift/blocking"

const row = <T>(value: T): T => {
  sleep(1)
  return value
}

const logged = (target: any, key: string, descriptor: PropertyDescriptor): PropertyDescriptor => {
  const method = descriptor.value
  descriptor.value = function (this: unknown, ...args: Array<unknown>) {
    const result = method.apply(this, args)
    console.log(key, result, typeof target)
    return result
  }
  return descriptor
}

const column = (target: any, key: string): void => {
  Object.defineProperty(target, key, { get: () => row(`column ${key}`), configurable: true })
}

const bound = (_target: any, key: string, index: number): void => console.log("parameter", key, index)

const entity =
  (name: string) =>
  <C extends new (...args: Array<any>) => object>(target: C): C => {
    console.log("entity", name, target.name)
    return target
  }

export enum Kind {
  Person = "person",
  Page = row("page"),
  Count = 3
}

namespace Names {
  export const first = row("first")
  export const both = (last: string): string => `${first} ${row(last)}`
}

@entity("accounts")
export class Account {
  @column name!: string
  declare ghost: string
  tags: Array<string> = row(["a"])

  constructor(
    private readonly id: number,
    readonly kind: Kind = row(Kind.Person)
  ) {}

  @logged
  describe(@bound word: string): string {
    return row(`${word} ${this.id} ${this.kind} ${this.name} ${Names.both("last")}`)
  }

  get owner(): Account | null {
    return row(null)
  }

  static #all = [1, 2]
  static get all(): Array<Account> {
    return Account.#all.map((id) => new Account(row(id)))
  }
}
