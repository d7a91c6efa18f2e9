import { Lock, scope, sleep, spawn } from "greenlift/green"

const first = new Lock()
first.name = "accounts"
const second = new Lock()
second.name = "orders"

function both(one, other) {
  one.run(() => {
    sleep(5)
    other.run(() => console.log("never"))
  })
}

try {
  scope(() => {
    spawn(function ann() {
      both(first, second)
    })
    spawn(function bob() {
      both(second, first)
    })
  })
} finally {
  console.log("finally")
}
