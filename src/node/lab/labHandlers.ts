import type { CommandName } from '#contract/commands'
import { eventNames, type Events } from '#contract/events'
import type { BlobRef } from '#contract/host'
import type { Reply } from '#contract/reply'
import { HalftoneError } from '#core/errors'
import type { Blob } from '#lab/blob'
import type { Lab } from '#lab/Lab'
import type { LabOptions } from './openLab'
import type { LabEvent } from './protocol'

/** What can cross to a lab process of what opens a lab. */
export type RemoteLabOptions = Pick<LabOptions, 'folder' | 'provider' | 'threads' | 'readable'>

/** What a lab process can be asked. Replies cross as values; only a lab that was not opened is an error. */
export function createLabHandlers(
  open: (options: RemoteLabOptions) => AsyncDisposable & { readonly lab: Lab },
  tell: (event: LabEvent) => void,
) {
  let opened: ReturnType<typeof open> | undefined
  const lab = (): Lab => {
    if (!opened) throw new HalftoneError('conflict', 'The lab process was not told which lab to open.')
    return opened.lab
  }
  return {
    open(input: RemoteLabOptions): Promise<void> {
      opened = open(input)
      for (const name of eventNames) forward(opened.lab, name, tell)
      return Promise.resolve()
    },

    async send(input: { name: CommandName; input: unknown }): Promise<Reply<unknown>> {
      // The lab checks the input itself, whatever it is.
      return await lab().send(input.name, input.input as never)
    },

    async blob(input: { ref: BlobRef; side: number | undefined }): Promise<Reply<Blob>> {
      return await lab().blob(input.ref, input.side)
    },

    async close(): Promise<void> {
      const closing = opened
      opened = undefined
      await closing?.[Symbol.asyncDispose]()
    },
  }
}

export type LabHandlers = ReturnType<typeof createLabHandlers>

function forward<K extends keyof Events>(lab: Lab, name: K, tell: (event: LabEvent) => void): void {
  lab.listen(name, (value) => {
    tell({ name, value } as LabEvent)
  })
}
