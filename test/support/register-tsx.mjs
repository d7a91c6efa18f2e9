/** Lets a worker thread load TypeScript, which tsx by itself does for the main thread only. */
import { register } from "tsx/esm/api"

register()
