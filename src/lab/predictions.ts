import type { z } from 'zod'
import type { predictionSchema } from '#contract/prediction'
import { predictionsOf, type Prediction } from '#core/metrics/classification'
import type { ByteImages } from '#core/tensor/Images'
import type { BatchOptions, EngineModel } from './ports/Engine'

/** A prediction as it is stored. */
export type StoredPrediction = z.infer<typeof predictionSchema>

/** Six digits: the rest is float noise, and files of one seed are to be the same on every run. */
export function stored({ top, trueConfidence, top1, top5 }: Prediction): StoredPrediction {
  return {
    top: top.map(({ label, confidence }) => ({ label, confidence: sixDigits(confidence) })),
    trueConfidence: sixDigits(trueConfidence),
    top1,
    top5,
  }
}

export function sixDigits(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

/** What the model says of a batch whose true labels are known, ready to be stored. */
export async function predict(
  model: EngineModel,
  images: ByteImages,
  labels: readonly number[],
  options?: BatchOptions,
): Promise<StoredPrediction[]> {
  return predictionsOf(await model.classify(images, options), labels).map(stored)
}
