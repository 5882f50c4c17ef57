import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import type { Random } from '#core/tensor/Random'
import { dense, residualBlock, standardisedConv } from './layers'

/** Channels after the stem and after each halving of the picture. */
const widths = [16, 32, 64, 128] as const

/**
 * The embedded classifier: pictures [n, 3, 128, 128] in [0, 1] to logits [n, classes]. A plain residual net of eleven
 * convolutions at 64, 32, 16 and 8 pixels; the preprocessing is in the graph.
 */
export function signsNet(classes: number, random: Random): OnnxGraph {
  const b = new GraphBuilder()
  const image = b.input('image', 'float', ['batch', 3, 128, 128])
  const centred = b.node('Mul', [b.node('Sub', [image, b.scalar(0.5)]), b.scalar(4)])
  const stem = { name: 'stem', from: 3, to: widths[0], kernel: 3, stride: 2, gain: 1 }
  let x = b.node('Relu', [standardisedConv(b, centred, stem, random)])
  for (let stage = 1; stage < widths.length; stage++) {
    const from = widths[stage - 1]!
    const to = widths[stage]!
    const down = { name: `stage${stage}.down`, from, to, kernel: 3, stride: 2 }
    x = b.node('Relu', [standardisedConv(b, x, down, random)])
    x = residualBlock(b, x, `stage${stage}.block`, to, random)
  }
  const last = widths.at(-1)!
  const head = { name: 'head', from: last, to: 192, kernel: 3, stride: 2 }
  x = b.node('Relu', [standardisedConv(b, x, head, random)])
  const features = b.node('Flatten', [b.node('GlobalAveragePool', [x])], {}, 'features')
  b.output(dense(b, features, 'logits', 192, classes, random), 'float', ['batch', classes])
  return b.build('signs')
}
