import type { OnnxClassifier } from '#core/models/loadOnnx'
import type { RunTensor } from '#core/onnx/facts'
import { buildGradientGraph, buildLogitsGraph } from '#core/onnx/gradientGraph'
import { writeModel } from '#core/onnx/writeModel'
import { pixelsPerImage } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'

/** A graph with what it is fed once. */
export interface TrialGraph {
  /** An ONNX file. */
  readonly bytes: Uint8Array
  readonly feeds: Readonly<Record<string, RunTensor>>
  /** The output with the class scores, [n, classes]. */
  readonly scores: string
  /** The output with the input's gradient; absent where there is none. */
  readonly gradient?: string
}

/** What a back end is tried with: a model's own graphs. They are written when they are asked for, which takes a while. */
export interface ModelTrial {
  /** The scores of one image. */
  forward(): Promise<TrialGraph>
  /** The gradient of one image; null where the model has none. @param scores as `forward` gave them */
  gradient(scores: ArrayLike<number>): Promise<TrialGraph | null>
}

/**
 * One image of noise, or as many as the model takes at once: no layer maps it to nothing but zeros. Its label is the least
 * likely class, so that the gradient of the loss is not drowned in rounding.
 */
export function modelTrial(load: () => Promise<OnnxClassifier>): ModelTrial {
  return {
    async forward() {
      const model = await load()
      const built = buildLogitsGraph(model.graph, model.facts, model.logits)
      return {
        bytes: writeModel(built.graph),
        feeds: { [model.inputName]: noise(model) },
        scores: built.logits,
      }
    },
    async gradient(scores) {
      const model = await load()
      const { graph, facts, logits, differentiable } = model
      if (!differentiable.ok) return null
      const loss = { kind: 'cross-entropy' } as const
      const built = buildGradientGraph(graph, facts, { input: model.inputName, logits, loss })
      const labels = leastLikely(scores, logits.classes)
      const feeds: Record<string, RunTensor> = { [built.input]: noise(model) }
      if (built.labels) feeds[built.labels] = { type: 'int64', dims: [labels.length], data: labels }
      return { bytes: writeModel(built.graph), feeds, scores: built.logits, gradient: built.gradient }
    },
  }
}

function noise({ input, facts }: OnnxClassifier): RunTensor {
  const count = facts.batch === 'free' ? 1 : facts.batch
  const random = new Random('trial')
  const data = Float32Array.from({ length: count * pixelsPerImage(input) }, () => random.uniform())
  return { type: 'float', dims: [count, input.channels, input.height, input.width], data }
}

/** Each row's class with the lowest score. */
function leastLikely(scores: ArrayLike<number>, classes: number): BigInt64Array {
  return BigInt64Array.from({ length: scores.length / classes }, (_, row) => {
    let least = row * classes
    for (let i = least; i < (row + 1) * classes; i++) if (scores[i]! < scores[least]!) least = i
    return BigInt(least - row * classes)
  })
}
