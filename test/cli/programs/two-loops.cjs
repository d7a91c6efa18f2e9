const { sleep } = require("greenlift/blocking")

function first() {
  for (const x of [1, 2, 3]) {
    sleep(1)
    console.log("first", x)
  }
}

second: for (const x of [1, 2, 3]) {
  sleep(1)
  console.log("second", x)
}

first()
