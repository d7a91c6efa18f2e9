import { Postgres } from "greenlift/blocking"
import { getPage, type Page } from "../../../../legacy/accounts/graph.ts"

const db = new Postgres()

const floors = JSON.parse(
  '{ "Café": [1], "Restaurant": [1, 2], "Shopping & Retail": [2], "Sports": [3], "Travel Company": [4] }'
)

export class Account {
  constructor(readonly id: string) {}

  static query(): Array<Account> {
    const { rows } = db.query<{ id: string }>("SELECT id FROM facebook_accounts ORDER BY id")
    return rows.map((row) => new Account(row.id))
  }

  update(): void {
    this.store(getPage(this.id))
  }

  private store(page: Page): void {
    db.query("UPDATE facebook_accounts SET category = $2 WHERE id = $1", [this.id, floorOf(page)])
  }
}

function floorOf(page: Page): string {
  return `floor ${floors[page.category].join(" and ")}`
}
