/**
 * The types that come with sync-request predate ES modules in Node: read by today's rules, its default export is no
 * function. It is one.
 */
declare module "sync-request" {
  import type { FormData, HttpVerb, Options, Response } from "then-request"

  const request: (method: HttpVerb, url: string | URL, options?: Options) => Response

  export default request
  export type { FormData, HttpVerb, Options, Response }
}
