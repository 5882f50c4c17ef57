import type { Random } from '../../tensor/Random'
import { int, ints } from '../attributes'
import { GraphBuilder } from '../GraphBuilder'
import type { OnnxGraph } from '../OnnxGraph'

/**
 * A net of the shape of Inception v3 (Szegedy et al. 2015, arXiv:1512.00567, in torchvision's variant without the
 * auxiliary head), batch normalisation folded into the convolutions, with random weights: for measuring, not for
 * classifying. 299x299 images in [0, 1], 1,000 classes, 23.8 million parameters, 11.4 GFLOP an image.
 */
export function inceptionV3(random: Random): OnnxGraph {
  const net = new Net(random)
  const image = net.builder.input('image', 'float', ['batch', 3, 299, 299])
  let x: Features = { name: net.normalised(image), channels: 3 }
  x = net.conv(x, 32, [3, 3], { stride: 2, pad: [0, 0] })
  x = net.conv(x, 32, [3, 3], { pad: [0, 0] })
  x = net.conv(x, 64, [3, 3])
  x = net.maxPool(x)
  x = net.conv(x, 80, [1, 1])
  x = net.conv(x, 192, [3, 3], { pad: [0, 0] })
  x = net.maxPool(x)
  for (const pooled of [32, 64, 64]) x = mixed35(net, x, pooled)
  x = reduce17(net, x)
  for (const inner of [128, 160, 160, 192]) x = mixed17(net, x, inner)
  x = reduce8(net, x)
  for (let i = 0; i < 2; i++) x = mixed8(net, x)
  return net.classified(x, 1000)
}

/** A tensor of the net and its number of channels. */
interface Features {
  readonly name: string
  readonly channels: number
}

/** 35x35: 1x1, 5x5, two 3x3, pooled. */
function mixed35(net: Net, x: Features, pooled: number): Features {
  return net.join([
    net.conv(x, 64, [1, 1]),
    net.conv(net.conv(x, 48, [1, 1]), 64, [5, 5]),
    net.conv(net.conv(net.conv(x, 64, [1, 1]), 96, [3, 3]), 96, [3, 3]),
    net.conv(net.averagePool(x), pooled, [1, 1]),
  ])
}

/** 35x35 to 17x17. */
function reduce17(net: Net, x: Features): Features {
  const strided = { stride: 2, pad: [0, 0] } as const
  return net.join([
    net.conv(x, 384, [3, 3], strided),
    net.conv(net.conv(net.conv(x, 64, [1, 1]), 96, [3, 3]), 96, [3, 3], strided),
    net.maxPool(x),
  ])
}

/** 17x17: 7x7 convolutions as 1x7 and 7x1. */
function mixed17(net: Net, x: Features, inner: number): Features {
  const chain = (from: Features, kernels: readonly Kernel[]): Features =>
    kernels.reduce((y, kernel, i) => net.conv(y, i === kernels.length - 1 ? 192 : inner, kernel), from)
  return net.join([
    net.conv(x, 192, [1, 1]),
    chain(net.conv(x, inner, [1, 1]), [row, column]),
    chain(net.conv(x, inner, [1, 1]), [column, row, column, row]),
    net.conv(net.averagePool(x), 192, [1, 1]),
  ])
}

type Kernel = readonly [number, number]
const row: Kernel = [1, 7]
const column: Kernel = [7, 1]

/** 17x17 to 8x8. */
function reduce8(net: Net, x: Features): Features {
  const strided = { stride: 2, pad: [0, 0] } as const
  const wide = net.conv(net.conv(net.conv(x, 192, [1, 1]), 192, row), 192, column)
  return net.join([
    net.conv(net.conv(x, 192, [1, 1]), 320, [3, 3], strided),
    net.conv(wide, 192, [3, 3], strided),
    net.maxPool(x),
  ])
}

/** 8x8: branches that split into 1x3 and 3x1. */
function mixed8(net: Net, x: Features): Features {
  const split = (from: Features): Features[] => [net.conv(from, 384, [1, 3]), net.conv(from, 384, [3, 1])]
  return net.join([
    net.conv(x, 320, [1, 1]),
    ...split(net.conv(x, 384, [1, 1])),
    ...split(net.conv(net.conv(x, 448, [1, 1]), 384, [3, 3])),
    net.conv(net.averagePool(x), 192, [1, 1]),
  ])
}

interface ConvOptions {
  readonly stride?: number
  /** Zeros on each side; half the kernel by default. */
  readonly pad?: readonly [number, number]
}

/** The layers that the blocks are made of. */
class Net {
  readonly builder = new GraphBuilder()
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  /** From [0, 1] to [-1, 1]. */
  normalised(image: string): string {
    return this.builder.node('Sub', [
      this.builder.node('Mul', [image, this.builder.scalar(2)]),
      this.builder.scalar(1),
    ])
  }

  /** Convolution and ReLU. */
  conv(x: Features, features: number, kernel: Kernel, options: ConvOptions = {}): Features {
    const { stride = 1, pad = [kernel[0] >> 1, kernel[1] >> 1] } = options
    const weights = this.#weights([features, x.channels, ...kernel])
    const bias = this.builder.floats(new Float32Array(features), [features], 'bias')
    const made = this.builder.node('Conv', [x.name, weights, bias], {
      kernel_shape: ints(kernel),
      strides: ints([stride, stride]),
      pads: ints([...pad, ...pad]),
    })
    return { name: this.builder.node('Relu', [made]), channels: features }
  }

  maxPool(x: Features): Features {
    const attributes = { kernel_shape: ints([3, 3]), strides: ints([2, 2]) }
    return { ...x, name: this.builder.node('MaxPool', [x.name], attributes) }
  }

  averagePool(x: Features): Features {
    const attributes = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]), count_include_pad: int(1) }
    return { ...x, name: this.builder.node('AveragePool', [x.name], attributes) }
  }

  join(parts: readonly Features[]): Features {
    return {
      name: this.builder.node(
        'Concat',
        parts.map(({ name }) => name),
        { axis: int(1) },
      ),
      channels: parts.reduce((sum, { channels }) => sum + channels, 0),
    }
  }

  classified(x: Features, classes: number): OnnxGraph {
    const flat = this.builder.node('Flatten', [this.builder.node('GlobalAveragePool', [x.name])])
    const bias = this.builder.floats(new Float32Array(classes), [classes], 'bias')
    const weights = this.#weights([classes, x.channels])
    this.builder.output(this.builder.node('Gemm', [flat, weights, bias], { transB: int(1) }, 'logits'))
    return this.builder.build('inception_v3')
  }

  /** Uniform with the variance 2 / fan-in (He et al. 2015), which keeps the signal's size through ReLUs. */
  #weights(shape: readonly number[]): string {
    const fanIn = shape.slice(1).reduce((product, length) => product * length, 1)
    const bound = Math.sqrt(6 / fanIn)
    const data = new Float32Array(shape[0]! * fanIn)
    for (let i = 0; i < data.length; i++) data[i] = this.#random.uniform(-bound, bound)
    return this.builder.initializer({ type: 'float', shape, data }, 'weights')
  }
}
