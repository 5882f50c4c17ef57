import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import type { Random } from '#core/tensor/Random'
import { standardisedConv } from './layers'
import type { NetSpec } from './NetSpec'

/** Filters, kernel and stride of each convolution before the last. */
const layers = [
  [32, 3, 1],
  [32, 3, 1],
  [64, 3, 2],
  [64, 3, 1],
  [96, 3, 2],
  [96, 3, 1],
  [96, 1, 1],
] as const

/**
 * A small all-convolutional net after All-CNN-C (Springenberg et al. 2015, table 1), the kind that the one-pixel attack was
 * shown on: strided convolutions in place of pooling, a 1x1 convolution to the classes, their mean over the picture.
 * Filters are standardised in training (docs/decisions/0010), which folds into plain convolutions.
 */
export function allConvolutional({ input, classes }: NetSpec, random: Random): OnnxGraph {
  const b = new GraphBuilder()
  const image = b.input('image', 'float', ['batch', input.channels, input.height, input.width])
  let x = b.node('Mul', [b.node('Sub', [image, b.scalar(0.5)]), b.scalar(4)])
  let from = input.channels
  layers.forEach(([to, kernel, stride], i) => {
    const name = `conv${i + 1}`
    const options = { name, from, to, kernel, stride, ...(i === 0 && { gain: 1 }) }
    x = b.node('Relu', [standardisedConv(b, x, options, random.fork(name))], {}, `${name}.relu`)
    from = to
  })
  const last = { name: 'scores', from, to: classes, kernel: 1, gain: 1 }
  x = b.node('GlobalAveragePool', [standardisedConv(b, x, last, random.fork('scores'))])
  b.output(b.node('Flatten', [x], {}, 'logits'), 'float', ['batch', classes])
  return b.build('all-convolutional')
}
