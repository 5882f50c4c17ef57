import type { BackEnd } from '#contract/models'
import { HalftoneError } from '#core/errors'
import { providers, type ModelInfo, type Provider } from '#core/models/ModelInfo'
import type { LabPorts } from '../ports/LabPorts'

/** Which of ONNX Runtime's back ends work on this machine: found out once, by running the embedded model on each. */
export class BackEnds {
  readonly #ports: Pick<LabPorts, 'quickEngine' | 'embeddedModel'>
  #found: Promise<readonly BackEnd[]> | undefined

  constructor(ports: Pick<LabPorts, 'quickEngine' | 'embeddedModel'>) {
    this.#ports = ports
  }

  list(): Promise<readonly BackEnd[]> {
    if (!this.#found) {
      const found = this.#tryAll()
      // A failure is not kept: the next who asks tries again.
      found.catch(() => (this.#found = undefined))
      this.#found = found
    }
    return this.#found
  }

  /** Asked for the best, the engine says why better ones than it were passed over; the others are asked for by name. */
  async #tryAll(): Promise<readonly BackEnd[]> {
    const best = await this.#open().catch((error: unknown) => {
      if (isRefusal(error)) return undefined
      throw error
    })
    const list: BackEnd[] = []
    for (const provider of providers) {
      const line = best?.passedOver.find((other) => other.startsWith(`${provider}: `))
      const known = provider === best?.provider ? null : line?.slice(provider.length + 2)
      const reason = known === undefined ? await this.#problemWith(provider) : known
      list.push({ provider, works: reason === null, reason })
    }
    return list
  }

  async #problemWith(provider: Provider): Promise<string | null> {
    try {
      await this.#open(provider)
      return null
    } catch (error) {
      if (isRefusal(error)) return error.message
      throw error
    }
  }

  async #open(provider?: Provider): Promise<ModelInfo> {
    const { quickEngine, embeddedModel } = this.#ports
    const source = { kind: 'file', path: embeddedModel } as const
    const model = await quickEngine.open(source, provider ? { provider } : {})
    await model.close()
    return model.info
  }
}

/** A back end may also take the whole engine down with it. */
function isRefusal(error: unknown): error is HalftoneError {
  return error instanceof HalftoneError && ['unsupported', 'engine-lost'].includes(error.code)
}
