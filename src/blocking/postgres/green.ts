/**
 * A session in fibers: a pool of connections, kept by sql-pg's client, for one run.
 *
 * A connection that has a transaction open belongs to the fiber that opened it until the transaction ends; all others
 * wait for the next free one, first come, first served, and can be interrupted while they do.
 */
import { Socket } from "node:net"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { type Fiber, latestId, type Run } from "../../runtime/fiber.js"
import { called, warnOfSharing } from "../../runtime/sharing.js"
import { Connection } from "./connection.js"
import { Failure, failedToConnect, rollsBack, transactionLost } from "./failure.js"
import type { QueryOp } from "./op.js"
import type { Settings } from "./options.js"
import { type Raw, untyped } from "./rows.js"

/** Sockets do not go by a test's clock. */
const clock = Clock.make()

const rolledBack: Raw = { command: "ROLLBACK", rowCount: null, fields: [], rows: [] }

interface Waiting {
  readonly op: QueryOp
  readonly fiber: Fiber
}

export class Pool {
  /** How many more connections may be taken. */
  private free: number
  private readonly queue: Array<Waiting> = []
  /** By the fiber whose transaction is open on it. */
  private readonly held = new Map<Fiber, Connection>()
  private client: Deferred.Deferred<PgClient.PgClient, Failure> | null = null
  /** Those of all its connections. They keep the process alive while a query is under way, and not while they lie idle. */
  private readonly sockets = new Set<Socket>()
  private queries = 0
  /** Done when the last connection has come back, after `close`. */
  private readonly idle = Deferred.unsafeMake<void>(FiberId.none)

  private constructor(
    private readonly settings: Settings,
    private readonly run: Run,
    private readonly scope: Scope.CloseableScope
  ) {
    this.free = settings.connections
  }

  /** The pool of a run, which closes it in the end. Connects with the first query. */
  static open(settings: Settings, run: Run): Pool {
    const scope = Effect.runSync(Scope.fork(run.scope, ExecutionStrategy.sequential))
    const pool = new Pool(settings, run, scope)
    run.opened.set(settings, pool)
    return pool
  }

  /** Begins a query, or has it wait for a connection. */
  enter(op: QueryOp, fiber: Fiber): void {
    const connection = this.held.get(fiber)
    if (connection === undefined) {
      this.warn(op, fiber)
      if (this.free === 0) this.queue.push({ op, fiber })
      else this.take({ op, fiber })
    } else if (!connection.lost) {
      this.perform(op, fiber, Effect.succeed(connection))
    } else if (rollsBack(op.sql)) {
      this.held.delete(fiber)
      fiber.resume(op, rolledBack)
    } else {
      fiber.reject(op, new Failure(transactionLost))
    }
  }

  /** Warns of a query that was perhaps meant to be part of another fiber's transaction, or waits for one to end. */
  private warn(op: QueryOp, fiber: Fiber): void {
    for (const [holder, { since }] of this.held) {
      if (fiber.madeBy === holder.id && fiber.id > since) {
        const what =
          `the query is not part of the transaction in which ${called(fiber)} was spawned, for that belongs to ` +
          `${called(holder)} alone. Make the query there, or spawn the fiber outside of the transaction`
        warnOfSharing(this.settings, fiber, op.site, holder, what)
      } else if (this.settings.connections === 1) {
        const what = "it waits for the other's transaction to end, for the session has one connection. Give it more"
        warnOfSharing(this.settings, fiber, op.site, holder, what)
      }
    }
  }

  /** Gives a query up. True where that is done at once. */
  leave(op: QueryOp, fiber: Fiber): boolean {
    const at = this.queue.findIndex((waiting) => waiting.op === op)
    if (at >= 0) {
      this.queue.splice(at, 1)
      return true
    }
    fiber.run.host.cancel(fiber)
    return false
  }

  holds(fiber: Fiber): boolean {
    return this.held.has(fiber)
  }

  /** Ends the connection of a fiber that leaves its transaction open: the server rolls it back. */
  abandon(fiber: Fiber): void {
    const connection = this.held.get(fiber)
    if (connection === undefined) return
    this.held.delete(fiber)
    connection.discard()
    Effect.runSync(this.release(connection))
  }

  /** The same, for all fibers. */
  abandonAll(): void {
    for (const fiber of [...this.held.keys()]) this.abandon(fiber)
  }

  /** Rolls back what is open, waits for the queries that run, and ends the connections. */
  close(): Effect.Effect<void> {
    this.run.opened.delete(this.settings)
    for (const { fiber, op } of this.queue.splice(0)) {
      fiber.reject(op, new Failure({ reason: "Closed", message: "" }))
    }
    this.abandonAll()
    this.begin()
    const ended = Effect.withClock(Scope.close(this.scope, Exit.void), clock)
    return Effect.zipRight(this.isIdle ? Effect.void : Deferred.await(this.idle), ended)
  }

  private get isIdle(): boolean {
    return this.free === this.settings.connections
  }

  private take({ fiber, op }: Waiting): void {
    this.free--
    this.perform(
      op,
      fiber,
      Effect.onError(this.connect, () => Effect.sync(() => this.next()))
    )
  }

  /** A place is free: for the first in line, or for whoever comes. */
  private next(): void {
    this.free++
    const first = this.queue.shift()
    if (first !== undefined) this.take(first)
    else if (this.isIdle && this.run.opened.get(this.settings) !== this) Deferred.unsafeDone(this.idle, Exit.void)
  }

  private perform(op: QueryOp, fiber: Fiber, connection: Effect.Effect<Connection, Failure>): void {
    const query = Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(connection, (connection) => {
        op.queued = false
        op.began = performance.now()
        const { queryTimeout } = this.settings
        return Effect.onExit(restore(connection.query(op.sql, op.values, queryTimeout !== undefined)), () =>
          this.settle(connection, fiber)
        )
      })
    )
    this.begin()
    fiber.run.host.perform(fiber, op, Effect.ensuring(query, this.over))
  }

  private begin(): void {
    if (++this.queries === 1) for (const socket of this.sockets) socket.ref()
  }

  private readonly over = Effect.sync(() => {
    if (--this.queries === 0) for (const socket of this.sockets) socket.unref()
  })

  private readonly socket = (): Socket => {
    const socket = new Socket()
    this.sockets.add(socket)
    socket.once("close", () => this.sockets.delete(socket))
    return socket
  }

  /** A query is over: the connection stays with a fiber whose transaction is open, and goes back otherwise. */
  private settle(connection: Connection, fiber: Fiber): Effect.Effect<void> {
    const held = this.held.get(fiber) === connection
    if (connection.lost) return this.release(connection)
    if (connection.inTransaction) {
      if (!held) {
        this.held.set(fiber, connection)
        connection.since = latestId()
        fiber.onEnd(() => this.abandon(fiber))
      }
      return Effect.void
    }
    if (held) this.held.delete(fiber)
    return this.release(connection)
  }

  private release(connection: Connection): Effect.Effect<void> {
    if (connection.released) return Effect.void
    connection.released = true
    return Effect.zipRight(
      Scope.close(connection.scope, Exit.void),
      Effect.sync(() => this.next())
    )
  }

  private readonly connect: Effect.Effect<Connection, Failure> = Effect.suspend(() =>
    Effect.flatMap(this.opened(), (client) =>
      Effect.flatMap(Scope.make(), (scope) =>
        Scope.extend(client.reserve, scope).pipe(
          Effect.map((reserved) => new Connection(reserved, scope, client, clock)),
          Effect.mapError(({ cause }) => new Failure(failedToConnect(cause)))
        )
      )
    )
  )

  /** The client: made once, in a fiber of the pool's own, so that it outlives whoever asked for it first. */
  private opened(): Effect.Effect<PgClient.PgClient, Failure> {
    if (this.client !== null) return Deferred.await(this.client)
    const client = Deferred.unsafeMake<PgClient.PgClient, Failure>(FiberId.none)
    this.client = client
    const opening = Effect.tapErrorCause(this.make, () =>
      Effect.sync(() => {
        this.client = null
      })
    )
    return Effect.zipRight(
      Effect.forkIn(Effect.interruptible(Effect.intoDeferred(opening, client)), this.scope),
      Deferred.await(client)
    )
  }

  private readonly make: Effect.Effect<PgClient.PgClient, Failure> = Effect.suspend(() =>
    PgClient.make({
      url: Redacted.make(this.settings.url),
      ssl: this.settings.ssl,
      applicationName: this.settings.applicationName,
      connectTimeout: this.settings.connectTimeout,
      // A query is cancelled by another connection.
      maxConnections: this.settings.connections + 1,
      types: untyped,
      stream: this.socket
    }).pipe(
      Scope.extend(this.scope),
      Effect.provideServiceEffect(Reactivity.Reactivity, Reactivity.make),
      Effect.withClock(clock),
      Effect.mapError(({ cause }) => new Failure(failedToConnect(cause)))
    )
  )
}
