import type { Checked, Output } from '#contract/commands'
import type { ModelRef } from '#contract/experiment'
import { HalftoneError, throwIfCancelled } from '#core/errors'
import { concatImages, type ByteImages } from '#core/tensor/Images'
import type { StepContext } from '../StepContext'
import { checkModelFile, sourceOf } from './shelf'

/** Pictures that cannot be read are passed over, but not for ever. */
const mostSkipped = 1000

/** How many of some labelled images the model names right under each plausible preprocessing, the best first. */
export async function checkModel(
  { images: from, count, job: _job, ...file }: Checked<'model.check'>,
  context: StepContext,
): Promise<Output<'model.check'>> {
  const { ports, signal } = context
  await checkModelFile(file, ports)
  if ('path' in from) await ports.checkReadable(from.path)
  const source = sourceOf(file)
  const options = await ports.engineOptions()
  const model = await ports.quickEngine.open(source, options)
  const { name, id, classes, input, profile } = model.info
  await model.close()
  const ref: ModelRef = {
    name,
    path: file.path,
    labels: file.labels ?? null,
    sha256: id,
    classes,
    input,
    profile,
  }
  context.progress('images read', 0, count)
  const labelled = await firstImages(await ports.openImages(from, ref, 'profile check'), count, context)
  const { ranked, advice } = await ports.quickEngine.check(source, labelled, {
    ...options,
    signal,
    onProgress: ({ done, total }) => {
      context.progress('preprocessings tried', done, total)
    },
  })
  context.notice(advice)
  return ranked.map(({ profile, title, right, of, chosen }) => ({ profile, title, right, of, chosen }))
}

async function firstImages(
  source: Awaited<ReturnType<StepContext['ports']['openImages']>>,
  count: number,
  { signal, progress }: StepContext,
): Promise<{ images: ByteImages; labels: number[] }> {
  const images: ByteImages[] = []
  const labels: number[] = []
  for (let number = 0; number < source.size && images.length < count; number++) {
    throwIfCancelled(signal)
    const taken = await source.take(number)
    if ('reason' in taken) {
      if (number - images.length < mostSkipped) continue
      break
    }
    images.push(taken.image)
    labels.push(taken.label)
    progress('images read', images.length, count)
  }
  if (images.length === 0) {
    throw new HalftoneError(
      'not-found',
      'None of the labelled images can be read. Choose others to check the model with.',
    )
  }
  return { images: concatImages(images), labels }
}
