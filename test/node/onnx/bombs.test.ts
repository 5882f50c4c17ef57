import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { int, ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { writeModel } from '#core/onnx/writeModel'
import { inspectModel } from '#node/onnx/inspectModel'
import { openModel } from '#node/onnx/openModel'
import { ModelProtoSchema } from '../../../src/core/onnx/gen/onnx_pb'

const cpu = { provider: 'cpu' } as const
const file = (bytes: Uint8Array) => ({ bytes, name: 'bomb.onnx', hash: 'h' })

/** A classifier of 8x8 images that makes something large on its way; what is large must be brought to one number. */
function bomb(make: (b: GraphBuilder, x: string) => string): Uint8Array {
  const b = new GraphBuilder()
  const x = b.input('image', 'float', ['n', 3, 8, 8])
  const large = b.node('ReduceMean', [make(b, x)], { keepdims: int(0) })
  const mean = b.node('ReduceMean', [x], { axes: ints([2, 3]), keepdims: int(0) })
  b.output(b.node('Add', [mean, large], {}, 'scores'))
  return writeModel(b.build())
}

const lengthOf = (b: GraphBuilder, x: string): string => b.node('Gather', [b.node('Shape', [x]), b.ints([3])])

const bombs: [string, (b: GraphBuilder, x: string) => string, RegExp][] = [
  [
    'a constant of a terabyte',
    (b) => b.node('ConstantOfShape', [b.ints([1_000_000, 1_000_000])]),
    /ConstantOfShape/,
  ],
  ['a tile', (b, x) => b.node('Tile', [x, b.ints([1, 1000, 1000, 100])]), /Tile.*makes a tensor of/],
  ['an expansion', (b) => b.node('Expand', [b.scalar(1), b.ints([100_000, 100_000])]), /Expand/],
  [
    'an expansion to lengths that are computed',
    (b, x) => {
      const long = b.node('Mul', [lengthOf(b, x), b.ints([10_000_000])])
      return b.node('Expand', [b.scalar(1), b.node('Concat', [long, long], { axis: int(0) })])
    },
    /Expand/,
  ],
  [
    'forty doublings',
    (b, x) => Array.from({ length: 40 }).reduce<string>((y) => b.node('Concat', [y, y], { axis: int(1) }), x),
    /Concat/,
  ],
  // Lengths that are nothing in 32 bits.
  ['a tile of 2^32 times', (b, x) => b.node('Tile', [x, b.ints([1, 1, 2 ** 29, 2 ** 29])]), /Tile/],
  ['a resize', (b, x) => b.node('Resize', [x, '', b.floats([1, 1, 1e4, 1e4], [4])]), /Resize/],
  ['padding', (b, x) => b.node('Pad', [x, b.ints([0, 0, 0, 0, 0, 0, 100_000, 100_000])]), /Pad/],
  [
    'an outer product',
    (b, x) => {
      const column = b.node('Reshape', [b.node('Tile', [x, b.ints([1, 1, 100, 100])]), b.ints([-1, 1])])
      return b.node('MatMul', [column, b.node('Transpose', [column], { perm: ints([1, 0]) })])
    },
    /MatMul/,
  ],
  [
    'many that are each within bounds',
    (b, x) =>
      Array.from({ length: 60 }).reduce<string>(
        (y) => b.node('Relu', [y]),
        b.node('Tile', [x, b.ints([1, 1, 1000, 1000])]),
      ),
    /brings the model's tensors to/,
  ],
]

describe('a model made to fill the memory', () => {
  it.each(bombs)('is refused before it runs: %s', async (_, make, message) => {
    const before = process.memoryUsage().rss
    const bytes = bomb(make)
    expect(bytes.length).toBeLessThan(10_000)
    for (const open of [openModel, inspectModel]) {
      await expect(open(file(bytes), cpu)).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringMatching(message) as string,
      })
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(5e8)
  })

  it('is refused when a constant is declared larger than the file', async () => {
    const proto = create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name: 'g',
        input: [],
        output: [{ name: 'w' }],
        initializer: [{ name: 'w', dims: [1_000_000n, 1_000_000n], dataType: 1, rawData: new Uint8Array(8) }],
      },
    })
    await expect(openModel(file(toBinary(ModelProtoSchema, proto)), cpu)).rejects.toThrow(
      /expected 1000000000000 values .* the file holds 2/,
    )
  })

  it('is told from one that is merely large', async () => {
    const bytes = bomb((b, x) => b.node('Tile', [x, b.ints([1, 4, 16, 16])]))
    const { info, model } = await openModel(file(bytes), cpu)
    expect(info.classes).toHaveLength(3)
    await model[Symbol.asyncDispose]()
  })
})
