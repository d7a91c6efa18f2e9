/**
 * A small blocking standard library for legacy code: `greenlift/blocking`. Plain, its calls block; lifted, they suspend the
 * fiber they are in.
 */
export {
  HttpError,
  type HttpReason,
  type HttpRequestOptions,
  HttpResponse,
  HttpSession,
  type HttpSessionOptions
} from "./http.js"
export {
  Postgres,
  PostgresError,
  type PostgresOptions,
  type PostgresReason,
  type PostgresTls,
  type QueryResult
} from "./postgres.js"
export { InvalidSleep, sleep } from "./sleep.js"
