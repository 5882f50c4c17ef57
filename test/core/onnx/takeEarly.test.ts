import { describe, expect, it } from 'vitest'
import { float, int, ints } from '#core/onnx/attributes'
import { learnFacts, withFreeBatch } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { buildGradientGraph } from '#core/onnx/gradientGraph'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { takeEarly } from '#core/onnx/takeEarly'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { runGraph } from '#node/onnx/runGraph'

const [tokens, width, classes] = [6, 4, 3]
const random = new Random('one row')
const floats = (b: GraphBuilder, ...shape: number[]): string => {
  const count = shape.reduce((product, length) => product * length, 1)
  return b.floats(
    Float32Array.from({ length: count }, () => random.normal()),
    shape,
  )
}

/** Rows that see each other in a Softmax over them, then a perceptron with its way round, and one row. */
function net(end: (b: GraphBuilder, x: string) => string): OnnxGraph {
  const b = new GraphBuilder()
  const image = b.input('image', 'float', ['batch', 1, tokens, width])
  const rows = b.node('Reshape', [image, b.ints([-1, tokens, width])])
  const seen = b.node('Mul', [rows, b.node('Softmax', [rows], { axis: int(1) })])
  const x = b.node('Add', [seen, floats(b, 1, tokens, width)])
  const unit = b.node('LayerNormalization', [x, floats(b, width)], { epsilon: float(1e-3) })
  const inner = b.node('Add', [floats(b, 2 * width), b.node('MatMul', [unit, floats(b, width, 2 * width)])])
  const bent = b.node('Mul', [inner, b.node('Sigmoid', [inner])])
  const out = b.node('MatMul', [bent, floats(b, 2 * width, width)])
  const row = end(b, b.node('Add', [x, out]))
  b.output(b.node('Gemm', [row, floats(b, width, classes)]), 'float')
  return b.build()
}

const scalar = (b: GraphBuilder, x: string): string =>
  b.node('Gather', [x, b.scalar(-2, 'int64')], { axis: int(1) })
const list = (b: GraphBuilder, x: string): string =>
  b.node('Reshape', [b.node('Gather', [x, b.ints([3])], { axis: int(-2) }), b.ints([-1, width])])

const images = (count: number) => {
  const data = Float32Array.from({ length: count * tokens * width }, () => random.normal())
  return { image: { type: 'float', dims: [count, 1, tokens, width], data } } as const
}

const numbers = (tensor: { readonly data: ArrayLike<unknown> }): number[] => Array.from(tensor.data, Number)

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 4)
  })
}

describe('takeEarly', () => {
  it.each([
    ['a scalar from the end', scalar],
    ['a list of one', list],
  ])('computes one row behind the last mixing and gives the same: %s', async (_, end) => {
    const graph = net(end)
    const facts = await learnFacts(graph, runGraph)
    const early = takeEarly(withFreeBatch(graph), facts)
    const product = early.graph.nodes.find(({ op }) => op === 'MatMul')!
    expect(early.facts.tensors.get(product.outputs[0]!)!.shape).toEqual([null, 1, 2 * width])
    expect(early.graph.nodes.filter(({ op }) => op === 'Gather')).toHaveLength(3 + 1)
    const fed = images(3)
    const output = graph.outputs[0]!.name
    const [expected, found] = [
      await runGraph(writeModel(graph), fed),
      await runGraph(writeModel(early.graph), fed),
    ]
    expectClose(numbers(found[output]!), numbers(expected[output]!))
  })

  it('leaves a model whose rows are all read', async () => {
    const graph = net((b, x) => {
      const all = b.node('ReduceMean', [x], { axes: ints([1]), keepdims: int(0) })
      return b.node('Add', [scalar(b, x), all])
    })
    const facts = await learnFacts(graph, runGraph)
    expect(takeEarly(graph, facts)).toEqual({ graph, facts })
  })

  it('has the gradient of finite differences', async () => {
    const graph = net(scalar)
    const facts = await learnFacts(graph, runGraph)
    const logits = { name: graph.outputs[0]!.name, classes }
    const built = buildGradientGraph(graph, facts, { input: 'image', logits, loss: { kind: 'cotangent' } })
    const model = writeModel(built.graph)
    const cotangent = { type: 'float', dims: [1, classes], data: Float32Array.of(1, -2, 0.5) } as const
    const at = async (data: Float32Array) =>
      await runGraph(model, { image: { ...images(1).image, data }, [built.cotangent!]: cotangent })
    const point = images(1).image.data
    const gradient = numbers((await at(point))[built.gradient]!)
    const step = 1e-2
    for (const place of [0, 5, 13, 17, 22]) {
      const moved = async (by: number): Promise<number> =>
        numbers((await at(point.map((value, i) => (i === place ? value + by : value))))[built.loss]!)[0]!
      const slope = ((await moved(step)) - (await moved(-step))) / (2 * step)
      expect(Math.abs(slope - gradient[place]!)).toBeLessThan(1e-2 * Math.max(1, Math.abs(slope)))
    }
  })
})
