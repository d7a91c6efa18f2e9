const blocking = require("greenlift/blocking")
module.exports = {
  work(log, name) {
    log(`begin ${name}`)
    blocking.sleep(20)
    log(`end ${name}`)
  }
}
