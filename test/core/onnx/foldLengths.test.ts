import { describe, expect, it } from 'vitest'
import { int } from '#core/onnx/attributes'
import { learnFacts, withFreeBatch } from '#core/onnx/facts'
import { foldLengths } from '#core/onnx/foldLengths'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { pruneGraph } from '#core/onnx/prune'
import { writeModel } from '#core/onnx/writeModel'
import { runGraph } from '#node/onnx/runGraph'

/** x [n, 2, 3] to [n * 2, 3] and [2, 3, n] through lengths that are computed, as exporters do. */
function net() {
  const b = new GraphBuilder()
  const x = b.input('x', 'float', ['batch', 2, 3])
  const shape = b.node('Shape', [x])
  const length = (axis: number): string => b.node('Gather', [shape, b.ints([axis])], { axis: int(0) })
  const rows = b.node('Mul', [length(0), length(1)])
  const flat = b.node('Reshape', [x, b.node('Concat', [rows, length(2)], { axis: int(0) })])
  const back = b.node('Concat', [length(1), length(2), length(0)], { axis: int(0) })
  b.output(b.node('Reshape', [b.node('Relu', [flat]), back]), 'float')
  return b.build()
}

describe('foldLengths', () => {
  it('leaves no arithmetic where at most one length follows the batch', async () => {
    const graph = net()
    const folded = pruneGraph(foldLengths(withFreeBatch(graph), await learnFacts(graph, runGraph)))
    expect(folded.nodes.map(({ op }) => op)).toEqual(['Reshape', 'Relu', 'Reshape'])
    const output = graph.outputs[0]!.name
    for (const count of [1, 2, 5]) {
      const data = Float32Array.from({ length: count * 6 }, (_, i) => i - 3)
      const fed = { x: { type: 'float', dims: [count, 2, 3], data } } as const
      const [expected, found] = [
        await runGraph(writeModel(graph), fed),
        await runGraph(writeModel(folded), fed),
      ]
      expect(found[output]).toEqual(expected[output])
    }
  })
})
