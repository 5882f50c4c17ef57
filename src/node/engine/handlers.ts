import { attackOf } from '#core/attacks/index'
import type { AttackOutcome } from '#core/attacks/outcome'
import { runAttack, type AttackProgress } from '#core/attacks/run'
import { HalftoneError } from '#core/errors'
import type { GradientResult, Loss } from '#core/models/DifferentiableModel'
import type { ModelInfo } from '#core/models/ModelInfo'
import type { ModelInspection } from '#core/models/ModelInspection'
import type { ProfileCheck } from '#core/models/profile/checkProfile'
import { countDraws } from './countDraws'
import { throughWrappers } from '#core/models/wrappers/through'
import type { ByteImages, Images, Logits } from '#core/tensor/Images'
import type { Tensor } from '#core/tensor/Tensor'
import type { AttackRequest, ImageProgress, ModelSource, OpenOptions } from '#lab/ports/Engine'
import { throughJpeg } from '../simulator/jpeg'
import { classifyInBatches, gradientInBatches } from './batches'
import { checkOnShelf } from './checkOnShelf'
import type { ModelShelf } from './ModelShelf'
import type { Context } from '../process/protocol'

/** What the engine process can be asked. Models go by the handle that `open` gave. */
export function createHandlers(shelf: ModelShelf) {
  const openedAs = (handle: number) => {
    const opened = shelf.get(handle)
    if (!opened)
      throw new HalftoneError('engine-lost', 'The model is not open in this engine; open it again.')
    return opened
  }
  const modelOf = (handle: number) => openedAs(handle).model
  return {
    async open(input: {
      source: ModelSource
      options: OpenOptions
    }): Promise<{ handle: number; info: ModelInfo }> {
      return await shelf.open(input.source, input.options)
    },

    async inspect(input: { source: ModelSource; options: OpenOptions }): Promise<ModelInspection> {
      return await shelf.inspect(input.source, input.options)
    },

    async check(
      input: {
        source: ModelSource
        options: OpenOptions
        images: ByteImages
        labels: readonly number[]
      },
      context: Context<ImageProgress>,
    ): Promise<ProfileCheck> {
      return await checkOnShelf(shelf, input, context)
    },

    async close(input: { handle: number }): Promise<void> {
      await shelf.close(input.handle)
    },

    async classify(
      input: { handle: number; images: ByteImages; batch: number | undefined },
      { signal, progress }: Context<ImageProgress>,
    ): Promise<Logits> {
      return await classifyInBatches(modelOf(input.handle), input.images, { ...input, signal, progress })
    },

    async gradient(
      input: { handle: number; images: Images; loss: Loss; batch: number | undefined },
      { signal, progress }: Context<ImageProgress>,
    ): Promise<GradientResult> {
      return await gradientInBatches(modelOf(input.handle), input.images, input.loss, {
        ...input,
        signal,
        progress,
      })
    },

    async activations(input: { handle: number; images: Images; layer: string }): Promise<Tensor> {
      const model = modelOf(input.handle)
      if (!model.activations) {
        throw new HalftoneError('unsupported', 'This model does not give its inner tensors.')
      }
      return await model.activations(input.images, input.layer)
    },

    async attack(
      input: AttackRequest & { handle: number },
      { signal, progress }: Context<AttackProgress>,
    ): Promise<AttackOutcome> {
      const { attack, handle, through = {}, timed = false, ...job } = input
      const opened = openedAs(handle)
      const clock = timed ? { now: () => performance.now() } : {}
      // Wrappers draw for one batch after the other, on one thread.
      if (opened.attack && Object.values(through).every((wrapper) => wrapper === undefined)) {
        return await opened.attack({ ...job, attack }, { signal, onProgress: progress, ...clock })
      }
      const { onDraw, onProgress } = countDraws(progress, signal)
      const context = { seed: job.seed, jpeg: throughJpeg, onDraw }
      const wrapped = throughWrappers(opened.model, through, context)
      return await runAttack(
        { ...job, attack: attackOf(attack), ...wrapped },
        { signal, onProgress, ...clock },
      )
    },
  }
}

export type Handlers = ReturnType<typeof createHandlers>
