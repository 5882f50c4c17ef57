import type { CommandName } from '#contract/commands'
import type { BlobRef } from '#contract/host'
import type { Reply } from '#contract/reply'
import type { Blob } from '#lab/blob'
import type { LabClient, LabState } from '#node/lab/LabClient'
import { Listeners } from '#node/lab/Listeners'
import type { LabEvent } from '#node/lab/protocol'

export interface ScriptedLab extends LabClient {
  /** Commands that came, in order. */
  readonly sent: { readonly name: CommandName; readonly input: unknown }[]
  readonly asked: { readonly ref: BlobRef; readonly side: number | undefined }[]
  tell(event: LabEvent): void
  turn(state: LabState): void
}

/** A lab for tests of what stands before it: it answers what the script says. */
export function scriptedLab(
  script: {
    readonly send?: (name: CommandName, input: unknown) => Reply<unknown> | Promise<Reply<unknown>>
    readonly blob?: (ref: BlobRef, side: number | undefined) => Reply<Blob>
  } = {},
): ScriptedLab {
  const listeners = new Listeners()
  const watchers = new Set<(state: LabState) => void>()
  const sent: ScriptedLab['sent'] = []
  const asked: ScriptedLab['asked'] = []
  let state: LabState = 'running'
  return {
    sent,
    asked,
    get state() {
      return state
    },
    async send(name, input) {
      sent.push({ name, input })
      return (await (script.send?.(name, input) ?? { ok: true, value: { name, input } })) as never
    },
    blob(ref, side) {
      asked.push({ ref, side })
      const bytes = new TextEncoder().encode(`${ref.experiment} ${ref.path} ${side ?? ''}`)
      return Promise.resolve(
        script.blob?.(ref, side) ?? { ok: true, value: { bytes, type: 'text/plain', etag: '"1"' } },
      )
    },
    listen: (name, listener) => listeners.add(name, listener),
    watch(listener) {
      watchers.add(listener)
      return () => {
        watchers.delete(listener)
      }
    },
    tell: (event) => {
      listeners.tell(event)
    },
    turn(next) {
      state = next
      for (const watcher of watchers) watcher(next)
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
