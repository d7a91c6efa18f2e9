import { sleep } from "greenlift/blocking"
export function work(log) {
  log("begin esm")
  sleep(20)
  log("end esm")
}
