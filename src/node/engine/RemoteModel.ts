import { HalftoneError } from '#core/errors'
import type { AttackOutcome } from '#core/attacks/outcome'
import type { GradientResult, Loss } from '#core/models/DifferentiableModel'
import type { ModelInfo } from '#core/models/ModelInfo'
import type { ByteImages, Images, Logits } from '#core/tensor/Images'
import type { Tensor } from '#core/tensor/Tensor'
import type {
  AttackOptions,
  AttackRequest,
  BatchOptions,
  CallOptions,
  EngineModel,
  ModelSource,
  OpenOptions,
} from '#lab/ports/Engine'
import type { EngineConnection } from './protocol'

interface Held {
  readonly connection: EngineConnection
  readonly handle: Promise<number>
}

/** A model in an engine process. When that process is gone, the next call opens the model in the next one. */
export class RemoteModel implements EngineModel {
  readonly info: ModelInfo
  readonly #running: () => EngineConnection
  readonly #source: ModelSource
  readonly #options: OpenOptions
  #held: Held | undefined
  #closed = false

  private constructor(
    running: () => EngineConnection,
    source: ModelSource,
    options: OpenOptions,
    info: ModelInfo,
    held: Held,
  ) {
    this.#running = running
    this.#source = source
    this.#options = options
    this.info = info
    this.#held = held
  }

  static async open(
    running: () => EngineConnection,
    source: ModelSource,
    options: OpenOptions,
  ): Promise<RemoteModel> {
    const connection = running()
    const { handle, info } = await connection.call('open', { source, options })
    return new RemoteModel(running, source, options, info, { connection, handle: Promise.resolve(handle) })
  }

  async classify(images: ByteImages, options: BatchOptions = {}): Promise<Logits> {
    const { connection, handle } = await this.#ready()
    return await connection.call('classify', { handle, images, batch: options.batch }, options)
  }

  async gradient(images: Images, loss: Loss, options: BatchOptions = {}): Promise<GradientResult> {
    const { connection, handle } = await this.#ready()
    return await connection.call('gradient', { handle, images, loss, batch: options.batch }, options)
  }

  async activations(images: Images, layer: string, options: CallOptions = {}): Promise<Tensor> {
    const { connection, handle } = await this.#ready()
    return await connection.call('activations', { handle, images, layer }, { signal: options.signal })
  }

  async attack(request: AttackRequest, options: AttackOptions = {}): Promise<AttackOutcome> {
    const { connection, handle } = await this.#ready()
    return await connection.call('attack', { ...request, handle }, options)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const held = this.#held
    // A process that has ended holds nothing any more.
    if (held?.connection.alive) await held.connection.call('close', { handle: await held.handle })
  }

  async #ready(): Promise<{ connection: EngineConnection; handle: number }> {
    if (this.#closed) throw new HalftoneError('invalid-argument', `The model ${this.info.name} was closed.`)
    const connection = this.#running()
    if (this.#held?.connection !== connection) {
      const held = { connection, handle: this.#reopen(connection) }
      this.#held = held
      // A failure is told to whoever waits below and then forgotten, so that the next call tries again.
      held.handle.catch(() => {
        if (this.#held === held) this.#held = undefined
      })
    }
    return { connection, handle: await this.#held.handle }
  }

  async #reopen(connection: EngineConnection): Promise<number> {
    const { handle, info } = await connection.call('open', { source: this.#source, options: this.#options })
    if (info.id !== this.info.id) {
      throw new HalftoneError(
        'conflict',
        `The model file of ${this.info.name} has changed since it was opened. Open it again to use the new one.`,
      )
    }
    return handle
  }
}
