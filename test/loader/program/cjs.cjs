const { sleep } = require("greenlift/blocking")
exports.work = function (log) {
  log("begin cjs")
  sleep(20)
  log("end cjs")
}
