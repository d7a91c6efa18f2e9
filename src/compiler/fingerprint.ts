/** What a source is known by in the code that was made of it. */
import { createHash } from "node:crypto"

/** Eight characters of `A-Z a-z 0-9 _ -` that another source has hardly ever. */
export const fingerprint = (source: string): string =>
  createHash("sha256").update(source).digest("base64url").slice(0, 8)
