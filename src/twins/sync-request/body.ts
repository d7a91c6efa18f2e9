/** The body of a request, as then-request makes it. */
import type { Library } from "./library.js"
import type { FormEntry } from "./options.js"

/** The bytes of a body given as text, as bytes, or not at all. */
export const bytesOf = (body: unknown): Buffer => {
  if (!body) return Buffer.alloc(0)
  if (typeof body === "string") return Buffer.from(body)
  if (Buffer.isBuffer(body)) return body
  throw new TypeError("body should be a Buffer or a String")
}

/** A form, and the header that announces it. */
export const multipart = (
  library: Library,
  entries: ReadonlyArray<FormEntry>
): { readonly bytes: Buffer; readonly headers: Record<string, string> } => {
  const form = new library.Multipart()
  for (const { key, value, fileName } of entries) form.append(key, value, fileName)
  const chunks: Array<Buffer> = []
  form.on("data", (chunk) => chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk))
  form.resume()
  return { bytes: Buffer.concat(chunks), headers: form.getHeaders() }
}
