import { Postgres } from "greenlift/blocking"
import { getPage } from "./graph.ts"

const db = new Postgres()

interface Row {
  id: string
  name: string
  category: string
  fan_count: number
  talking_about_count: number
  updated_time: Date
  lock_version: number
}

export class FacebookAccount {
  readonly id: string
  name: string
  category: string
  fanCount: number
  talkingAboutCount: number
  updatedTime: Date
  lockVersion: number

  constructor(row: Row) {
    this.id = row.id
    this.name = row.name
    this.category = row.category
    this.fanCount = row.fan_count
    this.talkingAboutCount = row.talking_about_count
    this.updatedTime = row.updated_time
    this.lockVersion = row.lock_version
  }

  static query(): Array<FacebookAccount> {
    const { rows } = db.query<Row>("SELECT * FROM facebook_accounts ORDER BY id")
    return rows.map((row) => new FacebookAccount(row))
  }

  update(): void {
    const page = getPage(this.id)
    this.name = page.name
    this.category = page.category
    this.fanCount = page.fan_count
    this.talkingAboutCount = page.talking_about_count
    this.updatedTime = new Date(page.updated_time)
    this.save()
  }

  save(): void {
    const { rowCount } = db.query(
      `UPDATE facebook_accounts
          SET name = $2, category = $3, fan_count = $4, talking_about_count = $5, updated_time = $6,
              lock_version = lock_version + 1
        WHERE id = $1 AND lock_version = $7`,
      [this.id, this.name, this.category, this.fanCount, this.talkingAboutCount, this.updatedTime, this.lockVersion]
    )
    if (rowCount !== 1) throw new Error(`account ${this.id} was changed by somebody else`)
    this.lockVersion++
  }
}
