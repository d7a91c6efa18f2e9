/** The twins of built-ins that call what they are given. Importing this module stamps them. */
import { stamp } from "../twin.js"
import { arrayFromTwins } from "./array-from.js"
import { arrayTwins } from "./arrays.js"
import { collectionTwins } from "./collections.js"
import "./constructors.js"
import { fromIterableTwins } from "./from-iterables.js"
import { functionTwins } from "./functions.js"
import { groupTwins } from "./groups.js"
import { iteratorHelperTwins } from "./iterator-helpers.js"
import { iteratorTwins } from "./iterators.js"
import { jsonParseTwins } from "./json-parse.js"
import { jsonStringifyTwins } from "./json-stringify.js"
import { regExpTwins } from "./regexps.js"
import { setTwins } from "./set-methods.js"
import { sortTwins } from "./sorts.js"
import { stringTwins } from "./strings.js"
import { typedArrayTwins } from "./typed-arrays.js"

for (const group of [
  arrayTwins,
  arrayFromTwins,
  collectionTwins,
  fromIterableTwins,
  functionTwins,
  groupTwins,
  iteratorHelperTwins,
  iteratorTwins,
  jsonParseTwins,
  jsonStringifyTwins,
  regExpTwins,
  setTwins,
  sortTwins,
  stringTwins,
  typedArrayTwins
]) {
  for (const [builtin, twin] of group) if (builtin !== undefined) stamp(builtin, twin)
}
