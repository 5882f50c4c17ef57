import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import type { Random } from '#core/tensor/Random'
import { conv, dense, dropout, maxPool } from './layers'
import type { NetSpec } from './NetSpec'

/** Filters of the two pairs of convolutions, and units of the two hidden layers. */
export interface CarliniWagnerWidths {
  readonly filters: readonly [number, number]
  readonly units: number
}

const gain = Math.SQRT2

/**
 * Carlini and Wagner 2017, table 1 (the nets of Papernot et al. 2016, defensive distillation): twice two 3x3 convolutions
 * without padding and a max pooling, two hidden layers with dropout between them, softmax. Pixels go in as x - 0.5.
 * @param training with the dropout's mask as a further input
 */
export function carliniWagner(
  { input, classes }: NetSpec,
  { filters, units }: CarliniWagnerWidths,
  random: Random,
  training: boolean,
): OnnxGraph {
  const b = new GraphBuilder()
  const image = b.input('image', 'float', ['batch', input.channels, input.height, input.width])
  let x = b.node('Sub', [image, b.scalar(0.5)])
  let [from, height, width] = [input.channels, input.height, input.width]
  filters.forEach((to, i) => {
    for (const part of ['a', 'b']) {
      const name = `conv${i + 1}${part}`
      const options = { name, from, to, kernel: 3, padding: 'valid' } as const
      x = b.node('Relu', [conv(b, x, options, random.fork(name))], {}, `${name}.relu`)
      from = to
    }
    x = maxPool(b, x)
    ;[height, width] = [Math.floor((height - 4) / 2), Math.floor((width - 4) / 2)]
  })
  x = b.node('Flatten', [x], {}, 'features')
  x = b.node(
    'Relu',
    [dense(b, x, 'hidden1', from * height * width, units, random.fork('hidden1'), gain)],
    {},
    'units1',
  )
  if (training) x = dropout(b, x, 'units1', units)
  x = b.node('Relu', [dense(b, x, 'hidden2', units, units, random.fork('hidden2'), gain)], {}, 'units2')
  b.output(dense(b, x, 'logits', units, classes, random.fork('logits')), 'float', ['batch', classes])
  return b.build('carlini-wagner')
}
