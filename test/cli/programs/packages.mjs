import * as cheerio from "cheerio"
import { load } from "cheerio/slim"
import { sleep } from "greenlift/blocking"
import _ from "lodash"
import each from "lodash/each.js"

class Account {
  constructor(id) {
    this.id = id
  }
  update() {
    sleep(20)
    return this.id
  }
}

const accounts = [1, 2, 3].map((id) => new Account(id))
const $ = cheerio.load("<ul><li>1<li>2<li>3</ul>")
_.forEach(accounts, (account) => {
  console.log(account.update())
})
console.log(_.map(accounts, (account) => account.update()))
console.log(
  _(accounts)
    .map((account) => account.update())
    .filter((id) => id > 1)
    .value()
)
console.log(_.sortBy(accounts, (account) => -account.update()).map(({ id }) => id))
each(accounts, (account) => void console.log(account.update()))
$("li").each((_index, element) => {
  sleep(20)
  console.log($(element).text())
})
const texts = $("li").map((_index, element) => {
  sleep(20)
  return $(element).text()
})
console.log(texts.get())
load("<p>a<p>b")("p").each((index) => void sleep(20 + index))
