import { throwIfCancelled, type CancelSignal } from '#core/errors'
import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import { sliceLoss } from '#core/models/sliceLoss'
import { sliceImages, toFloats, type ByteImages, type Images, type Logits } from '#core/tensor/Images'
import type { ImageProgress } from '#lab/ports/Engine'

interface BatchHooks {
  readonly batch: number | undefined
  readonly signal: CancelSignal
  readonly progress: (progress: ImageProgress) => void
}

/** Small enough for a prompt cancel and little memory, large enough that a run's fixed cost does not count. */
const defaultBatch = 16

/** Class scores of any number of images. */
export async function classifyInBatches(
  model: DifferentiableModel,
  images: ByteImages,
  hooks: BatchHooks,
): Promise<Logits> {
  const classes = model.classes.length
  const data = new Float32Array(images.count * classes)
  await inBatches(images.count, hooks, async (start, end) => {
    const logits = await model.logits(toFloats(sliceImages(images, start, end)))
    data.set(logits.data, start * classes)
  })
  return { data, count: images.count, classes }
}

/** Loss, scores and input gradients of any number of images. */
export async function gradientInBatches(
  model: DifferentiableModel,
  images: Images,
  loss: Loss,
  hooks: BatchHooks,
): Promise<GradientResult> {
  const classes = model.classes.length
  const losses = new Float32Array(images.count)
  const scores = new Float32Array(images.count * classes)
  const gradient: Images = { ...images, data: new Float32Array(images.data.length) }
  await inBatches(images.count, hooks, async (start, end) => {
    const { data: slopes } = sliceImages(gradient, start, end)
    const some = sliceLoss(loss, start, end, classes)
    const part = await model.gradient(sliceImages(images, start, end), some, slopes)
    losses.set(part.loss, start)
    scores.set(part.logits.data, start * classes)
    if (part.gradient.data !== slopes) slopes.set(part.gradient.data)
  })
  return { loss: losses, logits: { data: scores, count: images.count, classes }, gradient }
}

async function inBatches(
  count: number,
  { batch = defaultBatch, signal, progress }: BatchHooks,
  run: (start: number, end: number) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < count; start += batch) {
    throwIfCancelled(signal)
    const end = Math.min(start + batch, count)
    await run(start, end)
    progress({ done: end, total: count })
  }
}
