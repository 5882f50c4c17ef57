import { int, ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { sizeOf } from '#core/tensor/Tensor'
import { Random } from '#core/tensor/Random'

export interface ConvNetOptions {
  readonly seed?: string
  readonly classes?: number
  /** Height and width, even numbers. */
  readonly size?: number | readonly [number, number]
  readonly channels?: number
  readonly batch?: string | number
  /** A node put before the last layer, on [n, features]. */
  readonly extra?: { readonly op: string; readonly domain?: string }
  readonly metadata?: readonly (readonly [string, string])[]
}

/** A small convolutional classifier with random weights: two convolutions, max pooling, a dense layer. */
export function convNet(options: ConvNetOptions = {}): OnnxGraph {
  const { seed = 'conv', classes = 10, size = 12, channels = 8, batch = 'n', extra, metadata = [] } = options
  const [height, across] = typeof size === 'number' ? [size, size] : size
  const random = new Random(seed)
  const builder = new GraphBuilder()
  const weights = (shape: number[], fan: number): string =>
    builder.floats(
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, Math.sqrt(2 / fan))),
      shape,
    )
  const x = builder.input('image', 'float', [batch, 3, height, across])
  const same = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }
  const centred = builder.node('Sub', [x, builder.scalar(0.5)])
  const a = builder.node('Conv', [centred, weights([channels, 3, 3, 3], 9)], same, 'conv_a')
  const b = builder.node('MaxPool', [builder.node('Relu', [a])], {
    kernel_shape: ints([2, 2]),
    strides: ints([2, 2]),
  })
  const c = builder.node('Relu', [
    builder.node('Conv', [b, weights([channels, channels, 3, 3], 9 * channels)], same),
  ])
  const flat = builder.node('Flatten', [c], { axis: int(1) }, 'features')
  const features = (channels * height * across) / 4
  const last = extra ? builder.node(extra.op, [flat]) : flat
  const bias = builder.floats(new Float32Array(classes), [classes])
  const scores = builder.node('Gemm', [last, weights([features, classes], features / 4), bias], {}, 'scores')
  builder.output(scores, 'float', [batch, classes])
  const graph = builder.build('conv net')
  return { ...graph, metadata: new Map(metadata) }
}

export function convNetBytes(options?: ConvNetOptions): Uint8Array {
  return writeModel(convNet(options))
}
