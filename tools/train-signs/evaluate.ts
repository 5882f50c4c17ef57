import { fillBatch } from '#core/datasets/signs'
import { predictedLabels } from '#core/metrics/classification'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import type { Logits } from '#core/tensor/Images'
import type { ParameterValues } from '#core/training/Optimiser'
import { withParameters } from '#core/training/parameters'
import type { Judgement } from '#core/training/Tally'
import { judgeNet } from '#node/training/judgeNet'
import type { Split } from './worker'

interface Pictures {
  readonly split: Split
  readonly seed: string
  readonly count: number
}

const batch = 64

/** How many rows have their largest logit at their label. */
export function correctOf(logits: Logits, labels: ArrayLike<number>): number {
  return predictedLabels(logits).filter((label, n) => label === labels[n]).length
}

/** Judges a net on pictures of a split that are drawn on the way. */
export function evaluate(
  net: OnnxGraph,
  parameters: ParameterValues,
  data: Pictures,
  threads: number,
): Promise<Judgement> {
  return judgeNet(withParameters(net, parameters), drawn(data), threads)
}

function* drawn({ split, seed, count }: Pictures) {
  for (let start = 0; start < count; start += batch) {
    const { images, labels } = fillBatch(split, seed, start, Math.min(batch, count - start))
    yield { images, labels: Uint8Array.from(labels) }
  }
}
