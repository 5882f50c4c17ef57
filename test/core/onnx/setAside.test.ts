import { describe, expect, it } from 'vitest'
import { int } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { setWeightsAside } from '#core/onnx/setAside'

const width = 64

function net(make: (b: GraphBuilder, x: string, weights: string) => string) {
  const b = new GraphBuilder()
  const x = b.input('x', 'float', ['batch', width])
  const weights = b.floats(new Float32Array(width * width), [width, width], 'weights')
  b.output(make(b, x, weights))
  return b.build()
}

const statistics = (b: GraphBuilder): string[] =>
  [1, 2, 3, 4].map((value) => b.floats(new Float32Array(width).fill(value), [width]))

describe('setWeightsAside', () => {
  it.each([
    ['MatMul', net((b, x, w) => b.node('MatMul', [x, w]))],
    ['Gemm', net((b, x, w) => b.node('Gemm', [x, w], { transB: int(1) }))],
  ])('takes the weights of a %s out and gives the same ones back', (_, graph) => {
    const { graph: bare, restore } = setWeightsAside(graph)
    expect(bare.initializers.size).toBe(0)
    expect(bare.inputs.map(({ name }) => name)).toEqual(['x', 'weights'])
    const again = restore(bare)
    expect(again.inputs).toEqual(graph.inputs)
    expect(again.initializers.get('weights')).toBe(graph.initializers.get('weights'))
  })

  it.each([
    ['on the left', net((b, x, w) => b.node('MatMul', [w, b.node('Transpose', [x])]))],
    ['turned by a node', net((b, x, w) => b.node('MatMul', [x, b.node('Transpose', [w])]))],
    ['read by another node too', net((b, x, w) => b.node('Add', [b.node('MatMul', [x, w]), w]))],
    [
      'of a layer that is normalised',
      net((b, x, w) => b.node('BatchNormalization', [b.node('MatMul', [x, w]), ...statistics(b)])),
    ],
  ])('leaves weights %s', (_, graph) => {
    expect(setWeightsAside(graph).graph.initializers.has('weights')).toBe(true)
  })
})
