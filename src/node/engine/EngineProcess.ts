import { HalftoneError } from '#core/errors'
import type { ModelInspection } from '#core/models/ModelInspection'
import type { ProfileCheck } from '#core/models/profile/checkProfile'
import type { ByteImages } from '#core/tensor/Images'
import type { CheckOptions, Engine, EngineModel, ModelSource, OpenOptions } from '#lab/ports/Engine'
import { builtFile } from '../process/builtFile'
import { Connection } from '../process/Connection'
import { forkChild } from '../process/forkChild'
import type { EngineConnection, LaunchEngine } from './protocol'
import { RemoteModel } from './RemoteModel'

export interface EngineProcessOptions {
  /**
   * Starts an engine process; by default the built one is forked. A process that may not fork, such as Electron's utility
   * process, hands in what gets it one.
   */
  readonly launch?: LaunchEngine
  /** How long a cancelled call may take to end by itself before its process is killed, in ms. */
  readonly grace?: number
}

/** Models in a child process. It starts with the first call, and again with the next one after it was lost. */
export class EngineProcess implements Engine {
  readonly #options: EngineProcessOptions
  #connection: EngineConnection | undefined
  #closed = false

  constructor(options: EngineProcessOptions = {}) {
    this.#options = options
  }

  /** Process id of the engine, undefined while none runs. */
  get pid(): number | undefined {
    return this.#connection?.alive ? this.#connection.pid : undefined
  }

  async open(source: ModelSource, options: OpenOptions = {}): Promise<EngineModel> {
    return await RemoteModel.open(() => this.#running(), source, options)
  }

  async inspect(source: ModelSource, options: OpenOptions = {}): Promise<ModelInspection> {
    return await this.#running().call('inspect', { source, options })
  }

  async check(
    source: ModelSource,
    labelled: { readonly images: ByteImages; readonly labels: readonly number[] },
    { signal, onProgress, ...options }: OpenOptions & CheckOptions = {},
  ): Promise<ProfileCheck> {
    return await this.#running().call('check', { source, options, ...labelled }, { signal, onProgress })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#connection?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #running(): EngineConnection {
    if (this.#closed) throw new HalftoneError('engine-lost', 'The engine was closed.')
    if (!this.#connection?.alive) {
      const { launch = forkEngine, grace = 300 } = this.#options
      this.#connection = new Connection(launch(), { grace, lost })
    }
    return this.#connection
  }
}

const forkEngine: LaunchEngine = () => forkChild(builtFile('engine.js'))

function lost(how: string, lastWords: string): HalftoneError {
  return new HalftoneError(
    'engine-lost',
    `The engine process was lost (${how}), and with it this call. Nothing on disk is touched; the next call starts a ` +
      `fresh engine.${lastWords ? ` Its last words: ${lastWords}` : ''}`,
  )
}
