import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import type { Random } from '#core/tensor/Random'
import { conv, dense, maxPool } from './layers'
import type { NetSpec } from './NetSpec'

const filters = [32, 64] as const
const units = 1024

/**
 * Madry et al. 2018, section 5 (MNIST): two 5x5 convolutions with 32 and 64 filters, each with a 2x2 max pooling, a hidden
 * layer of 1024 units, softmax. Pixels go in as they are.
 */
export function madryNet({ input, classes }: NetSpec, random: Random): OnnxGraph {
  const b = new GraphBuilder()
  let x = b.input('image', 'float', ['batch', input.channels, input.height, input.width])
  let [from, height, width] = [input.channels, input.height, input.width]
  filters.forEach((to, i) => {
    const name = `conv${i + 1}`
    const options = { name, from, to, kernel: 5, padding: 'same' } as const
    x = maxPool(b, b.node('Relu', [conv(b, x, options, random.fork(name))], {}, `${name}.relu`))
    ;[from, height, width] = [to, Math.floor(height / 2), Math.floor(width / 2)]
  })
  x = b.node('Flatten', [x], {}, 'features')
  const hidden = dense(b, x, 'hidden1', from * height * width, units, random.fork('hidden1'), Math.SQRT2)
  x = b.node('Relu', [hidden], {}, 'units1')
  b.output(dense(b, x, 'logits', units, classes, random.fork('logits')), 'float', ['batch', classes])
  return b.build('madry')
}
