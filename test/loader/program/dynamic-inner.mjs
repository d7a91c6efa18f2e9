import { sleep } from "greenlift/blocking"
export const work = (log) => {
  log("begin dynamic")
  sleep(20)
  log("end dynamic")
}
