/** The thread that holds the connections of sessions used plainly: an agent for each session. See `http/plain.ts`. */
import { runAsWorker } from "synckit"
import { HttpAgent } from "../twins/http/agent.js"
import { type HttpRequest, UndiciTransfer } from "../twins/http/transfer.js"
import { answerOf } from "./http/error.js"
import type { Answer, Asked } from "./http/plain.js"

const agents = new Map<number, HttpAgent>()

const agentOf = (session: number): HttpAgent => {
  let agent = agents.get(session)
  if (agent === undefined) agents.set(session, (agent = new HttpAgent()))
  return agent
}

const send = (session: number, request: HttpRequest): Promise<Answer> =>
  new Promise((resolve) => {
    new UndiciTransfer(request, { settled: (outcome) => resolve(answerOf(outcome, request)) }).send(agentOf(session))
  })

const close = async (session: number): Promise<undefined> => {
  const agent = agents.get(session)
  agents.delete(session)
  await agent?.close()
}

runAsWorker(
  (asked: Asked): Promise<Answer | undefined> =>
    "close" in asked ? close(asked.close) : send(asked.session, asked.request)
)
