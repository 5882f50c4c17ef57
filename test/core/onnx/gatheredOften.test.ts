import { expect, it } from 'vitest'
import { int } from '#core/onnx/attributes'
import { backward } from '#core/onnx/backward'
import { learnFacts } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { writeModel } from '#core/onnx/writeModel'
import { openGraph, runGraph } from '../../support/ort'

const [places, often] = [8, 50_000]

/** ONNX Runtime's ScatterND loses some of what its threads add to one place. */
it.each([
  ['Gather', [places * often]],
  ['GatherND', [places * often, 1]],
])('%s loses nothing of what was taken often', async (op, shape) => {
  const b = new GraphBuilder({ ...new GraphBuilder().build(), opsets: new Map([['', 18]]) })
  const x = b.input('x', 'float', [places])
  const y = b.input('y', 'float', shape)
  // Indices that the graph does not hold.
  const taken = b.node(op, [x, b.node('Cast', [y], { to: int(7) })])
  b.output(taken)
  const graph = b.build()
  const facts = await learnFacts(graph, runGraph)
  const g = new GraphBuilder(graph)
  const seed = g.input('cotangent', 'float', [places * often])
  const gradient = backward(g, { facts, seeds: new Map([[taken, seed]]), wrt: [x] }).get(x)!
  g.output(gradient)
  const whole = await openGraph(writeModel(g.build()), 4)
  try {
    const indices = Float32Array.from({ length: places * often }, (_, i) => i % places)
    for (let run = 0; run < 20; run++) {
      const out = await whole.run({
        x: { type: 'float', dims: [places], data: new Float32Array(places) },
        y: { type: 'float', dims: shape, data: indices },
        cotangent: {
          type: 'float',
          dims: [places * often],
          data: new Float32Array(places * often).fill(1),
        },
      })
      expect([...(out[gradient]!.data as Float32Array)]).toEqual(Array<number>(places).fill(often))
    }
  } finally {
    await whole.close()
  }
})
