const { sleep } = require("greenlift/blocking")
with ({ x: 1 }) sleep(x)
console.log("ran")
