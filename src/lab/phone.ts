import type { CaptureReply } from '#contract/commands'
import type { PhoneState } from '#contract/phone'
import type { Reply } from '#contract/reply'
import { HalftoneError, type ErrorCode } from '#core/errors'
import type { PhoneStation } from './ports/PhoneStation'
import type { LabPorts } from './ports/LabPorts'

const closed: PhoneState = { open: false, experiment: null, urls: [], phones: 0, photos: [] }

/** Imports one photo that came from a phone, as a job of its own. */
export type ImportPhoto = (experiment: string, path: string) => Promise<Reply<CaptureReply>>

/** The page for phones as the lab's commands see it. */
export class Phone {
  readonly #station: PhoneStation | null
  readonly #store: LabPorts['store']
  readonly #importPhoto: ImportPhoto

  constructor({ phone, store }: Pick<LabPorts, 'phone' | 'store'>, importPhoto: ImportPhoto) {
    this.#station = phone
    this.#store = store
    this.#importPhoto = importPhoto
  }

  /** @throws HalftoneError `unsupported` where there is no station, and as it does; `not-found`, `conflict` before there are sheets */
  async open(experiment: string): Promise<PhoneState> {
    if (!this.#station) {
      throw new HalftoneError(
        'unsupported',
        'This Halftone cannot serve a page to phones: it was started without its server. Start it with `npm start`, or ' +
          'bring the photos over as files.',
      )
    }
    const { steps } = (await this.#store.open(experiment)).experiment
    if (steps.printed.done === 0) {
      throw new HalftoneError(
        'conflict',
        'A phone photographs printed sheets, and this experiment has none yet. Make and print its sheets first.',
      )
    }
    return this.#station.open(experiment, async (path) => {
      const reply = await this.#importPhoto(experiment, path)
      if (reply.ok) return reply.value
      // The codes of replies are those of errors, but for `internal`, which is a bug.
      if (reply.code === 'internal') throw new Error(reply.message)
      throw new HalftoneError(reply.code as ErrorCode, reply.message)
    })
  }

  async close(): Promise<PhoneState> {
    return (await this.#station?.close()) ?? closed
  }

  state(): PhoneState {
    return this.#station?.state() ?? closed
  }

  /** @returns the function that ends the listening */
  listen(listener: (state: PhoneState) => void): () => void {
    return this.#station?.listen(listener) ?? (() => undefined)
  }
}
