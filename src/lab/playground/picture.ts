import type { AnyPicture, Classified, Guess, Picture } from '#contract/playground'
import { HalftoneError } from '#core/errors'
import { rowOf, softmax, topK } from '#core/metrics/classification'
import type { ModelInfo } from '#core/models/ModelInfo'
import type { ByteImages, Logits } from '#core/tensor/Images'
import { imagesOf, raster, rasterOf, type Raster } from '#core/tensor/Raster'
import type { EngineModel } from '../ports/Engine'
import type { LabPorts } from '../ports/LabPorts'

/**
 * A picture as the model takes it: cut square from its middle (to the model's own shape) and brought to its size.
 * @returns a batch of one
 */
export async function imageFor(
  { name, input }: Pick<ModelInfo, 'name' | 'input'>,
  picture: AnyPicture,
  { pictures }: Pick<LabPorts, 'pictures'>,
): Promise<ByteImages> {
  const { channels, width, height } = input
  if (channels !== 1 && channels !== 3) {
    throw new HalftoneError(
      'unsupported',
      `Expected a model of 1 or 3 channels, but ${name} takes ${channels}.`,
    )
  }
  const whole =
    'file' in picture
      ? await pictures.decode(picture.file)
      : raster(picture.width, picture.height, 3, picture.rgb)
  return imagesOf([await pictures.fit(whole, width, height, 'crop')], channels)
}

/** Image `index` of a batch as a picture in RGB; grey is told by three equal values. */
export function pictureOf(images: ByteImages, index = 0): Picture {
  const { width, height, channels, data } = rasterOf(images, index)
  return {
    width,
    height,
    rgb: channels === 3 ? new Uint8Array(data) : spread({ width, height, channels, data }),
  }
}

function spread({ width, height, data }: Raster): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(3 * width * height)
  for (let i = 0; i < data.length; i++) rgb.fill(data[i]!, 3 * i, 3 * i + 3)
  return rgb
}

/** The five likeliest classes of one image, likeliest first. */
export function guessesOf(logits: Logits, index: number, classes: readonly string[]): Guess[] {
  const scores = rowOf(logits, index)
  const shares = softmax(scores)
  return topK(scores, 5).map((label) => ({
    label,
    name: classes[label] ?? `class ${label}`,
    confidence: shares[label]!,
  }))
}

/** Classifies one image, and times the model's run. */
export async function classified(
  model: EngineModel,
  image: ByteImages,
  { machine }: Pick<LabPorts, 'machine'>,
): Promise<Classified> {
  const before = machine.ticks()
  const logits = await model.classify(image, { batch: 1 })
  const latency = machine.ticks() - before
  return { top: guessesOf(logits, 0, model.info.classes), latency }
}
