const { Queue } = require("greenlift/green")

try {
  new Queue().get()
} catch (error) {
  console.log(error.code)
}
