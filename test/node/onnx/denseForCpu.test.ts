import { describe, expect, it } from 'vitest'
import { int, ints } from '#core/onnx/attributes'
import { blockedDomain } from '#core/onnx/blocked/BlockedGraph'
import { learnFacts, type RunTensor } from '#core/onnx/facts'
import { findLogits } from '#core/onnx/findLogits'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { buildGradientGraph } from '#core/onnx/gradientGraph'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { reduceMean, reshape, transpose } from '#core/onnx/ops'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { blockForCpu } from '#node/onnx/blockForCpu'
import { OrtSession } from '#node/onnx/OrtSession'
import { runGraph } from '#node/onnx/runGraph'

const random = new Random('dense')
const [side, patch, width, heads, classes] = [40, 8, 512, 8, 16]
const tokens = (side / patch) ** 2

const numbers = (count: number, deviation: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * deviation)

/** An image transformer of one layer, as PyTorch exports it: positions before images in the attention, Gelu in its parts. */
function transformer(by: 'mean' | 'token' = 'mean'): OnnxGraph {
  const b = new GraphBuilder()
  const image = b.input('image', 'float', ['batch', 3, side, side])
  const floats = (shape: readonly number[], deviation = 1 / Math.sqrt(shape[0]!)): string =>
    b.floats(
      numbers(
        shape.reduce((product, length) => product * length, 1),
        deviation,
      ),
      shape,
    )
  const dense = (x: string, from: number, to: number): string =>
    b.node('Add', [floats([to], 0.1), b.node('MatMul', [x, floats([from, to])])])
  const norm = (x: string): string =>
    b.node('LayerNormalization', [
      x,
      b.floats(
        numbers(width, 0.2).map((v) => v + 1),
        [width],
      ),
      floats([width], 0.1),
    ])
  const patches = b.node('Conv', [image, floats([width, 3, patch, patch], 0.07)], {
    kernel_shape: ints([patch, patch]),
    strides: ints([patch, patch]),
  })
  let x = transpose(b, reshape(b, patches, [0, width, tokens]), [0, 2, 1])

  const ahead = dense(transpose(b, norm(x), [1, 0, 2]), width, 3 * width)
  const apart = reshape(b, ahead, [tokens, -1, 3, width])
  const [query, key, value] = [0, 1, 2].map((place) => {
    const one = b.node('Gather', [apart, b.scalar(place, 'int64')], { axis: int(2) })
    return transpose(b, reshape(b, one, [tokens, -1, width / heads]), [1, 0, 2])
  }) as [string, string, string]
  const scaled = b.node('Mul', [query, b.scalar(Math.sqrt(heads / width))])
  const weights = b.node('Softmax', [b.node('MatMul', [scaled, transpose(b, key, [0, 2, 1])])])
  const seen = transpose(b, b.node('MatMul', [weights, value]), [1, 0, 2])
  const rows = reshape(b, seen, [-1, width])
  const out = b.node('Gemm', [rows, floats([width, width]), floats([width], 0.1)], { transB: int(1) })
  x = b.node('Add', [x, transpose(b, reshape(b, out, [tokens, -1, width]), [1, 0, 2])])

  const inner = dense(norm(x), width, 2 * width)
  const erf = b.node('Erf', [b.node('Div', [inner, b.scalar(Math.SQRT2)])])
  const gelu = b.node('Mul', [b.node('Mul', [inner, b.node('Add', [erf, b.scalar(1)])]), b.scalar(0.5)])
  x = b.node('Add', [x, dense(gelu, 2 * width, width)])

  const seenAs =
    by === 'mean'
      ? reduceMean(b, norm(x), [1], false)
      : b.node('Gather', [norm(x), b.scalar(0, 'int64')], { axis: int(1) })
  b.output(b.node('MatMul', [seenAs, floats([width, classes])]), 'float')
  return b.build()
}

async function gradientOf(graph: OnnxGraph) {
  const facts = await learnFacts(graph, runGraph)
  const logits = findLogits(graph, facts)
  return buildGradientGraph(graph, facts, { input: 'image', logits, loss: { kind: 'cross-entropy' } })
}

function feeds(count: number): Record<string, RunTensor> {
  const images = Float32Array.from({ length: count * 3 * side * side }, () => random.uniform())
  const labels = BigInt64Array.from({ length: count }, (_, i) => BigInt(i % classes))
  return {
    image: { type: 'float', dims: [count, 3, side, side], data: images },
    labels: { type: 'int64', dims: [count], data: labels },
  }
}

function distance(found: RunTensor, expected: RunTensor): number {
  const [a, b] = [found, expected].map(({ data }) => Array.from(data, Number)) as [number[], number[]]
  return Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...b)
}

const products = (graph: OnnxGraph): number =>
  graph.nodes.filter(({ op, inputs }) => {
    const weights = graph.initializers.get(inputs[1] ?? '')
    return ['MatMul', 'FusedMatMul', 'Gemm'].includes(op) && (weights?.data.length ?? 0) > classes * width
  }).length

describe('dense layers in the blocked layout', () => {
  it.each(['mean', 'token'] as const)('give what the plain ones give, classes by the %s', async (by) => {
    const { graph, loss, logits, gradient } = await gradientOf(transformer(by))
    const plain = writeModel(graph)
    await using session = await OrtSession.create(writeModel((await blockForCpu(graph))!), {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'disabled',
    })
    for (const count of [1, 3]) {
      const fed = feeds(count)
      const outputs = [loss, logits, gradient]
      const [expected, found] = [await runGraph(plain, fed), await session.run(fed, outputs)]
      for (const output of outputs) {
        expect(found[output]!.dims).toEqual(expected[output]!.dims)
        expect(distance(found[output]!, expected[output]!), output).toBeLessThan(1e-5)
      }
    }
  })

  it('leave no weights to be packed when a session is made', async () => {
    const { graph } = await gradientOf(transformer())
    const blocked = (await blockForCpu(graph))!
    if (!blocked.nodes.some(({ domain }) => domain === blockedDomain)) return // a processor without blocked convolutions
    expect(products(graph)).toBe(8)
    expect(products(blocked)).toBe(0)
    // Between the two layers of a perceptron nothing goes back into the plain layout, neither forward nor back.
    const reorders = blocked.nodes.filter(
      ({ domain, op }) => domain === blockedDomain && op.startsWith('Reorder'),
    )
    expect(reorders.length).toBeLessThanOrEqual(2 * 8 - 4 + 2)
  })

  it('keep every weight once in the graph that is written', async () => {
    const { graph } = await gradientOf(transformer())
    const bytes = [...graph.initializers.values()].reduce((sum, { data }) => sum + data.length, 0)
    expect(bytes).toBeLessThan(1.05 * (8 * width * width + width * 3 * patch * patch + classes * width))
  })
})
