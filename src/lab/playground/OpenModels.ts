import { HalftoneError } from '#core/errors'
import { shelved } from '../models/shelf'
import type { EngineModel, OpenOptions } from '../ports/Engine'
import type { LabPorts } from '../ports/LabPorts'

interface Held {
  readonly key: string
  readonly opened: Promise<EngineModel>
  /** Calls that are at work with it. */
  users: number
}

/** So many models stay open: the one at hand, and the one it is compared with. */
const most = 2

/** Models that are kept open between the calls of the playground, so that an answer takes no longer than the model does. */
export class OpenModels {
  readonly #ports: LabPorts
  /** The one that was used last stands last. */
  #held: Held[] = []

  constructor(ports: LabPorts) {
    this.#ports = ports
  }

  /**
   * Works with a model of the shelf, opened with the settings of now. Work that loses its engine, because other work was
   * cancelled there or brought it down, is done once more in the next one.
   * @throws HalftoneError `not-found` for one that is not on the shelf, and what opening it throws
   */
  async use<R>(id: string, work: (model: EngineModel) => Promise<R>): Promise<R> {
    const { engineOptions, quickEngine } = this.#ports
    const [source, options] = await Promise.all([shelved(this.#ports, id), engineOptions()])
    const key = JSON.stringify([source, options] satisfies [unknown, OpenOptions])
    let held = this.#held.find((other) => other.key === key)
    if (!held) {
      held = { key, opened: quickEngine.open(source, options), users: 0 }
      const mine = held
      held.opened.catch(() => this.#drop(mine))
    }
    this.#held = [...this.#held.filter((other) => other !== held), held]
    held.users++
    try {
      const model = await held.opened
      return await work(model).catch((error: unknown) => {
        if (error instanceof HalftoneError && error.code === 'engine-lost') return work(model)
        throw error
      })
    } catch (error) {
      // A file that was changed under an open model: the next call opens the new one.
      if (error instanceof HalftoneError && error.code === 'conflict') this.#drop(held)
      throw error
    } finally {
      held.users--
      await this.#closeSurplus()
    }
  }

  async close(): Promise<void> {
    const all = this.#held
    this.#held = []
    await Promise.all(all.map(closeQuietly))
  }

  #drop(held: Held): void {
    this.#held = this.#held.filter((other) => other !== held)
  }

  async #closeSurplus(): Promise<void> {
    while (this.#held.length > most) {
      const idle = this.#held.find(({ users }) => users === 0)
      if (!idle) return
      this.#drop(idle)
      await closeQuietly(idle)
    }
  }
}

/** A model that never opened, or whose engine is gone, has nothing to close. */
async function closeQuietly({ opened }: Held): Promise<void> {
  await opened.then((model) => model.close()).catch(() => undefined)
}
