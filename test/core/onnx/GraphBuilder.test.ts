import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { writeModel } from '#core/onnx/writeModel'
import { openGraph } from '../../support/ort'

describe('adding to a graph', () => {
  it("keeps clear of the names of its nodes, as exporters' optimisers choose them", async () => {
    const first = new GraphBuilder()
    const x = first.input('x', 'float', ['n'])
    const y = first.node('Neg', [x], {}, 'y')
    const base = first.build()
    const named = { ...base, nodes: base.nodes.map((node) => ({ ...node, name: 'Neg' })) }
    const b = new GraphBuilder(named)
    const z = b.node('Neg', [y])
    b.output(z)
    const { nodes } = b.build()
    expect(new Set(nodes.map(({ name }) => name)).size).toBe(2)
    const session = await openGraph(writeModel(b.build()))
    const out = await session.run({ x: { type: 'float', dims: [2], data: Float32Array.of(1, -2) } })
    expect([...Array.from(out[z]!.data, Number)]).toEqual([1, -2])
    await session.close()
  })
})
