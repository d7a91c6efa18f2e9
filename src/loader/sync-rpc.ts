/**
 * sync-rpc, which sync-request stands on, starts several processes as it loads, to be ready for a call that blocks. Lifted calls
 * do not block: where a program is lifted, they are started by the first call that does.
 */
const eager = `  const id = extractValue(sendMessage({t: 1, f: filename, a: args}));
  return function (args) {
    return`

const late = `  let id;
  const first = args;
  return function (args) {
    id ??= extractValue(sendMessage({t: 1, f: filename, a: first}));
    return`

export const isSyncRpc = (file: string): boolean => /[\\/]sync-rpc[\\/]lib[\\/]index\.js$/.test(file)

/** The same module, starting its processes late. A version that is written otherwise comes back as it is. */
export const startLate = (source: string): string => source.replace(eager, late)
