import type { DenseLayer } from './denseLayer'

/**
 * The weights of a dense layer as those of a convolution by 1 x 1 in ONNX Runtime's blocked layout:
 * [outputs / block, width / block, block of the width, block of the outputs], times the layer's scale.
 */
export function blockedWeights(layer: DenseLayer, block: number): Float32Array {
  const { weights, turned, scale, width, outputs } = layer
  const blocked = new Float32Array(width * outputs)
  const [alongWidth, alongOutputs] = turned ? [1, width] : [outputs, 1]
  let at = 0
  for (let output = 0; output < outputs; output += block) {
    for (let k = 0; k < width; k++) {
      let from = k * alongWidth + output * alongOutputs
      for (const end = at + block; at < end; at++, from += alongOutputs) blocked[at] = weights[from]!
    }
  }
  if (scale !== 1) for (let i = 0; i < blocked.length; i++) blocked[i]! *= scale
  return blocked
}
