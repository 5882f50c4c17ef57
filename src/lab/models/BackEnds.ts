import type { BackEnd } from '#contract/models'
import { HalftoneError } from '#core/errors'
import { providers, type Provider } from '#core/models/ModelInfo'
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

  async #tryAll(): Promise<readonly BackEnd[]> {
    const list: BackEnd[] = []
    for (const provider of providers) {
      const reason = await this.#problemWith(provider)
      list.push({ provider, works: reason === null, reason })
    }
    return list
  }

  async #problemWith(provider: Provider): Promise<string | null> {
    const { quickEngine, embeddedModel } = this.#ports
    try {
      const model = await quickEngine.open({ kind: 'file', path: embeddedModel }, { provider })
      await model.close()
      return null
    } catch (error) {
      if (error instanceof HalftoneError && ['unsupported', 'engine-lost'].includes(error.code)) {
        return error.message
      }
      throw error
    }
  }
}
