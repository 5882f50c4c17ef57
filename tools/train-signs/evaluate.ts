import { InferenceSession, Tensor } from 'onnxruntime-node'
import { fillBatch } from '#core/datasets/signs'
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
  let correct = 0
  for (let n = 0; n < logits.count; n++) if (rankOf(logits, n, labels[n]!) === 0) correct++
  return correct
}

/** Number of classes with a larger logit than the label's. */
function rankOf(logits: Logits, n: number, label: number): number {
  const row = logits.data.subarray(n * logits.classes, (n + 1) * logits.classes)
  const own = row[label]!
  return row.reduce((rank, value) => rank + (value > own ? 1 : 0), 0)
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
      const rank = rankOf(logits, n, label)
      const row = logits.data.subarray(n * classes, (n + 1) * classes)
      const largest = Math.max(...row)
      const logSum = largest + Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0))
      const p = Math.exp(row[label]! - logSum)
      if (rank === 0) top1++
      if (rank < 5) top5++
      if (rank === 0 && p > 0.8) confident++
      loss += logSum - row[label]!
      confusion[label * classes + row.indexOf(largest)]!++
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
