/** The requests an upstream has at hand: held back, and answered properly or as the switches say. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { type Answer, json, limited, resetInTheMiddle, send, wrongAnswer } from "./answer.js"
import { Counts } from "./counts.js"
import { isMisbehaviour, type Misbehaviour, type Switches } from "./switches.js"

/** How one request is to be treated. */
interface Treatment {
  readonly latency: number
  readonly gathers: boolean
  readonly misbehaviour: Misbehaviour | null
  /** The answer to a request that is over the limit. */
  readonly turnedAway: Answer | null
}

export class Traffic {
  readonly counts = new Counts()
  private requestsSinceSet = 0
  private misbehaved = 0
  private windowBegan = Number.NEGATIVE_INFINITY
  private requestsInWindow = 0
  private gathered = new Set<() => void>()

  /** @param answer what to answer to a URL (path and query) */
  constructor(
    private readonly answer: (url: string) => Answer,
    private switches: Switches
  ) {}

  set(switches: Partial<Switches>): void {
    this.switches = { ...this.switches, ...switches }
    this.requestsSinceSet = 0
    this.misbehaved = 0
    this.windowBegan = Number.NEGATIVE_INFINITY
    this.letGatheredGo()
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = request.url!
    const query = url.indexOf("?")
    const path = query < 0 ? url : url.slice(0, query)
    if (path === "/stats") return send(response, json(200, this.counts.stats()))
    this.counts.came(path)
    const treatment = this.treatmentOf(path, url)
    if (treatment.misbehaviour === "never") {
      response.once("close", () => this.counts.wentAway())
    } else if (treatment.latency === 0 && !treatment.gathers) {
      this.respond(response, url, treatment)
    } else {
      this.hold(response, treatment, () => this.respond(response, url, treatment))
    }
  }

  private respond(response: ServerResponse, url: string, { misbehaviour, turnedAway }: Treatment): void {
    const right = turnedAway ?? this.answer(url)
    const answer = misbehaviour === null ? right : wrongAnswer(right, misbehaviour)
    this.counts.answered(answer.status)
    if (misbehaviour === "reset") resetInTheMiddle(response, answer)
    else send(response, answer)
  }

  private hold(response: ServerResponse, { latency, gathers }: Treatment, respond: () => void): void {
    let timer: NodeJS.Timeout | undefined
    const wentAway = () => {
      this.counts.wentAway()
      this.gathered.delete(proceed)
      clearTimeout(timer)
    }
    const proceed = () => {
      timer = setTimeout(() => {
        response.off("close", wentAway)
        respond()
      }, latency)
    }
    response.once("close", wentAway)
    if (!gathers) return proceed()
    this.gathered.add(proceed)
    this.letGatheredGo()
  }

  private letGatheredGo(): void {
    if (this.gathered.size < this.switches.gather) return
    const together = this.gathered
    this.gathered = new Set()
    for (const proceed of together) proceed()
  }

  private treatmentOf(path: string, url: string): Treatment {
    const { latency, gather, after } = this.switches
    const inPeace = ++this.requestsSinceSet <= after
    const treatment = {
      latency,
      gathers: gather > 1 && !inPeace,
      misbehaviour: inPeace ? null : this.misbehaviourFor(path),
      turnedAway: this.isOverTheLimit()
    }
    const asked = /[?&](?:misbehave|latency)=/.test(url) ? new URL(url, "http://upstream").searchParams : null
    if (asked === null) return treatment
    const misbehave = asked.get("misbehave")
    return {
      ...treatment,
      latency: Number(asked.get("latency") ?? latency),
      misbehaviour: misbehave !== null && isMisbehaviour(misbehave) ? misbehave : treatment.misbehaviour
    }
  }

  private misbehaviourFor(path: string): Misbehaviour | null {
    const { misbehave, only, times } = this.switches
    if (misbehave === null || this.misbehaved >= times) return null
    if (only.length > 0 && !only.some((end) => path.endsWith(end))) return null
    this.misbehaved++
    return misbehave
  }

  private isOverTheLimit(): Answer | null {
    const { limit, limitWindow } = this.switches
    if (limit === Number.POSITIVE_INFINITY) return null
    const now = performance.now()
    if (now - this.windowBegan >= limitWindow) {
      this.windowBegan = now
      this.requestsInWindow = 0
    }
    if (++this.requestsInWindow <= limit) return null
    return limited(Math.ceil((this.windowBegan + limitWindow - now) / 1000))
  }
}
