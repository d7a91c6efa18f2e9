import { Timeout } from "../../../src/green.js"

export const timeOut = (): never => {
  throw new Timeout(7)
}
