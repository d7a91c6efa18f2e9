import { sleep } from "greenlift/blocking"

interface Item {
  readonly id: number
  readonly deep?: { readonly value: string }
}

class Service {
  private name(item: Item): string {
    return item.deep!.value.toUpperCase()
  }

  update(item: Item): void {
    sleep(1)
    console.log(this.name(item))
  }
}

const items: Array<Item> = [{ id: 1, deep: { value: "a" } }, { id: 2 }, { id: 3, deep: { value: "c" } }, { id: 4 }]
const service = new Service()

for (const item of items) {
  try {
    service.update(item)
  } finally {
    console.error(`finally ${item.id}`)
  }
}
