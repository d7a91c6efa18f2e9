import { execSync } from "node:child_process"
import { sleep } from "greenlift/green"

interface Row {
  readonly n: number
}

function compute(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

function parse(text: string): number {
  const rows: Array<Row> = JSON.parse(text)
  return rows.reduce((sum, { n }) => sum + n, 0)
}

/** Left as it is, because of its direct `eval`. */
function shell(command: string): string {
  // biome-ignore lint/security/noGlobalEval: with it the function is not lifted
  return eval("String")(execSync(command))
}

const text = JSON.stringify(Array.from({ length: 600_000 }, (_, n) => ({ n, name: `row ${n}` })))
sleep(50)
compute(300)
sleep(50)
parse(text)
sleep(50)
process.stdout.write(shell("sleep 0.4; echo done"))
sleep(50)
