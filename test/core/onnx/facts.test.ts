import { describe, expect, it } from 'vitest'
import { int } from '#core/onnx/attributes'
import { makeTensor, numbersOf } from '#core/onnx/elementTypes'
import { learnFacts, type GraphRunner } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { layerWeights } from '#core/onnx/withoutWeights'
import { runGraph } from '#node/onnx/runGraph'

/** Notes the sizes of the models that are run. */
function watched(): { readonly run: GraphRunner; readonly sizes: number[] } {
  const sizes: number[] = []
  return {
    sizes,
    run: async (model, feeds) => {
      sizes.push(model.length)
      return await runGraph(model, feeds)
    },
  }
}

/** 4 patches of 16 values, embedded in 96 with a table of places, and 3 scores; 40 KB of weights. */
function patches(): OnnxGraph {
  const builder = new GraphBuilder()
  const x = builder.input('x', 'float', ['n', 64])
  const flat = builder.node('Reshape', [x, builder.ints([-1, 4, 16])], {}, 'flat')
  const embedded = builder.node('MatMul', [flat, weights(builder, [16, 96])], {}, 'embedded')
  const table = builder.initializer(
    makeTensor(
      'int64',
      [2048],
      BigInt64Array.from({ length: 2048 }, (_, i) => BigInt(i < 2 ? 3 - i : 0)),
    ),
  )
  const order = builder.node('Slice', [table, builder.ints([0]), builder.ints([2])], {}, 'order')
  const taken = builder.node('Gather', [embedded, order], { axis: int(1) }, 'taken')
  const lengths = builder.node('Shape', [taken], {}, 'lengths')
  const first = builder.node('Gather', [lengths, builder.ints([0])], {}, 'first')
  const wanted = builder.node('Concat', [first, builder.ints([192])], { axis: int(0) }, 'wanted')
  const joined = builder.node('Reshape', [taken, wanted], {}, 'joined')
  const hidden = builder.node(
    'Gemm',
    [joined, weights(builder, [32, 192]), weights(builder, [32])],
    { transB: int(1) },
    'hidden',
  )
  builder.output(builder.node('MatMul', [hidden, weights(builder, [32, 3])], {}, 'scores'))
  return builder.build()
}

function weights(builder: GraphBuilder, shape: readonly number[]): string {
  const size = shape.reduce((product, length) => product * length, 1)
  return builder.floats(
    Array.from({ length: size }, (_, i) => Math.sin(i)),
    shape,
  )
}

describe('learnFacts', () => {
  it('tells every shape without the weights of layers, with the numbers that shapes hang on', async () => {
    const { run, sizes } = watched()
    const facts = await learnFacts(patches(), run)
    expect(facts.batch).toBe('free')
    const shapes = { flat: [null, 4, 16], taken: [null, 2, 96], joined: [null, 192], scores: [null, 3] }
    for (const [name, shape] of Object.entries(shapes)) {
      expect(facts.tensors.get(name), name).toEqual({ type: 'float', shape })
    }
    expect(facts.tensors.get('weights')).toEqual({ type: 'float', shape: [16, 96] })
    expect(numbersOf(facts.constants!.get('order')!)).toEqual([3, 2])
    expect(facts.constants!.has('wanted')).toBe(false)
    // The table of 16 KB is there, the weights of 31 KB are not.
    // Both numbers of images, and twice the arithmetic on lengths alone.
    expect(sizes).toHaveLength(4)
    expect(Math.max(...sizes)).toBeLessThan(22e3)
    expect(Math.max(...sizes.slice(2))).toBeLessThan(1e3)
  })

  it('keeps a number of images without the weights too', async () => {
    const builder = new GraphBuilder()
    const x = builder.input('x', 'float', [4, 64])
    const hidden = builder.node('MatMul', [x, weights(builder, [64, 32])], {}, 'hidden')
    const halves = builder.node('Reshape', [hidden, builder.ints([4, 2, 16])], {}, 'halves')
    builder.output(halves)
    const { run, sizes } = watched()
    const facts = await learnFacts(builder.build(), run)
    expect(facts.batch).toBe(4)
    expect(facts.tensors.get('halves')?.shape).toEqual([4, 2, 16])
    expect(Math.max(...sizes)).toBeLessThan(2e3)
  })

  it('leaves weights where more than a layer reads them, or values decide on lengths', async () => {
    const shared = new GraphBuilder()
    const w = weights(shared, [64, 32])
    const x = shared.input('x', 'float', ['n', 64])
    shared.output(shared.node('MatMul', [x, w]))
    expect(layerWeights(shared.build())).toEqual(new Set([w]))
    const turned = shared.node('Transpose', [w], {}, 'turned')
    expect(layerWeights(shared.build())).toEqual(new Set())
    shared.output(shared.node('MatMul', [shared.node('MatMul', [x, w]), turned]))
    const constants = (await learnFacts(shared.build(), runGraph)).constants!
    expect(constants.get('turned')!.data[1]).toBeCloseTo(Math.sin(32), 6)

    const counted = new GraphBuilder()
    const y = counted.node('MatMul', [counted.input('x', 'float', ['n', 64]), weights(counted, [64, 32])])
    counted.output(counted.node('NonZero', [y], {}, 'places'))
    expect(layerWeights(counted.build())).toEqual(new Set())
  })

  it('runs with the true weights what fails with zeros', async () => {
    // The last of 32 scores is the largest, 31 - 31 = 0; zeros give the first, and 0 - 31 lies outside the table.
    const builder = new GraphBuilder()
    const x = builder.input('x', 'float', ['n', 64])
    const bright = builder.node('Add', [x, builder.scalar(1)])
    const rising = builder.floats(
      Array.from({ length: 64 * 32 }, (_, i) => (i % 32) - 31),
      [64, 32],
    )
    const index = builder.node('ArgMax', [builder.node('MatMul', [bright, rising])], {
      axis: int(1),
      keepdims: int(0),
    })
    const shifted = builder.node('Sub', [index, builder.scalar(31, 'int64')])
    const table = builder.floats([1, 2], [2])
    builder.output(builder.node('Gather', [table, shifted], {}, 'looked-up'))
    const { run, sizes } = watched()
    const facts = await learnFacts(builder.build(), run)
    expect(facts.batch).toBe('free')
    expect(facts.tensors.get('looked-up')?.shape).toEqual([null])
    expect(Math.max(...sizes)).toBeGreaterThan(8e3)
  })
})
