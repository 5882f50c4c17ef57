import type { OpenOptions } from '#lab/ports/Engine'
import type { CacheEntry } from '../onnx/cache/CacheEntry'
import type { FoundModel, ModelFile } from '../onnx/modelFile'
import { openModel } from '../onnx/openModel'
import { Crew } from './Crew'
import { CrewModel } from './CrewModel'

/** The crews of a process, one for each number of threads that its models were opened with. */
export class Crews implements AsyncDisposable {
  readonly #crews = new Map<number, Crew>()

  /**
   * As {@link openModel}, with the images shared out among threads where the model runs on more than one of the CPU.
   * @throws HalftoneError as {@link openModel}
   */
  async open(file: ModelFile | FoundModel, options: OpenOptions, entry: CacheEntry | null = null) {
    const opened = await openModel(file, options, entry)
    const { model: whole, info } = opened
    if (info.provider !== 'cpu' || info.threads === 1) return { model: whole, info }
    const crew = this.#crews.get(info.threads) ?? new Crew(info.threads)
    this.#crews.set(info.threads, crew)
    const model = new CrewModel(opened, crew)
    const attack: CrewModel['attack'] = (job, hooks) => model.attack(job, hooks)
    return { model, info, attack }
  }

  /** Whether a thread is at work: it must not be taken down then, since ONNX Runtime would abort the process. */
  get busy(): boolean {
    return [...this.#crews.values()].some((crew) => crew.running().some(({ busy }) => busy))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#crews.values()].map((crew) => crew[Symbol.asyncDispose]()))
  }
}
