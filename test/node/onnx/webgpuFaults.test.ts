import { describe, expect, it } from 'vitest'
import { int, ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import { forBackEnd } from '#node/onnx/forBackEnd'

const builderOf = (opset = 17) =>
  new GraphBuilder({ ...new GraphBuilder().build(), opsets: new Map([['', opset]]) })

/** The operators of a graph that are kept from WebGPU. */
function kept(build: (b: GraphBuilder, x: string) => readonly string[], opset?: number): string[] {
  const builder = builderOf(opset)
  const outputs = build(builder, builder.input('x', 'float', ['n', 4, 8, 8]))
  for (const name of outputs) builder.output(name)
  // Files may leave out the names of nodes.
  const graph = builder.build()
  const nameless = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, name: '' })) }
  const { bytes, executionProviders } = forBackEnd(writeModel(nameless), 'webgpu')
  const [provider] = executionProviders
  if (provider === 'webgpu') return []
  const { forceCpuNodeNames } = provider as { readonly forceCpuNodeNames: readonly string[] }
  return forceCpuNodeNames.map((name) => {
    const nodes = readModel(bytes).nodes.filter((node) => node.name === name)
    expect(nodes).toHaveLength(1)
    return nodes[0]!.op
  })
}

const kernel = (b: GraphBuilder, shape: number[]): string =>
  b.floats(new Float32Array(shape.reduce((a, c) => a * c)), shape)
const up = (groups: number, into: number) => (b: GraphBuilder, x: string) => [
  b.node('ConvTranspose', [x, kernel(b, [4, into, 2, 2])], { group: int(groups) }),
]
const cut = (start: number, step: number) => (b: GraphBuilder, x: string) => [
  b.node('Slice', [x, b.ints([start]), b.ints([-100]), b.ints([2]), b.ints([step])]),
]
const pool = { kernel_shape: ints([2, 2]) }

describe('what is kept from WebGPU', () => {
  it.each([
    [
      'a MaxPool that tells places',
      (b: GraphBuilder, x: string) => b.nodeWithOutputs('MaxPool', [x], 2, pool),
    ],
    ['a ConvTranspose of two groups of two channels into one', up(2, 1)],
    ['a Slice backwards', cut(4, -1)],
  ])('is %s', (_, build) => {
    expect(kept(build)).toHaveLength(1)
  })

  it('is a Softmax over several axes, as before operator set 13', () => {
    const build = (b: GraphBuilder, x: string) => [b.node('Softmax', [x])]
    expect(kept(build, 12)).toEqual(['Softmax'])
    expect(kept(build, 13)).toEqual([])
  })

  it.each([
    ['a MaxPool alone', (b: GraphBuilder, x: string) => [b.node('MaxPool', [x], pool)]],
    ['a ConvTranspose of one group', up(1, 1)],
    ['a ConvTranspose channel by channel', up(4, 1)],
    ['a ConvTranspose of groups into several channels', up(2, 3)],
    ['a Slice forwards', cut(0, 2)],
  ])('is not %s', (_, build) => {
    expect(kept(build)).toEqual([])
  })

  it('is a node whose kernel or steps are computed', () => {
    expect(
      kept((b, x) => {
        const steps = b.input('steps', 'int64', [1])
        const weights = b.input('weights', 'float', [4, 2, 2, 2])
        return [
          b.node('Slice', [x, b.ints([0]), b.ints([8]), b.ints([2]), steps]),
          b.node('ConvTranspose', [x, weights], { group: int(2) }),
        ]
      }),
    ).toEqual(['Slice', 'ConvTranspose'])
  })

  it('is nothing of another back end', () => {
    const builder = builderOf()
    const x = builder.input('x', 'float', ['n', 4, 8, 8])
    for (const name of builder.nodeWithOutputs('MaxPool', [x], 2, pool)) builder.output(name)
    const bytes = writeModel(builder.build())
    expect(forBackEnd(bytes, 'cuda')).toEqual({ bytes, executionProviders: ['cuda'] })
  })
})
