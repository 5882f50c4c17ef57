import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { HalftoneError } from '#core/errors'
import { backward } from '#core/onnx/backward'
import { learnFacts } from '#core/onnx/facts'
import { AttributeProtoSchema } from '../../../src/core/onnx/gen/onnx_pb'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { floats, runGraph } from '../../support/ort'
import { checkGradients } from './finiteDifference'
import { smallNet } from './smallNet'

/** d (sum of the first output) / d x for a graph of x, float [n, 2], at x = [[1, 2]]. */
async function slope(make: (builder: GraphBuilder, x: string) => string): Promise<number[] | null> {
  const base = new GraphBuilder()
  const made = make(base, base.input('x', 'float', ['n', 2]))
  base.output(made)
  const graph = base.build()
  const facts = await learnFacts(graph, runGraph)
  const builder = new GraphBuilder(graph)
  const ones = builder.node('Exp', [builder.node('Sub', [made, made])])
  const gradient = backward(builder, { facts, seeds: new Map([[made, ones]]), wrt: ['x'] }).get('x')
  if (gradient === null || gradient === undefined) return null
  builder.output(gradient)
  const out = await runGraph(writeModel(builder.build()), { x: floats([1, 2], [1, 2]) })
  return Array.from(out[gradient]!.data, Number)
}

describe('the walker', () => {
  it('sums over all uses of a tensor', async () => {
    const found = await slope((b, x) => b.node('Add', [b.node('Mul', [x, b.scalar(3)]), b.node('Neg', [x])]))
    expect(found).toEqual([2, 2])
  })

  it('sums over two inputs of one operator that are one tensor', async () => {
    expect(await slope((b, x) => b.node('Mul', [x, x]))).toEqual([2, 4])
    expect(await slope((b, x) => b.node('Sub', [x, x]))).toEqual([0, 0])
  })

  it('does not walk branches that lead elsewhere, whatever is in them', async () => {
    const found = await slope((b, x) => {
      b.node('CumSum', [x, b.scalar(1, 'int64')])
      return b.node('Neg', [x])
    })
    expect(found).toEqual([-1, -1])
  })

  it('stops at operators whose gradient is zero, and says so with null', async () => {
    expect(await slope((b, x) => b.node('Add', [x, b.node('Floor', [x])]))).toEqual([1, 1])
    expect(await slope((b, x) => b.node('Sign', [x]))).toBeNull()
  })

  it('goes through a chain of everything that changes shapes', async () => {
    await checkGradients('chain', {
      inputs: [['n', 2, 3, 4]],
      build: (b, [x]) => {
        const turned = b.node('Transpose', [x!], { perm: { kind: 'ints', value: [0, 3, 1, 2] } })
        const flat = b.node('Flatten', [turned])
        const doubled = b.node('Concat', [flat, b.node('Tanh', [flat])], { axis: { kind: 'int', value: -1 } })
        return b.node('Reshape', [doubled, b.ints([-1, 6, 8])])
      },
    })
  })

  it('gives gradients of inner tensors and several tensors at once', async () => {
    const base = new GraphBuilder()
    const x = base.input('x', 'float', ['n', 2])
    const inner = base.node('Mul', [x, base.scalar(2)])
    const out = base.output(base.node('Mul', [inner, inner]))
    const graph = base.build()
    const facts = await learnFacts(graph, runGraph)
    const builder = new GraphBuilder(graph)
    const seed = builder.input('seed', 'float', ['n', 2])
    const gradients = backward(builder, { facts, seeds: new Map([[out, seed]]), wrt: [x, inner] })
    for (const name of gradients.values()) builder.output(name!)
    const results = await runGraph(writeModel(builder.build()), {
      x: floats([1, 3], [1, 2]),
      seed: floats([1, 1], [1, 2]),
    })
    expect(Array.from(results[gradients.get(inner)!]!.data)).toEqual([4, 12])
    expect(Array.from(results[gradients.get(x)!]!.data)).toEqual([8, 24])
  })

  it('computes no weight gradients when only the input is asked for', async () => {
    const graph = smallNet()
    const facts = await learnFacts(graph, runGraph)
    const builder = new GraphBuilder(graph)
    const seed = builder.input('seed', 'float', ['n', 5])
    backward(builder, { facts, seeds: new Map([['scores', seed]]), wrt: ['image'] })
    const added = builder.nodes.slice(graph.nodes.length).map(({ op }) => op)
    expect(added.filter((op) => op === 'MatMul' || op === 'ReduceSum')).toEqual([])
    expect(added.filter((op) => op === 'Conv')).toHaveLength(2)
  })

  it('names operator, node and what is supported when a rule is missing', async () => {
    const error = await slope((b, x) => b.node('Asinh', [x], {}, 'running')).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(HalftoneError)
    expect(error).toMatchObject({ code: 'not-differentiable' })
    expect((error as Error).message).toMatch(/Asinh 'running'.*Supported: Abs, Add.*Where.*zero: ArgMax/)
  })

  it('names the node when a rule cannot do what the node asks', async () => {
    const error = await slope((b, x) =>
      b.node('Pad', [x, b.ints([0, -1, 0, 2])], { mode: { kind: 'string', value: 'edge' } }, 'frame'),
    ).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'not-differentiable' })
    expect((error as Error).message).toMatch(/Pad 'frame'.*negative pads.*edge/)
  })

  it('refuses operators of foreign domains that share a name', async () => {
    const graph = smallNet()
    const foreign: OnnxGraph = {
      ...graph,
      nodes: graph.nodes.map((node) => (node.op === 'Gemm' ? { ...node, domain: 'com.example' } : node)),
    }
    const facts = await learnFacts(graph, runGraph)
    const builder = new GraphBuilder(foreign)
    const seed = builder.input('seed', 'float', ['n', 5])
    expect(() => backward(builder, { facts, seeds: new Map([['scores', seed]]), wrt: ['image'] })).toThrow(
      /com\.example\.Gemm/,
    )
  })

  it('refuses half precision by name', async () => {
    const error = await slope((b, x) => {
      const half = b.node('Cast', [x], { to: { kind: 'int', value: 10 } })
      return b.node('Cast', [b.node('Relu', [half], {}, 'halved')], { to: { kind: 'int', value: 1 } })
    }).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'not-differentiable' })
    expect((error as Error).message).toMatch(/float16.*32-bit/)
  })

  it('sees what a subgraph reads from outside', async () => {
    const branch = (op: string) =>
      create(AttributeProtoSchema, {
        name: op === 'Neg' ? 'then_branch' : 'else_branch',
        type: 5,
        g: { name: op, node: [{ opType: op, input: ['x'], output: [op] }], output: [{ name: op }] },
      })
    const error = await slope((b) =>
      b.node('If', [b.scalar(1, 'bool')], {
        then_branch: { kind: 'opaque', value: branch('Neg') },
        else_branch: { kind: 'opaque', value: branch('Abs') },
      }),
    ).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'not-differentiable' })
    expect((error as Error).message).toMatch(/^If 'If'/)
  })

  it('sends the gradient of tied maxima to exactly one of them', async () => {
    const base = new GraphBuilder()
    const x = base.input('x', 'float', ['n', 1, 4, 4])
    const attributes = { kernel_shape: { kind: 'ints', value: [3, 3] } } as const
    const out = base.output(base.node('MaxPool', [x], attributes))
    const graph = base.build()
    const facts = await learnFacts(graph, runGraph)
    const builder = new GraphBuilder(graph)
    const seed = builder.input('seed', 'float', ['n', 1, 2, 2])
    const gradient = backward(builder, { facts, seeds: new Map([[out, seed]]), wrt: [x] }).get(x)!
    builder.output(gradient)
    const results = await runGraph(writeModel(builder.build()), {
      x: floats(new Float32Array(16).fill(0.5), [1, 1, 4, 4]),
      seed: floats([1, 2, 4, 8], [1, 1, 2, 2]),
    })
    expect(Array.from(results[gradient]!.data)).toEqual([1, 2, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  })
})
