import { HalftoneError } from '#core/errors'
import { argmax, rowOf } from '#core/metrics/classification'
import type { Loss } from '#core/models/DifferentiableModel'
import type { Images } from '#core/tensor/Images'
import type { EngineModel } from '#lab/ports/Engine'
import { loadNpy, saveNpy } from '#node/npyFiles'

export const lossNames = ['cross-entropy', 'margin', 'targeted-margin', 'cotangent'] as const

export interface GradientOptions {
  readonly images: string
  readonly labels?: string
  readonly loss: (typeof lossNames)[number]
  readonly confidence: number
  readonly cotangent?: string
  readonly out: string
  readonly logits?: string
  readonly batch?: number
}

/** Reads the NumPy files, takes the gradient, writes it, and says what came out. */
export async function writeGradient(
  model: EngineModel,
  options: GradientOptions,
): Promise<{ value: object; text: string }> {
  const images = await readImages(options.images, model)
  const loss = await readLoss(options, model, images.count)
  const result = await model.gradient(
    images,
    loss,
    options.batch === undefined ? {} : { batch: options.batch },
  )
  const { channels, height, width, count } = images
  await saveNpy(options.out, {
    type: 'float32',
    shape: [count, channels, height, width],
    data: result.gradient.data,
  })
  const { logits } = result
  if (options.logits !== undefined) {
    await saveNpy(options.logits, { type: 'float32', shape: [count, logits.classes], data: logits.data })
  }
  const predicted = Array.from({ length: count }, (_, i) => argmax(rowOf(logits, i)))
  const mean = result.loss.reduce((sum, value) => sum + value, 0) / count
  return {
    value: { out: options.out, shape: [count, channels, height, width], loss: [...result.loss], predicted },
    text:
      `Wrote ${options.out}: float32 [${[count, channels, height, width].join(', ')}], the gradient of each image's ` +
      `${options.loss} loss.\nMean loss ${mean.toPrecision(6)} on ${model.info.provider}.`,
  }
}

async function readImages(path: string, { info }: EngineModel): Promise<Images> {
  const { type, shape, data } = await loadNpy(path)
  const { channels, height, width } = info.input
  const wanted = `float32 [n, ${channels}, ${height}, ${width}]`
  const [count, ...rest] = shape
  if (type !== 'float32') {
    throw new HalftoneError(
      'shape-mismatch',
      `${path}: expected ${wanted}, got ${type}. Convert it: x.astype(np.float32).`,
    )
  }
  if (count === undefined || rest.join() !== [channels, height, width].join()) {
    const advice =
      rest.join() === [height, width, channels].join() ? ' Transpose it: x.transpose(0, 3, 1, 2).' : ''
    throw new HalftoneError(
      'shape-mismatch',
      `${path}: expected ${wanted}, got [${shape.join(', ')}].${advice}`,
    )
  }
  if (count === 0)
    throw new HalftoneError('shape-mismatch', `${path}: expected at least one image, got none.`)
  return { ...info.input, count, data }
}

async function readLoss(options: GradientOptions, { info }: EngineModel, count: number): Promise<Loss> {
  const { loss, confidence } = options
  if (loss === 'cotangent') {
    return {
      kind: 'cotangent',
      cotangent: await readCotangent(options.cotangent, count, info.classes.length),
    }
  }
  if (options.labels === undefined) {
    throw new HalftoneError(
      'invalid-argument',
      `--loss ${loss} needs --labels y.npy: one class index per image.`,
    )
  }
  const labels = await readLabels(options.labels, count)
  if (loss === 'cross-entropy') return { kind: 'cross-entropy', labels }
  return { kind: 'margin', labels, targeted: loss === 'targeted-margin', confidence }
}

async function readLabels(path: string, count: number): Promise<number[]> {
  const { type, shape, data } = await loadNpy(path)
  if (type === 'float32' || type === 'float64' || shape.length !== 1 || shape[0] !== count) {
    throw new HalftoneError(
      'shape-mismatch',
      `${path}: expected whole numbers [${count}], one class index per image, got ${type} [${shape.join(', ')}].`,
    )
  }
  return Array.from(data, Number)
}

async function readCotangent(
  path: string | undefined,
  count: number,
  classes: number,
): Promise<Float32Array> {
  if (path === undefined) {
    throw new HalftoneError(
      'invalid-argument',
      '--loss cotangent needs --cotangent v.npy: float32 [n, classes].',
    )
  }
  const { type, shape, data } = await loadNpy(path)
  if (type !== 'float32' || shape.join() !== `${count},${classes}`) {
    throw new HalftoneError(
      'shape-mismatch',
      `${path}: expected float32 [${count}, ${classes}], got ${type} [${shape.join(', ')}].`,
    )
  }
  return data
}
