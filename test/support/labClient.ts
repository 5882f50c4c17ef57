import type { Lab } from '#lab/Lab'
import type { LabClient } from '#node/lab/LabClient'

/** The lab in this process, as hosts hold one. */
export function labClient(lab: Lab): LabClient {
  return {
    state: 'running',
    send: (name, input) => lab.send(name, input),
    listen: (name, listener) => lab.listen(name, listener),
    blob: (ref, side) => lab.blob(ref, side),
    watch: () => () => undefined,
    [Symbol.asyncDispose]: () => lab.close(),
  }
}
