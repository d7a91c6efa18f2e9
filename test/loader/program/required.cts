const blocking = require("greenlift/blocking") as { sleep(ms: number): void }

exports.work = (log: (line: string) => void): void => {
  log("begin required")
  blocking.sleep(20)
  log("end required")
}
