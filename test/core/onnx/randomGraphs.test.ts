import { describe, expect, it } from 'vitest'
import { backward } from '#core/onnx/backward'
import { learnFacts, type RunTensor } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { sizeOf } from '#core/tensor/Tensor'
import { openGraph, runGraph } from '../../support/ort'
import { randomGraph } from './randomGraph'

/** More with HALFTONE_GRAPHS. */
const graphs = Number(process.env['HALFTONE_GRAPHS'] ?? 60)
const step = 1e-6

const doubles = (random: Random, dims: readonly number[]): RunTensor => ({
  type: 'double',
  dims,
  data: Float64Array.from({ length: sizeOf(dims) }, () => random.normal()),
})

const numbers = (tensor: RunTensor): Float64Array => tensor.data as Float64Array

describe('the gradient of a random graph', () => {
  it.each(Array.from({ length: graphs }, (_, i) => i))(
    'is that of differences in 64 bits: %i',
    async (seed) => {
      const random = new Random(`graph ${seed}`)
      const graph = randomGraph(random)
      const facts = await learnFacts(graph, runGraph)
      const builder = new GraphBuilder(graph)
      const shapeOf = (name: string): readonly number[] =>
        facts.tensors.get(name)!.shape.map((length) => length ?? 2)
      const cotangents = new Map(
        graph.outputs.map(({ name }, i) => [name, builder.input(`cotangent${i}`, 'double', shapeOf(name))]),
      )
      const found = backward(builder, { facts, seeds: cotangents, wrt: ['x'] }).get('x')!
      builder.output(found)
      const whole = await openGraph(writeModel(builder.build()))
      const forward = await openGraph(writeModel(graph))
      try {
        const x = doubles(random, graph.inputs[0]!.shape as number[])
        const weights = new Map(graph.outputs.map(({ name }) => [name, doubles(random, shapeOf(name))]))
        const feeds = Object.fromEntries(
          graph.outputs.map(({ name }) => [cotangents.get(name)!, weights.get(name)!]),
        )
        const gradient = numbers((await whole.run({ x, ...feeds }))[found]!)
        const loss = async (along: Float64Array, by: number): Promise<number> => {
          const data = numbers(x).map((value, i) => value + by * along[i]!)
          const outputs = await forward.run({ x: { ...x, data } })
          return graph.outputs.reduce((sum, { name }) => {
            const weight = numbers(weights.get(name)!)
            return numbers(outputs[name]!).reduce((part, value, i) => part + value * weight[i]!, sum)
          }, 0)
        }
        let compared = 0
        for (let trial = 0; trial < 6; trial++) {
          const along = numbers(doubles(random, x.dims))
          const [up, here, down] = [await loss(along, step), await loss(along, 0), await loss(along, -step)]
          const [right, left] = [(up - here) / step, (here - down) / step]
          const scale = Math.max(1, Math.abs(here), Math.hypot(...gradient))
          // A kink of Relu, Abs, Max or MaxPool lies between: there is no one slope to compare with.
          if (Math.abs(right - left) > 1e-3 * scale) continue
          compared++
          const expected = (up - down) / (2 * step)
          const actual = gradient.reduce((sum, value, i) => sum + value * along[i]!, 0)
          expect(
            Math.abs(actual - expected) / scale,
            `direction ${trial}: ${actual}, by differences ${expected}`,
          ).toBeLessThan(1e-6)
        }
        expect(compared).toBeGreaterThan(2)
      } finally {
        await whole.close()
        await forward.close()
      }
    },
  )
})
