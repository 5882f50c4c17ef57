import { InferenceSession, Tensor } from 'onnxruntime-node'
import { fillBatch } from '#core/datasets/signs'
import { predictedLabels, predictionOf, rowOf } from '#core/metrics/classification'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import type { Logits } from '#core/tensor/Images'
import { toFloats } from '#core/tensor/Images'
import type { ParameterValues } from '#core/training/Optimiser'
import { withParameters } from '#core/training/parameters'
import type { Split } from './worker'

export interface Judgement {
  readonly top1: number
  readonly top5: number
  /** Mean cross-entropy. */
  readonly loss: number
  /** Share of pictures classified right with p > 0.8, the paper's filter. */
  readonly confident: number
  /** Row-major [classes, classes]: true class by predicted class. */
  readonly confusion: readonly number[]
  readonly classes: number
}

/** How many rows have their largest logit at their label. */
export function correctOf(logits: Logits, labels: ArrayLike<number>): number {
  return predictedLabels(logits).filter((label, n) => label === labels[n]).length
}

/** Judges a net on pictures of a split that are drawn on the way. */
export async function evaluate(
  net: OnnxGraph,
  parameters: ParameterValues,
  data: { readonly split: Split; readonly seed: string; readonly count: number },
  threads: number,
): Promise<Judgement> {
  const session = await InferenceSession.create(writeModel(withParameters(net, parameters)), {
    intraOpNumThreads: threads,
  })
  let [top1, top5, loss, confident, classes] = [0, 0, 0, 0, 0]
  let confusion: number[] = []
  for (let start = 0; start < data.count; start += 64) {
    const { images, labels } = fillBatch(data.split, data.seed, start, Math.min(64, data.count - start))
    const feed = new Tensor('float32', toFloats(images).data, [images.count, 3, images.height, images.width])
    const output = Object.values(await session.run({ [session.inputNames[0]!]: feed }))[0]!
    classes = output.dims[1]!
    if (confusion.length === 0) confusion = new Array<number>(classes * classes).fill(0)
    const logits: Logits = { data: output.data as Float32Array, count: images.count, classes }
    for (let n = 0; n < images.count; n++) {
      const label = labels[n]!
      const judged = predictionOf(rowOf(logits, n), label)
      if (judged.top1) top1++
      if (judged.top5) top5++
      if (judged.top1 && judged.trueConfidence > 0.8) confident++
      loss -= Math.log(judged.trueConfidence)
      confusion[label * classes + judged.top[0]!.label]!++
    }
  }
  await session.release()
  const share = (value: number) => value / data.count
  return {
    top1: share(top1),
    top5: share(top5),
    loss: share(loss),
    confident: share(confident),
    confusion,
    classes,
  }
}
