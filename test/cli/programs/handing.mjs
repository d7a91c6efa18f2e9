import { sleep } from "greenlift/blocking"
import _ from "lodash"

for (const id of [1, 2, 3, 4]) {
  _.forEach([1, 2], (part) => {
    sleep(60)
    console.log(id, part)
  })
}
