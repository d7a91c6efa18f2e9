/** A program that blocks, with work in it that does not: it parses HTML, selects, sorts and hashes. */
import * as cheerio from "cheerio"
import { sleep } from "greenlift/blocking"
import lodash from "lodash"
import { makePage, measure } from "./measure.mjs"

class Account {
  update() {
    sleep(1)
  }
}
for (const account of [new Account(), new Account()]) account.update()

const page = makePage()

measure(() => {
  const $ = cheerio.load(page)
  const links = $("div.c3 > a")
    .map((_, element) => $(element).attr("href"))
    .get()
  let hash = 7
  for (const link of lodash.sortBy(links, (each) => -Number(each.slice(3)))) {
    for (let i = 0; i < link.length; i++) hash = (hash * 31 + link.charCodeAt(i)) | 0
  }
  return hash
})
