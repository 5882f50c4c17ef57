import { expect, it } from 'vitest'
import { float, int } from '#core/onnx/attributes'
import { backward } from '#core/onnx/backward'
import { elementCodes, makeTensor } from '#core/onnx/elementTypes'
import { learnFacts } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { runGraph } from '#node/onnx/runGraph'

const [rows, columns, depth] = [3, 4, 5]
const random = new Random('layer normalisation')
const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal())
const [scale, g, x] = [
  values(columns * depth),
  values(rows * columns * depth),
  values(rows * columns * depth),
]

/** Gradients for x and the scale, over the last two axes. */
async function gradients(type: 'float' | 'double') {
  const b = new GraphBuilder()
  const cast = (name: string, to: 'float' | 'double'): string =>
    b.node('Cast', [name], { to: int(elementCodes[to]) })
  const constant = (data: Float32Array, ...shape: number[]): string =>
    type === 'float'
      ? b.floats(data, shape)
      : b.initializer(makeTensor('double', shape, Float64Array.from(data)))
  const input = b.input('x', 'float', [rows, columns, depth])
  const factor = constant(scale, columns, depth)
  const inputs = [cast(input, type), factor]
  const y = b.node('LayerNormalization', inputs, { axis: int(1), epsilon: float(1e-2) })
  b.output(y)
  const facts = await learnFacts(b.build(), runGraph)
  const seeds = new Map([[y, constant(g, rows, columns, depth)]])
  const found = backward(b, { facts, seeds, wrt: ['x', factor] })
  b.clearOutputs()
  const names = ['x', factor].map((name) => b.output(cast(found.get(name)!, 'float')))
  const results = await runGraph(writeModel(b.build()), {
    x: { type: 'float', dims: [rows, columns, depth], data: x },
  })
  return names.map((name) => Array.from(results[name]!.data, Number))
}

it('has the same gradient in 32 bits, from the operator itself, as in 64', async () => {
  const [single, double] = [await gradients('float'), await gradients('double')]
  single.forEach((gradient, i) => {
    const away = Math.hypot(...gradient.map((value, j) => value - double[i]![j]!))
    expect(away / Math.hypot(...double[i]!)).toBeLessThan(1e-6)
  })
})
