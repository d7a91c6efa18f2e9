/** `HttpSession` of greenlift/blocking made green. */
import { answerOf } from "../../blocking/http/error.js"
import type { Answer } from "../../blocking/http/plain.js"
import type { HttpRequestOptions } from "../../blocking/http/request.js"
import type { HttpResponse } from "../../blocking/http/response.js"
import { closed, HttpSession } from "../../blocking/http.js"
import type { Run } from "../../runtime/fiber.js"
import { nativeOp } from "../../runtime/op.js"
import { callTwin, current, type Steps, stamp } from "../../runtime/twin.js"
import { HttpAgent } from "./agent.js"
import { Exchange } from "./exchange.js"
import { Line } from "./line.js"
import { openedIn } from "./opened.js"
import { policed } from "./policed.js"
import { Failure, type HttpRequest, type Listener, Reply, type Transfer, UndiciTransfer } from "./transfer.js"

const openAgent = (): HttpAgent => new HttpAgent()

/** An exchange over the connections of a session, which every run opens for itself. */
class SessionExchange extends Exchange<HttpRequest, Answer> {
  constructor(
    private readonly session: HttpSession,
    request: HttpRequest,
    plain: () => Answer
  ) {
    super(request, plain)
  }

  protected override send(request: HttpRequest, listener: Listener, run: Run): Transfer {
    return new UndiciTransfer(request, listener).send(openedIn(run, this.session, openAgent))
  }
}

const lines = new WeakMap<HttpSession, Line>()

const lineOf = (session: HttpSession): Line => {
  let line = lines.get(session)
  if (line === undefined) lines.set(session, (line = new Line(session, session.connections)))
  return line
}

const { prototype } = HttpSession

stamp(
  prototype.request,
  function* (this: HttpSession, method: string, path: string, options?: HttpRequestOptions): Steps<HttpResponse> {
    const { request, plain, read } = this.prepare(method, path, options)
    const { site } = current
    const line = lineOf(this)
    const placed = yield* line.enter()
    try {
      if (this.closed) return read(closed)
      const outcome: Reply | Failure | Answer = yield* policed(request, site, true, () =>
        new SessionExchange(this, request, plain)[Symbol.iterator]()
      )
      return read(outcome instanceof Reply || outcome instanceof Failure ? answerOf(outcome, request) : outcome)
    } finally {
      if (placed) line.leave()
    }
  }
)

for (const method of ["get", "post", "put", "patch", "delete"] as const) {
  stamp(
    prototype[method],
    function* (this: HttpSession, path: string, options?: HttpRequestOptions): Steps<HttpResponse> {
      return yield* callTwin(this.request, this, [method.toUpperCase(), path, options])
    }
  )
}

stamp(prototype.close, function* (this: HttpSession): Steps<void> {
  const { fiber, site } = current
  if (fiber !== null)
    lines.get(this)?.warn(fiber, site, "closing it fails the other's request. Close it when all are through")
  const agent = current.fiber?.run.opened.get(this) as HttpAgent | undefined
  const close = (): void => Reflect.apply(prototype.close, this, [])
  yield nativeOp<void>(
    "close the HTTP session",
    (resume) => {
      close()
      if (agent === undefined) resume()
      else agent.close().then(resume)
      return undefined
    },
    close
  )
})
