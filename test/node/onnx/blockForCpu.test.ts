import { describe, expect, it } from 'vitest'
import { float, int, ints } from '#core/onnx/attributes'
import { blockedDomain } from '#core/onnx/blocked/BlockedGraph'
import { learnFacts, type RunTensor } from '#core/onnx/facts'
import { findLogits } from '#core/onnx/findLogits'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { buildGradientGraph } from '#core/onnx/gradientGraph'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { blockForCpu } from '#node/onnx/blockForCpu'
import { optimisedModel } from '#node/onnx/fold'
import { runGraph } from '#node/onnx/runGraph'

const random = new Random('blocked')
const size = 33
const classes = 5

/** A net under construction: every convolution with random weights. */
class Net {
  readonly builder = new GraphBuilder()
  readonly image = this.builder.input('image', 'float', ['batch', 3, size, size])

  conv(
    x: string,
    from: number,
    to: number,
    kernel: number,
    stride = 1,
    group = 1,
    pad = kernel >> 1,
  ): string {
    const count = (to * from * kernel * kernel) / group
    const scale = Math.sqrt((2 * group) / (from * kernel * kernel))
    const weights = Float32Array.from({ length: count }, () => random.normal() * scale)
    return this.builder.node('Conv', [x, this.builder.floats(weights, [to, from / group, kernel, kernel])], {
      kernel_shape: ints([kernel, kernel]),
      strides: ints([stride, stride]),
      pads: ints([pad, pad, pad, pad]),
      group: int(group),
    })
  }

  add(op: string, ...inputs: string[]): string {
    return this.builder.node(op, inputs)
  }

  pool(x: string): string {
    return this.builder.node('MaxPool', [x], {
      kernel_shape: ints([3, 3]),
      strides: ints([2, 2]),
      pads: ints([1, 1, 1, 1]),
    })
  }

  /** Scores of the classes from what is left, through an average of every channel. */
  end(x: string, channels: number): OnnxGraph {
    const pooled = this.builder.node('Flatten', [this.add('GlobalAveragePool', x)])
    const weights = Float32Array.from({ length: channels * classes }, () => random.normal())
    this.builder.output(
      this.add('MatMul', pooled, this.builder.floats(weights, [channels, classes])),
      'float',
    )
    return this.builder.build()
  }
}

const nets: Readonly<Record<string, () => OnnxGraph>> = {
  'residual blocks, strided by kernels of 1 and 3': () => {
    const net = new Net()
    let x = net.pool(net.add('Relu', net.conv(net.image, 3, 32, 7, 2)))
    x = net.add('Relu', net.add('Add', net.conv(net.add('Relu', net.conv(x, 32, 32, 3)), 32, 32, 3), x))
    const down = net.conv(net.add('Relu', net.conv(x, 32, 64, 3, 2)), 64, 64, 3)
    x = net.add('Relu', net.add('Add', down, net.conv(x, 32, 64, 1, 2)))
    return net.end(x, 64)
  },
  'branches that are joined, by kernels of 2 and 5': () => {
    const net = new Net()
    const x = net.add('Relu', net.conv(net.image, 3, 32, 3))
    const first = net.add('Relu', net.conv(x, 32, 16, 1))
    const second = net.add('Relu', net.conv(net.add('Relu', net.conv(x, 32, 16, 1)), 16, 32, 3))
    const third = net.conv(net.pool(net.conv(x, 32, 16, 5)), 16, 16, 2, 2, 1, 0)
    const joined = net.builder.node('Concat', [first, second], { axis: int(1) })
    const small = net.conv(joined, 48, 16, 5, 4, 1, 0)
    return net.end(net.builder.node('Concat', [third, small], { axis: int(1) }), 32)
  },
  'smooth rectifiers, channels that fill no block, groups': () => {
    const net = new Net()
    const swish = (x: string): string =>
      net.add('Mul', x, net.builder.node('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) }))
    let x = swish(net.conv(net.image, 3, 20, 3, 2))
    x = swish(net.conv(x, 20, 20, 3, 1, 20))
    x = swish(net.conv(swish(net.conv(x, 20, 20, 5, 2, 20)), 20, 20, 3, 1, 20))
    x = net.add('Sigmoid', net.add('Add', x, net.conv(x, 20, 20, 1)))
    return net.end(swish(net.conv(x, 20, 36, 3, 2)), 36)
  },
}

async function gradientOf(graph: OnnxGraph) {
  const facts = await learnFacts(graph, runGraph)
  return buildGradientGraph(graph, facts, {
    input: 'image',
    logits: findLogits(graph, facts),
    loss: { kind: 'cross-entropy' },
  })
}

function feeds(count: number): Record<string, RunTensor> {
  const images = Float32Array.from({ length: count * 3 * size * size }, () => random.uniform())
  const labels = BigInt64Array.from({ length: count }, (_, i) => BigInt(i % classes))
  return {
    image: { type: 'float', dims: [count, 3, size, size], data: images },
    labels: { type: 'int64', dims: [count], data: labels },
  }
}

const reorders = (graph: OnnxGraph): number =>
  graph.nodes.filter(({ op, domain }) => domain === blockedDomain && op.startsWith('Reorder')).length

function distance(found: RunTensor, expected: RunTensor): number {
  const [a, b] = [found, expected].map(({ data }) => Array.from(data, Number)) as [number[], number[]]
  return Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...b)
}

describe('a gradient graph in the blocked layout', () => {
  it.each(Object.keys(nets))('gives what the plain one gives: %s', async (name) => {
    const { graph, loss, logits, gradient } = await gradientOf(nets[name]!())
    const plain = writeModel(graph)
    const blocked = writeModel((await blockForCpu(graph))!)
    for (const count of [1, 3]) {
      const fed = feeds(count)
      const [expected, found] = [await runGraph(plain, fed), await runGraph(blocked, fed)]
      for (const output of [loss, logits, gradient]) {
        expect(found[output]!.dims).toEqual(expected[output]!.dims)
        expect(distance(found[output]!, expected[output]!), output).toBeLessThan(1e-5)
      }
    }
  })

  it('goes from one layout into the other a few times only', async () => {
    const { graph } = await gradientOf(nets['residual blocks, strided by kernels of 1 and 3']!())
    const plain = writeModel(graph)
    const optimised = readModel(await optimisedModel(plain, 'all'))
    const blocked = (await blockForCpu(graph))!
    if (reorders(optimised) === 0) return // a processor without blocked convolutions
    expect(reorders(blocked)).toBeLessThan(reorders(optimised) / 2)
    // Strided kernels are gone but for the first, whose three channels fill no block.
    expect(blocked.nodes.filter(({ op }) => op === 'ConvTranspose')).toHaveLength(1)
  })
})
