import { HalftoneError } from '#core/errors'
import type { ModelInspection } from '#core/models/ModelInspection'
import type { Engine, EngineModel, ModelSource, OpenOptions } from '#lab/ports/Engine'
import { Connection } from './Connection'
import { engineFile } from './engineFile'
import { RemoteModel } from './RemoteModel'

export interface EngineProcessOptions {
  /** The built engine program; by default found beside the running one. */
  readonly file?: string
  /** How long a cancelled call may take to end by itself before its process is killed, in ms. */
  readonly grace?: number
}

/** Models in a child process. It starts with the first call, and again with the next one after it was lost. */
export class EngineProcess implements Engine {
  readonly #options: EngineProcessOptions
  #connection: Connection | undefined
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

  async close(): Promise<void> {
    this.#closed = true
    await this.#connection?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #running(): Connection {
    if (this.#closed) throw new HalftoneError('engine-lost', 'The engine was closed.')
    if (!this.#connection?.alive) {
      const { file = engineFile(), grace = 300 } = this.#options
      this.#connection = new Connection(file, grace)
    }
    return this.#connection
  }
}
